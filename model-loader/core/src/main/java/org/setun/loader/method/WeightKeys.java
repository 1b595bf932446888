// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.method;

import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;

/**
 * Under which keys a checkpoint holds the weights of a ternary layer.
 *
 * @param form which tensors there are
 * @param kernels prefixes of the kernels, two for a pair; {@code .bias} follows
 * @param weights keys of the kernels
 * @param scales keys of wp and wn, none without
 * @since 0.1
 */
public record WeightKeys(
    Form form, List<String> kernels, List<String> weights, List<String> scales) {
  /**
   * Refuses {@code null}.
   *
   * @throws NullPointerException if a component is {@code null}
   */
  public WeightKeys {
    Objects.requireNonNull(form, "form");
    Objects.requireNonNull(kernels, "kernels");
    Objects.requireNonNull(weights, "weights");
    Objects.requireNonNull(scales, "scales");
  }

  /** Names under which programs keep the two scales of TTQ, plus first. */
  private static final List<List<String>> SCALE_NAMES =
      List.of(
          List.of("wp", "wn"), List.of("w_p", "w_n"), List.of("Wp", "Wn"), List.of("W_p", "W_n"));

  /**
   * Which tensors a layer has.
   *
   * @since 0.1
   */
  public enum Form {
    /** {@code key_1.weight} and {@code key_2.weight}. */
    PAIR,
    /** {@code key.weight}, and its two trained scales {@code key.wp} and {@code key.wn}. */
    WITH_SCALES,
    /** {@code key.weight}. */
    KERNEL
  }

  /**
   * Finds a layer's keys.
   *
   * @param key the layer's prefix
   * @param present whether a checkpoint has a key
   * @return the keys of a pair where one of its kernels is present, else of a single kernel
   */
  public static WeightKeys find(String key, Predicate<String> present) {
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(present, "present");
    List<String> pair = List.of(key + "_1", key + "_2");
    if (pair.stream().anyMatch(kernel -> present.test(weight(kernel, present)))) {
      return of(Form.PAIR, pair, List.of(), present);
    }
    for (List<String> names : SCALE_NAMES) {
      List<String> scales = names.stream().map(name -> key + "." + name).toList();
      if (scales.stream().anyMatch(present)) {
        return of(Form.WITH_SCALES, List.of(key), scales, present);
      }
    }
    return of(Form.KERNEL, List.of(key), List.of(), present);
  }

  private static WeightKeys of(
      Form form, List<String> kernels, List<String> scales, Predicate<String> present) {
    return new WeightKeys(
        form, kernels, kernels.stream().map(kernel -> weight(kernel, present)).toList(), scales);
  }

  /** Bi-Real-Net and ReActNet call them {@code weights}, and keep them as one column. */
  private static String weight(String kernel, Predicate<String> present) {
    String usual = kernel + ".weight";
    String other = kernel + ".weights";
    return !present.test(usual) && present.test(other) ? other : usual;
  }
}
