// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.checkpoint;

import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.Set;
import org.setun.loader.checkpoint.CheckpointException.Kind;

/**
 * The named tensors of a checkpoint, in the order of the file. Immutable.
 *
 * <p>Wrappers put a prefix before every key: {@code module.} ({@code DataParallel}), {@code
 * _orig_mod.} ({@code torch.compile}), {@code model.} or {@code backbone.} (training frameworks).
 * When, and only when, every key begins with such prefixes, they are stripped; {@link #names()} and
 * {@link Tensor#name()} then speak of the key without them, and {@link #tensor} finds it by either
 * name.
 *
 * @since 0.1
 */
public final class StateDict {
  private static final List<String> PREFIXES =
      List.of(
          "module.",
          "_orig_mod.",
          "model.",
          "backbone.",
          "net.",
          "network.",
          "encoder.",
          "_model.",
          "student.",
          "state_dict.");

  private final Path file;
  private final String strippedPrefix;
  private final SequencedMap<String, Tensor> tensors;
  private final SequencedMap<String, String> unreadable;
  private final String key;

  private StateDict(
      Path file,
      String strippedPrefix,
      SequencedMap<String, Tensor> tensors,
      SequencedMap<String, String> unreadable,
      String key) {
    this.file = file;
    this.strippedPrefix = strippedPrefix;
    this.tensors = tensors;
    this.unreadable = unreadable;
    this.key = key;
  }

  /**
   * The state dict of a file, from tensors under their full names.
   *
   * @param wanted the key that was asked for, null without
   */
  static StateDict of(Path file, Checkpoint.Contents contents, String wanted)
      throws CheckpointException {
    boolean flat = contents.state() == null;
    SequencedMap<String, Tensor> tensors = contents.tensors();
    if (flat && wanted != null) {
      tensors = new LinkedHashMap<>();
      for (Map.Entry<String, Tensor> entry : contents.tensors().entrySet()) {
        if (entry.getKey().startsWith(wanted + ".")) {
          tensors.put(entry.getKey(), entry.getValue());
        }
      }
      if (tensors.isEmpty()) {
        throw new CheckpointException(
            Kind.AMBIGUOUS,
            file,
            "has no tensors whose names begin with " + CheckpointException.quote(wanted + "."));
      }
    }
    String prefix = flat && wanted != null ? wanted + "." : "";
    Collection<String> names = tensors.keySet();
    for (String next = commonPrefix(names, prefix); next != null; ) {
      prefix = next;
      next = commonPrefix(names, prefix);
    }
    SequencedMap<String, Tensor> named = new LinkedHashMap<>();
    for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
      String name = entry.getKey().substring(prefix.length());
      named.put(name, entry.getValue().renamed(name));
    }
    SequencedMap<String, String> unreadable = new LinkedHashMap<>();
    for (Map.Entry<String, String> entry : contents.unreadable().entrySet()) {
      String name = entry.getKey();
      unreadable.put(
          name.startsWith(prefix) ? name.substring(prefix.length()) : name, entry.getValue());
    }
    return new StateDict(
        file,
        prefix,
        Collections.unmodifiableSequencedMap(named),
        Collections.unmodifiableSequencedMap(unreadable),
        flat ? "" : contents.state());
  }

  /** The prefix with one more part that all names share, or null. */
  private static String commonPrefix(Collection<String> names, String stripped) {
    for (String part : PREFIXES) {
      String longer = stripped + part;
      if (!names.isEmpty() && names.stream().allMatch(name -> name.startsWith(longer))) {
        return longer;
      }
    }
    return null;
  }

  /**
   * What every key of the file begins with and {@link #names()} leaves out.
   *
   * @return for example {@code module.}, or nothing
   */
  public String strippedPrefix() {
    return strippedPrefix;
  }

  /**
   * Where the file holds the state dict.
   *
   * @return the keys that lead to it, joined by dots; {@code .} for the outermost dictionary of a
   *     torch file, nothing in a format that has no such keys
   */
  public String key() {
    return key;
  }

  /**
   * The keys of all tensors that can be read.
   *
   * @return an unmodifiable set in the order of the file
   */
  public Set<String> names() {
    return tensors.keySet();
  }

  /**
   * The tensors that are there and cannot be read, such as sparse or quantized ones.
   *
   * @return the reason by key, unmodifiable
   */
  public Map<String, String> unreadable() {
    return unreadable;
  }

  /**
   * The tensor of a key.
   *
   * @param name the key, with or without {@link #strippedPrefix()}
   * @return the tensor, not yet read
   * @throws CheckpointException {@code MISSING_TENSOR} when there is none, {@code UNSUPPORTED} when
   *     it cannot be read
   */
  public Tensor tensor(String name) throws CheckpointException {
    Objects.requireNonNull(name, "name");
    Tensor tensor = tensors.get(name);
    String shorter = withoutPrefix(name);
    if (tensor == null && shorter != null) {
      tensor = tensors.get(shorter);
    }
    if (tensor == null) {
      String reason =
          unreadable.get(unreadable.containsKey(name) ? name : shorter == null ? "" : shorter);
      if (reason != null) {
        throw new CheckpointException(
            Kind.UNSUPPORTED, file, name, reason + ", which cannot be read", null);
      }
      throw new CheckpointException(
          Kind.MISSING_TENSOR, file, name, NearNames.missing(name, names()), null);
    }
    return tensor;
  }

  /**
   * Whether a key exists.
   *
   * @param name the key, with or without {@link #strippedPrefix()}
   * @return true when {@link #tensor} would find it, or say why it cannot be read
   */
  public boolean contains(String name) {
    Objects.requireNonNull(name, "name");
    return holds(name) || withoutPrefix(name) != null;
  }

  private boolean holds(String name) {
    return tensors.containsKey(name) || unreadable.containsKey(name);
  }

  /** The key that a name is with all or the last parts of the prefix before it; null if none. */
  private String withoutPrefix(String name) {
    for (int start = 0; start < strippedPrefix.length(); ) {
      String end = strippedPrefix.substring(start);
      if (name.startsWith(end) && holds(name.substring(end.length()))) {
        return name.substring(end.length());
      }
      start = strippedPrefix.indexOf('.', start) + 1;
    }
    return null;
  }

  /**
   * The number of tensors that can be read.
   *
   * @return the count
   */
  public int size() {
    return tensors.size();
  }

  /** File and tensors, for messages. */
  @Override
  public String toString() {
    return "StateDict of " + file + ", " + tensors.size() + " tensors";
  }
}
