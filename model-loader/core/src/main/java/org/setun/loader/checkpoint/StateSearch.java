// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.checkpoint;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.setun.loader.checkpoint.CheckpointException.Kind;

/**
 * Finds the state dicts in what a pickle gave, at any depth: dictionaries of tensors, and whole
 * networks ({@code torch.save(model)}), whose modules keep them in {@code _parameters}, {@code
 * _buffers} and {@code _modules}.
 */
final class StateSearch {
  /** The key of the outermost dictionary. */
  static final String ROOT = ".";

  /** Levels searched; a network has some ten, a training dictionary three. */
  private static final int MAX_DEPTH = 64;

  /** Values looked at: a thousand times what a training dictionary has. */
  private static final int MAX_VALUES = 1 << 22;

  /** Lists are searched up to this element: there may be several networks, or a million numbers. */
  private static final int MAX_ELEMENTS = 64;

  /** Further keys of one dictionary that are kept. */
  private static final int MAX_ALIASES = 1000;

  /** Candidates named in a message. */
  private static final int LISTED = 8;

  private final MappedFile file;
  private final List<Candidate> found = new ArrayList<>();

  /** What was looked at, with the tensors that it holds itself; of most there are none. */
  private final Map<Object, SequencedMap<String, Object>> seen = new IdentityHashMap<>();

  private int values;
  private int aliases;

  private StateSearch(MappedFile file) {
    this.file = file;
  }

  /**
   * A dictionary of tensors.
   *
   * @param key the keys that lead to it, joined by dots
   * @param tensors {@link PickledTensor}, {@link UnreadableTensor} or {@link NumpyArray} by name
   */
  record Candidate(String key, SequencedMap<String, Object> tensors) {
    /** Whether it has more than single numbers, such as a best accuracy. */
    private boolean hasWeights() {
      return tensors.values().stream().anyMatch(tensor -> !isNumber(tensor));
    }

    /** Whether its names are those of layers' parameters. */
    private boolean hasLayers() {
      return tensors.keySet().stream()
          .anyMatch(name -> name.indexOf('.') > 0 || name.equals("weight"));
    }

    private boolean isInside(Candidate outer) {
      return this != outer && (outer.key.equals(ROOT) || key.startsWith(outer.key + "."));
    }

    private String describe() {
      return CheckpointException.quote(key)
          + " ("
          + tensors.size()
          + (tensors.size() == 1 ? " tensor" : " tensors")
          + (isAveraged() ? ", weights averaged over training (EMA)" : "")
          + ")";
    }

    boolean isAveraged() {
      String name = key.toLowerCase(Locale.ROOT);
      return name.matches("(.*[._])?(ema|swa|averaged?|shadow|avg)([._].*)?")
          || name.contains("_ema")
          || name.contains("ema_");
    }
  }

  private static boolean isNumber(Object tensor) {
    return tensor instanceof PickledTensor pickled && isNumber(pickled);
  }

  static boolean isNumber(PickledTensor tensor) {
    for (long extent : tensor.shape()) {
      if (extent != 1) {
        return false;
      }
    }
    return true;
  }

  /**
   * The state dict of a file.
   *
   * @param root what its pickle gave
   * @param wanted the key that the caller chose; null for the only one there is
   * @throws CheckpointException naming all that there are, if there is not exactly one
   */
  static Candidate find(MappedFile file, Object root, String wanted) throws CheckpointException {
    StateSearch search = new StateSearch(file);
    search.visit(root, "", 0);
    if (search.found.isEmpty()) {
      throw file.error(Kind.MALFORMED, "has no tensors" + search.keysOf(root));
    }
    return wanted == null ? search.only() : search.named(wanted);
  }

  /** Whether there are any tensors. */
  static boolean hasTensors(MappedFile file, Object root) throws CheckpointException {
    StateSearch search = new StateSearch(file);
    search.visit(root, "", 0);
    return !search.found.isEmpty();
  }

  private Candidate only() throws CheckpointException {
    List<Candidate> likely = likely();
    if (likely.size() > 1) {
      throw file.error(
          Kind.AMBIGUOUS,
          "holds " + likely.size() + " state dicts: " + list(likely) + "; --state KEY says which");
    }
    return likely.getFirst();
  }

