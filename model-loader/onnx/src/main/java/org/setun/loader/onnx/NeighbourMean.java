// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.onnx;

import java.util.Arrays;
import java.util.Optional;
import org.setun.loader.onnx.Value.Activation;

/**
 * {@code (bias + factor * mean)^exponent}, where the mean is that of the squares of a value over
 * neighbouring channels. No layer computes it; divided by it, the value is one.
 *
 * @param value the value that is squared
 * @param dims extents
 * @param before channels of zeros before the first, which is how many of them a mean reaches back
 * @param after channels of zeros after the last
 * @param isPooled whether the mean is taken; before that, it is the padded squares
 * @param factor factor of the mean
 * @param bias what is added
 * @param exponent the power of both
 */
record NeighbourMean(
    Activation value,
    int[] dims,
    int before,
    int after,
    boolean isPooled,
    float factor,
    float bias,
    float exponent)
    implements Value {
  /** The squares of a value, with an axis of 1 before the channels. */
  static NeighbourMean of(Activation value, int[] dims) {
    return new NeighbourMean(value, dims, 0, 0, false, 1, 0, 1);
  }

  NeighbourMean withPadding(int moreBefore, int moreAfter) {
    int[] padded = dims.clone();
    padded[2] += moreBefore + moreAfter;
    return new NeighbourMean(
        value, padded, before + moreBefore, after + moreAfter, false, factor, bias, exponent);
  }

  /** The mean over the channels between the padding before and the padding after. */
  NeighbourMean pooled() {
    int[] pooled = dims.clone();
    pooled[2] -= before + after;
    return new NeighbourMean(value, pooled, before, after, true, factor, bias, exponent);
  }

  NeighbourMean withDims(int[] other) {
    return new NeighbourMean(value, other, before, after, isPooled, factor, bias, exponent);
  }

  /** Empty where it is a power already. */
  Optional<NeighbourMean> times(float number) {
    return withLine(factor * number, bias * number);
  }

  /** Empty where it is a power already. */
  Optional<NeighbourMean> plus(float number) {
    return withLine(factor, bias + number);
  }

  NeighbourMean power(float number) {
    return new NeighbourMean(value, dims, before, after, true, factor, bias, exponent * number);
  }

  /** Whether it is the mean of a value's squares, element by element. */
  boolean isOf(Activation other) {
    return other.source() == value.source()
        && other.place() == value.place()
        && other.layout().isChannelsFirst()
        && Arrays.equals(other.dims(), dims);
  }

  private Optional<NeighbourMean> withLine(float otherFactor, float otherBias) {
    return exponent == 1
        ? Optional.of(
            new NeighbourMean(value, dims, before, after, true, otherFactor, otherBias, 1))
        : Optional.empty();
  }
}
