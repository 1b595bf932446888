// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.method;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * How to read the ternary layers of a checkpoint where its tensors do not say it.
 *
 * @param method the method of all layers for which the architecture names none
 * @param zeros the sign of latents that are exactly 0
 * @param threshold factor of the threshold; empty: 0.75 of the mean magnitude (TWN), 0.05 of the
 *     largest (TTQ)
 * @param extent which weights share a threshold and a scale (TWN)
 * @param center whether latents are centred and clamped first (XNOR-Net), as its public code does
 * @since 0.1
 */
public record MethodOptions(
    Method method, ZeroPolicy zeros, OptionalDouble threshold, ScaleExtent extent, boolean center) {
  /** The method is found, zeros are refused, thresholds and scales are those of the papers. */
  public static final MethodOptions DEFAULT =
      new MethodOptions(
          Method.AUTO, ZeroPolicy.REFUSE, OptionalDouble.empty(), ScaleExtent.TENSOR, false);

  /**
   * Checks the threshold.
   *
   * @throws IllegalArgumentException if it is not above 0 and below 1
   */
  public MethodOptions {
    Objects.requireNonNull(method, "method");
    Objects.requireNonNull(zeros, "zeros");
    Objects.requireNonNull(threshold, "threshold");
    Objects.requireNonNull(extent, "extent");
    if (threshold.isPresent() && !(threshold.getAsDouble() > 0 && threshold.getAsDouble() < 1)) {
      throw new IllegalArgumentException(
          "a threshold of " + threshold.getAsDouble() + " is not between 0 and 1");
    }
  }

  /**
   * What is asked for although no layer's method reads it: it would change nothing, and whoever
   * asks believes it does.
   *
   * @param methods the methods of all layers
   * @return a clause for each such option, for example {@code --threshold is for twn and ttq}
   */
  public List<String> unreadBy(Set<Method> methods) {
    Objects.requireNonNull(methods, "methods");
    List<String> unread = new ArrayList<>();
    addUnread(unread, "--zeros", zeros != DEFAULT.zeros, methods, Method.STTN, Method.XNOR);
    addUnread(unread, "--threshold", threshold.isPresent(), methods, Method.TWN, Method.TTQ);
    addUnread(unread, "--scale-per", extent != DEFAULT.extent, methods, Method.TWN);
    addUnread(unread, "--center", center, methods, Method.XNOR);
    return unread;
  }

  private static void addUnread(
      List<String> unread, String option, boolean given, Set<Method> methods, Method... readers) {
    if (given && Collections.disjoint(methods, List.of(readers))) {
      unread.add(
          option
              + " is for "
              + Arrays.stream(readers).map(Method::label).collect(Collectors.joining(" and ")));
    }
  }

  /**
   * The same with another method.
   *
   * @param other the method
   * @return the options
   */
  public MethodOptions with(Method other) {
    Objects.requireNonNull(other, "other");
    return new MethodOptions(other, zeros, threshold, extent, center);
  }

  /**
   * The same with another policy for zeros.
   *
   * @param other the sign of latents that are exactly 0
   * @return the options
   */
  public MethodOptions with(ZeroPolicy other) {
    Objects.requireNonNull(other, "other");
    return new MethodOptions(method, other, threshold, extent, center);
  }
}
