// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.method;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * Which values a kernel holds: latents, or the levels of one that is ternary already. Values are
 * one level if they differ by at most 1e-5 of it: files are rounded, and programs add in different
 * orders. The levels of plus and minus are two scales however close they are, unless their values
 * overlap: trained scales may differ by a millionth, and what a network loses by that adds up over
 * its layers.
 *
 * @param form what the values are
 * @param plus the largest positive value, 0 without any
 * @param minus the largest magnitude of a negative value, 0 without any
 * @param zeros values that are 0
 * @since 0.1
 */
public record KernelLevels(Form form, float plus, float minus, long zeros) {
  /**
   * Refuses {@code null}.
   *
   * @throws NullPointerException if a component is {@code null}
   */
  public KernelLevels {
    Objects.requireNonNull(form, "form");
  }

  /** How far a value may lie from its level, relative to the level. */
  static final double TOLERANCE = 1e-5;

  /**
   * What the values of a kernel are.
   *
   * @since 0.1
   */
  public enum Form {
    /** -s, 0 and +s. */
    ONE_SCALE,
    /** -n, 0 and +p, the same in all channels. */
    TWO_SCALES,
    /** -s, 0 and +s, with another s in other output channels. */
    SCALE_PER_CHANNEL,
    /** Anything else: what a method makes weights of. */
    LATENTS
  }

  /**
   * Looks at all values.
   *
   * @param kernel a kernel
   * @return its levels
   * @throws MethodException if a value is not finite
   */
  public static KernelLevels of(LatentKernel kernel) throws MethodException {
    Objects.requireNonNull(kernel, "kernel");
    KernelProblems.requireFinite(kernel);
    float[] values = kernel.values();
    Range plus = new Range();
    Range minus = new Range();
    boolean levelPerChannel = true;
    long zeros = 0;
    for (int o = 0, i = 0; o < kernel.outputChannels(); o++) {
      Range channel = new Range();
      for (int end = i + kernel.weightsPerOutput(); i < end; i++) {
        if (values[i] == 0) {
          zeros++;
        } else {
          channel.add(Math.abs(values[i]));
          (values[i] > 0 ? plus : minus).add(Math.abs(values[i]));
        }
      }
      levelPerChannel &= channel.isLevel();
    }
    return new KernelLevels(form(plus, minus, levelPerChannel), plus.most, minus.most, zeros);
  }

  private static Form form(Range plus, Range minus, boolean levelPerChannel) {
    if (plus.isLevel() && minus.isLevel()) {
      return plus.isDisjointFrom(minus) ? Form.TWO_SCALES : Form.ONE_SCALE;
    }
    return levelPerChannel ? Form.SCALE_PER_CHANNEL : Form.LATENTS;
  }

  /** Whether one scale would do for a method that makes its own: the levels differ by rounding. */
  boolean nearlyOneScale() {
    return form == Form.ONE_SCALE
        || form == Form.TWO_SCALES
            && Math.abs((double) plus - minus) <= TOLERANCE * Math.max(plus, minus);
  }

  /**
   * What the kernel holds, for messages.
   *
   * @return for example {@code only -0.97, 0, 0.99}
   */
  public String describe() {
    return switch (form) {
      case ONE_SCALE, TWO_SCALES -> "only " + String.join(", ", levels());
      case SCALE_PER_CHANNEL -> "one magnitude" + (zeros > 0 ? " and 0" : "") + " in each channel";
      case LATENTS -> "latents between " + number(-minus) + " and " + number(plus);
    };
  }

  private List<String> levels() {
    List<String> levels = new ArrayList<>();
    if (minus > 0) {
      levels.add(number(-minus));
    }
    if (zeros > 0) {
      levels.add("0");
    }
    if (plus > 0) {
      levels.add(number(plus));
    }
    return levels;
  }

  private static String number(float value) {
    return String.format(Locale.ROOT, "%.4g", value);
  }

  /** Extremes of magnitudes. */
  private static final class Range {
    private float least = Float.POSITIVE_INFINITY;
    private float most;

    void add(float magnitude) {
      least = Math.min(least, magnitude);
      most = Math.max(most, magnitude);
    }

    /** Whether both have magnitudes and all of one are below all of the other. */
    boolean isDisjointFrom(Range other) {
      return !isEmpty() && !other.isEmpty() && (most < other.least || other.most < least);
    }

    boolean isEmpty() {
      return most == 0;
    }

    /** Whether all magnitudes belong to one level; true if there are none. */
    boolean isLevel() {
      return isEmpty() || most - least <= TOLERANCE * most;
    }
  }
}