  private List<Candidate> likely() {
    List<Candidate> likely = new ArrayList<>(found);
    // One dictionary under two keys is one.
    Set<Object> tables = Collections.newSetFromMap(new IdentityHashMap<>());
    likely.removeIf(candidate -> !tables.add(candidate.tensors));
    if (likely.stream().anyMatch(Candidate::hasLayers)) {
      likely.removeIf(candidate -> !candidate.hasLayers());
    }
    if (likely.stream().anyMatch(Candidate::hasWeights)) {
      likely.removeIf(candidate -> !candidate.hasWeights());
    }
    if (likely.stream().anyMatch(candidate -> !isOfTraining(candidate.key))) {
      likely.removeIf(candidate -> isOfTraining(candidate.key));
    }
    // A state dict keeps what is inside it; another dictionary with a few tensors gives way.
    List<Candidate> all = List.copyOf(likely);
    likely.removeIf(
        candidate ->
            all.stream()
                .anyMatch(
                    other ->
                        candidate.isInside(other) && other.hasLayers()
                            || other.isInside(candidate) && !candidate.hasLayers()));
    return likely;
  }

  /** Whether a key leads to what only training needs. */
  private static boolean isOfTraining(String key) {
    return key.toLowerCase(Locale.ROOT)
        .matches(".*(optim|sched|scaler|momentum|rng_state|loops).*");
  }

  private Candidate named(String wanted) throws CheckpointException {
    List<List<Candidate>> meanings =
        List.of(
            matching(candidate -> candidate.key.equals(wanted)),
            matching(candidate -> candidate.key.startsWith(wanted + ".")),
            matching(candidate -> candidate.key.endsWith("." + wanted)));
    for (List<Candidate> matching : meanings) {
      if (matching.size() == 1) {
        return matching.getFirst();
      }
    }
    throw file.error(
        Kind.AMBIGUOUS,
        "has no state dict " + CheckpointException.quote(wanted) + "; it holds " + list(found));
  }

  private List<Candidate> matching(Predicate<Candidate> test) {
    return found.stream().filter(test).toList();
  }

  private static String list(List<Candidate> candidates) {
    String listed =
        candidates.stream()
            .limit(LISTED)
            .map(Candidate::describe)
            .collect(Collectors.joining(", "));
    return candidates.size() > LISTED
        ? listed + " and " + (candidates.size() - LISTED) + " more"
        : listed;
  }

  private String keysOf(Object root) {
    if (root instanceof PickledDict dict) {
      List<String> keys =
          dict.items().stream()
              .map(PickledDict.Item::key)
              .filter(String.class::isInstance)
              .map(String.class::cast)
              .limit(LISTED)
              .map(CheckpointException::quote)
              .toList();
      return keys.isEmpty() ? "" : "; its keys are " + String.join(", ", keys);
    }
    return "";
  }

  private void count() throws CheckpointException {
    if (++values > MAX_VALUES) {
      throw file.error(Kind.MALFORMED, "refers to its values more often than a checkpoint does");
    }
  }

  private void visit(Object value, String path, int depth) throws CheckpointException {
    count();
    if (depth > MAX_DEPTH) {
      return;
    }
    switch (value) {
      case PickledDict dict when !isAlias(dict, path) -> visitItems(dict, dict, path, depth);
      case PickledObject object when !isAlias(object, path) -> visitObject(object, path, depth);
      case List<?> list when !isAlias(list, path) -> visitElements(list, path, depth);
      case Object[] tuple when !isAlias(tuple, path) ->
          visitElements(Arrays.asList(tuple), path, depth);
      case null, default -> {
        // A plain value, or one that was looked at.
      }
    }
  }

  /** Whether a value was looked at before; its tensors can then be chosen by this key, too. */
  private boolean isAlias(Object value, String path) {
    if (!seen.containsKey(value)) {
      seen.put(value, null);
      return false;
    }
    SequencedMap<String, Object> tensors = seen.get(value);
    if (tensors != null && aliases < MAX_ALIASES) {
      aliases++;
      found.add(new Candidate(path, tensors));
    }
    return true;
  }

