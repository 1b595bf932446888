// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.image;

import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import org.setun.kernels.Shape;

/**
 * How an image becomes a network's input, in this order: the shorter side is resized to {@code
 * resize} pixels, the centre is cut out at the input's size less the padding, black pixels are
 * added around it, and a pixel value {@code p} of 0 … 255 becomes {@code (p / 255 - mean) / std}
 * per channel. A network with one input channel reads grey images, one with three RGB.
 *
 * @param resize length of the shorter side before the centre is cut out; empty: as the image is
 * @param pad black pixels added on every side
 * @param mean one per channel, in units of white
 * @param std one per channel, in units of white
 * @since 0.1
 */
public record Preprocessing(OptionalInt resize, int pad, List<Double> mean, List<Double> std) {
  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if a length is not positive, a padding negative, the channels
   *     are not 1 or 3, a mean is not finite, or a deviation not positive
   */
  public Preprocessing {
    Objects.requireNonNull(resize, "resize");
    Objects.requireNonNull(mean, "mean");
    Objects.requireNonNull(std, "std");
    mean = List.copyOf(mean);
    std = List.copyOf(std);
    if (resize.isPresent() && resize.getAsInt() < 1) {
      throw new IllegalArgumentException("resize to " + resize.getAsInt() + " pixels");
    }
    if (pad < 0) {
      throw new IllegalArgumentException("pad of " + pad + " pixels");
    }
    if (mean.size() != std.size() || (mean.size() != 1 && mean.size() != 3)) {
      throw new IllegalArgumentException(
          "mean has " + mean.size() + " values and std " + std.size() + ", both need 1 or 3");
    }
    for (int c = 0; c < mean.size(); c++) {
      if (!Double.isFinite(mean.get(c)) || !(std.get(c) > 0) || Double.isInfinite(std.get(c))) {
        throw new IllegalArgumentException(
            "channel " + c + " has mean " + mean.get(c) + " and std " + std.get(c));
      }
    }
  }

  /**
   * Checks that a network can read the result.
   *
   * @param input shape of the network's input
   * @throws IllegalArgumentException if the channels differ or the padding leaves no image
   */
  public void checkFits(Shape input) {
    Objects.requireNonNull(input, "input");
    if (input.channels() != mean.size()) {
      throw new IllegalArgumentException(
          "mean and std of " + mean.size() + " channels for an input of " + input.channels());
    }
    int smaller = Math.min(input.height(), input.width());
    if (2L * pad >= smaller) {
      throw new IllegalArgumentException("pad of " + pad + " leaves nothing of " + input);
    }
    if (resize.isPresent()
        && resize.getAsInt() < Math.max(input.height(), input.width()) - 2 * pad) {
      throw new IllegalArgumentException(
          "resize to " + resize.getAsInt() + " is too small for the input " + input);
    }
  }
}
