// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.layer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.setun.loader.checkpoint.CheckpointException;
import org.setun.loader.checkpoint.StateDict;
import org.setun.loader.checkpoint.Tensor;

/**
 * The keys that an architecture reads. They are declared before any is read, so that one message
 * names all that are missing, unused or misshapen. To declare a key reads no tensor.
 */
public final class Parameters {
  /** Keys listed per kind of problem; the rest is counted. */
  private static final int LISTED = 5;

  /** The most parts of a prefix: model and module in model.module.conv1.weight are two. */
  private static final int LONGEST_PREFIX = 8;

  /**
   * How many values the layers may be given in all: this number, and {@link #VALUES_PER_HELD} for
   * each value of the state dict. Layers may share a PReLU, and a ReLU has slopes that no tensor
   * holds. Without a limit, a page of JSON could ask for any amount of memory.
   */
  private static final long FREE_VALUES = 1 << 16;

  private static final int VALUES_PER_HELD = 4;

  private final StateDict state;
  private final Set<String> used = new LinkedHashSet<>();
  private final List<String> missing = new ArrayList<>();
  private final List<String> misshapen = new ArrayList<>();
  private final List<String> unreadable = new ArrayList<>();
  private long given;

  /**
   * Prepares declarations.
   *
   * @param state the tensors
   */
  public Parameters(StateDict state) {
    this.state = state;
  }

  boolean contains(String key) {
    return state.contains(key);
  }

  /** Declares a tensor that must be present, floating-point and of this shape. */
  Parameter require(String key, long... shape) throws CheckpointException {
    Tensor tensor = find(key);
    if (tensor != null) {
      check(tensor, shape);
      given += tensor.elementCount();
    }
    return new Parameter(tensor);
  }

  /** Declares a vector with one value for each of {@code channels}, or one for all. */
  Parameter requireVector(String key, int channels) throws CheckpointException {
    give(channels);
    Tensor tensor = find(key);
    if (tensor != null) {
      check(tensor, tensor.elementCount() == 1 ? tensor.shape() : new long[] {channels});
    }
    return new Parameter(tensor);
  }

  /** Declares a tensor of any extents with one value for each of {@code channels}. */
  Parameter requireValues(String key, int channels) throws CheckpointException {
    Tensor tensor = find(key);
    if (tensor != null) {
      check(tensor, tensor.elementCount() == channels ? tensor.shape() : new long[] {channels});
      given += tensor.elementCount();
    }
    return new Parameter(tensor);
  }

  /** Declares a bias, or the zeros that stand for none. */
  Parameter.Values requireBias(boolean present, String key, int channels)
      throws CheckpointException {
    if (!present) {
      give(channels);
      return () -> new float[channels];
    }
    return require(key + ".bias", channels)::floats;
  }

  /** Declares values that a layer is given and that the state dict does not hold. */
  void give(int values) {
    given += values;
  }

  /** Declares a key that may be present and says nothing a network at inference needs. */
  void ignore(String key) throws CheckpointException {
    if (state.contains(key) && unreadableReason(key) == null) {
      used.add(state.tensor(key).name());
    }
  }

  /**
   * Whether a key that was declared so far does not fit.
   *
   * @return true if one is missing, misshapen or unreadable
   */
  public boolean haveProblem() {
    return !(missing.isEmpty() && misshapen.isEmpty() && unreadable.isEmpty());
  }

  /**
   * What does not fit.
   *
   * @return one sentence per kind of problem; empty if every key fits
   * @throws CheckpointException if the checkpoint cannot be read
   */
  public List<String> problems() throws CheckpointException {
    List<String> unused = new ArrayList<>(state.names());
    unused.removeAll(used);
    List<String> problems = new ArrayList<>();
    long held = 0;
    for (String name : state.names()) {
      held += state.tensor(name).elementCount();
    }
    if (given > FREE_VALUES + VALUES_PER_HELD * held) {
      problems.add("its layers need " + given + " values, the state dict holds " + held);
    }
    list(problems, unreadable, "unreadable");
    list(problems, missing, "missing");
    list(problems, misshapen, "misshapen");
    list(problems, unused, "unused");
    likelyReason(unused).ifPresent(problems::add);
    return problems;
  }

