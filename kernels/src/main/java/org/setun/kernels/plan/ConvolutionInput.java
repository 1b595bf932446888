// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.plan;

import java.util.Set;
import org.setun.kernels.Shape;
import org.setun.kernels.op.Deinterleave;
import org.setun.kernels.pass.Buffers;

/**
 * How the input of one fp32 convolution lies, zero padding included; the border is never written.
 */
interface ConvolutionInput {
  /** Name of the convolution. */
  String layer();

  /** Shape of the input. */
  Shape shape();

  /** Length of the array. */
  int size();

  /** Whether the value itself is read, and nothing copied. */
  boolean inPlace();

  /** Interfaces of {@code org.setun.kernels.op} that the copying needs. */
  Set<Class<?>> uses();

  /**
   * Copies row {@code y} of all channels from rows that are contiguous: of an image or of a planar
   * value.
   *
   * @param deinterleave may be used for stride 2
   * @param planes the rows, starting at {@code offset}
   * @param pitch distance between rows of a channel
   * @param copy the array
   */
  void planarRow(
      Deinterleave deinterleave, float[] planes, int offset, int pitch, int y, float[] copy);

  /** Copies row {@code y} of a {@link org.setun.kernels.layout.ChannelsLast} value. */
  void channelsLastRow(float[] values, int y, float[] copy);

  /** Name of the array, {@link Buffers#floats}. */
  default String memory() {
    return layer() + " (split)";
  }
}
