package org.setun.loader.checkpoint;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.Set;
import org.setun.loader.checkpoint.CheckpointException.Kind;

/**
 * The named tensors of a checkpoint, in the order of the file. Immutable.
 *
 * <p>Networks saved through {@code DataParallel} carry {@code module.} before every key. When, and
 * only when, every key begins with it, it is stripped, once; {@link #names()}, {@link #tensor} and
 * {@link Tensor#name()} then speak of the key without it.
 *
 * @since 0.1
 */
public final class StateDict {
  private static final String PARALLEL_PREFIX = "module.";

  private final Path file;
  private final String strippedPrefix;
  private final SequencedMap<String, Tensor> tensors;

  private StateDict(Path file, String strippedPrefix, SequencedMap<String, Tensor> tensors) {
    this.file = file;
    this.strippedPrefix = strippedPrefix;
    this.tensors = tensors;
  }

  /** The state dict of a file, from tensors under their full names. */
  static StateDict of(Path file, SequencedMap<String, Tensor> tensors) {
    boolean parallel =
        !tensors.isEmpty()
            && tensors.keySet().stream().allMatch(name -> name.startsWith(PARALLEL_PREFIX));
    String prefix = parallel ? PARALLEL_PREFIX : "";
    SequencedMap<String, Tensor> named = new LinkedHashMap<>();
    tensors.forEach(
        (fullName, tensor) -> {
          String name = fullName.substring(prefix.length());
          named.put(name, tensor.renamed(name));
        });
    return new StateDict(file, prefix, Collections.unmodifiableSequencedMap(named));
  }

  /**
   * What every key of the file begins with and {@link #names()} leaves out.
   *
   * @return {@code module.} or nothing
   */
  public String strippedPrefix() {
    return strippedPrefix;
  }

  /**
   * The keys.
   *
   * @return an unmodifiable set in the order of the file
   */
  public Set<String> names() {
    return tensors.keySet();
  }

  /**
   * The tensor of a key.
   *
   * @param name the key
   * @return the tensor, not yet read
   * @throws CheckpointException {@code MISSING_TENSOR} when there is none
   */
  public Tensor tensor(String name) throws CheckpointException {
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new CheckpointException(
          Kind.MISSING_TENSOR, file, name, "not in the state dict of " + size() + " keys", null);
    }
    return tensor;
  }

  /**
   * Whether a key exists.
   *
   * @param name the key
   * @return true when {@link #tensor} would find it
   */
  public boolean contains(String name) {
    return tensors.containsKey(name);
  }

  /**
   * The number of tensors.
   *
   * @return the count
   */
  public int size() {
    return tensors.size();
  }
}