  /** Why keys are missing while others are unused: one of them has a prefix before it. */
  private Optional<String> likelyReason(List<String> unused) {
    return prefix(unused, missing)
        .map(prefix -> "the checkpoint's keys have " + prefix + " before them, but not all of them")
        .or(
            () ->
                prefix(missing, unused)
                    .map(
                        prefix ->
                            "the architecture's keys have "
                                + prefix
                                + " before them, the checkpoint's not"));
  }

  /** The prefix, up to a dot, that makes one of the shorter keys one of the longer ones. */
  private static Optional<String> prefix(List<String> longer, List<String> shorter) {
    Set<String> endings = new HashSet<>(shorter);
    for (String key : longer) {
      int dot = key.indexOf('.');
      for (int part = 0; part < LONGEST_PREFIX && dot >= 0; part++) {
        if (endings.contains(key.substring(dot + 1))) {
          return Optional.of(key.substring(0, dot + 1));
        }
        dot = key.indexOf('.', dot + 1);
      }
    }
    return Optional.empty();
  }

  private Tensor find(String key) throws CheckpointException {
    if (!state.contains(key)) {
      missing.add(key);
      return null;
    }
    String reason = unreadableReason(key);
    if (reason != null) {
      unreadable.add(key + ": " + reason);
      return null;
    }
    Tensor tensor = state.tensor(key);
    used.add(tensor.name());
    return tensor;
  }

  /** Why a key that exists cannot be read, null if it can. */
  private String unreadableReason(String key) throws CheckpointException {
    try {
      state.tensor(key);
      return null;
    } catch (CheckpointException e) {
      if (e.kind() != CheckpointException.Kind.UNSUPPORTED) {
        throw e;
      }
      return state.unreadable().getOrDefault(key, "cannot be read");
    }
  }

  private void check(Tensor tensor, long[] shape) {
    if (!tensor.dtype().isFloating()) {
      misshapen.add(tensor.name() + " holds " + tensor.dtype() + ", not floating-point numbers");
    } else if (!Arrays.equals(tensor.shape(), shape)
        && !isOnePixel(tensor.shape(), shape)
        && !isColumn(tensor.shape(), shape)) {
      misshapen.add(tensor.name() + " is " + extents(tensor.shape()) + ", not " + extents(shape));
    }
  }

  /** Whether two shapes are (outputs, inputs) and the same as a kernel of one pixel. */
  private static boolean isOnePixel(long[] a, long[] b) {
    return Math.max(a.length, b.length) == 4
        && Math.min(a.length, b.length) == 2
        && Arrays.equals(Arrays.copyOf(a, 2), Arrays.copyOf(b, 2))
        && ones(a)
        && ones(b);
  }

  /** Whether a shape is a kernel's, with all weights in one column. */
  private static boolean isColumn(long[] column, long[] kernel) {
    return kernel.length == 4
        && column.length == 2
        && column[1] == 1
        && column[0] == LongStream.of(kernel).reduce(1, Math::multiplyExact);
  }

  private static boolean ones(long[] shape) {
    return LongStream.of(shape).skip(2).allMatch(extent -> extent == 1);
  }

  private static void list(List<String> problems, List<String> keys, String what) {
    if (keys.isEmpty()) {
      return;
    }
    String shown = keys.stream().limit(LISTED).collect(Collectors.joining(", "));
    problems.add(
        keys.size()
            + " "
            + what
            + " ("
            + shown
            + (keys.size() > LISTED ? " and " + (keys.size() - LISTED) + " more" : "")
            + ")");
  }

  private static String extents(long[] shape) {
    return shape.length == 0
        ? "a scalar"
        : LongStream.of(shape).mapToObj(Long::toString).collect(Collectors.joining("x"));
  }
}