  private void visitObject(PickledObject object, String path, int depth)
      throws CheckpointException {
    PickledDict attributes = object.attributes();
    if (attributes != null && isModule(attributes)) {
      SequencedMap<String, Object> tensors = new LinkedHashMap<>();
      addModule(attributes, "", tensors, 0);
      add(object, path, tensors);
      return;
    }
    visitItems(object, object.items(), path, depth);
    if (attributes != null) {
      visitItems(object, attributes, path, depth);
    }
    visitElements(object.elements(), path, depth);
    // A class that is a dictionary may have been made from one.
    for (Object argument : object.arguments()) {
      visit(argument, path, depth + 1);
    }
  }

  private void visitItems(Object owner, PickledDict dict, String path, int depth)
      throws CheckpointException {
    SequencedMap<String, Object> tensors = new LinkedHashMap<>();
    SequencedMap<String, Object> named = named(dict);
    for (Map.Entry<String, Object> item : named.entrySet()) {
      count();
      if (isTensor(item.getValue())) {
        tensors.put(item.getKey(), item.getValue());
      }
    }
    add(owner, path, tensors);
    for (Map.Entry<String, Object> item : named.entrySet()) {
      if (!isTensor(item.getValue())) {
        visit(item.getValue(), join(path, item.getKey()), depth + 1);
      }
    }
  }

  private void visitElements(List<?> list, String path, int depth) throws CheckpointException {
    for (int i = 0; i < Math.min(list.size(), MAX_ELEMENTS); i++) {
      visit(list.get(i), join(path, Integer.toString(i)), depth + 1);
    }
  }

  private void add(Object owner, String path, SequencedMap<String, Object> tensors) {
    if (!tensors.isEmpty()) {
      seen.put(owner, tensors);
      found.add(new Candidate(path.isEmpty() ? ROOT : path, tensors));
    }
  }

  private static boolean isModule(PickledDict attributes) {
    return dictionary(attributes, "_modules") != null
        && dictionary(attributes, "_parameters") != null;
  }

  /** The tensors of a module and of those inside it, as its {@code state_dict()} names them. */
  private void addModule(
      PickledDict attributes, String prefix, SequencedMap<String, Object> tensors, int depth)
      throws CheckpointException {
    if (depth > MAX_DEPTH) {
      throw file.error(Kind.MALFORMED, "has modules inside each other without end");
    }
    addTensors(dictionary(attributes, "_parameters"), prefix, Set.of(), tensors);
    Set<Object> notSaved =
        named(attributes).get("_non_persistent_buffers_set") instanceof List<?> names
            ? Set.copyOf(names.stream().filter(String.class::isInstance).toList())
            : Set.of();
    addTensors(dictionary(attributes, "_buffers"), prefix, notSaved, tensors);
    for (Map.Entry<String, Object> module : named(dictionary(attributes, "_modules")).entrySet()) {
      count();
      if (module.getValue() instanceof PickledObject object && object.attributes() != null) {
        PickledDict inner = object.attributes();
        if (isModule(inner)) {
          addModule(inner, prefix + module.getKey() + ".", tensors, depth + 1);
        }
      }
    }
  }

  private void addTensors(
      PickledDict dict, String prefix, Set<Object> left, SequencedMap<String, Object> tensors)
      throws CheckpointException {
    for (Map.Entry<String, Object> item : named(dict).entrySet()) {
      count();
      if (isTensor(item.getValue()) && !left.contains(item.getKey())) {
        tensors.put(prefix + item.getKey(), item.getValue());
      }
    }
  }

  private static boolean isTensor(Object value) {
    return value instanceof PickledTensor
        || value instanceof UnreadableTensor
        || value instanceof NumpyArray;
  }

  /** The dictionary that is the value of a key, null where it is none. */
  private static PickledDict dictionary(PickledDict dict, String key) {
    return named(dict).get(key) instanceof PickledDict inner ? inner : null;
  }

  /** The items with a string as key; others (an optimizer's numbers) name no tensor. */
  static SequencedMap<String, Object> named(PickledDict dictionary) {
    SequencedMap<String, Object> named = new LinkedHashMap<>();
    if (dictionary != null) {
      for (PickledDict.Item item : dictionary.items()) {
        if (item.key() instanceof String key) {
          named.put(key, item.value());
        }
      }
    }
    return named;
  }

  private static String join(String path, String key) {
    return path.isEmpty() ? key : path + "." + key;
  }
}
