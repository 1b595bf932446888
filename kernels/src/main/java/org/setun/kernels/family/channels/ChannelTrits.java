// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.family.channels;

import org.setun.kernels.Layer.TritConvolution;
import org.setun.kernels.Shape;
import org.setun.kernels.family.PaddedThresholds;
import org.setun.kernels.family.RowTritMap;
import org.setun.kernels.layout.ChannelsLast;
import org.setun.kernels.op.KernelSet;
import org.setun.kernels.op.Ternarizer;

/**
 * The trits of one convolution's input: {@code [row][column][word of 64 channels][nonzero, sign]}.
 */
final class ChannelTrits implements RowTritMap {
  private final String convolution;
  private final Shape in;
  private final Ternarizer ternarizer;
  private final PaddedThresholds thresholds;
  private final int channels;
  private final int[] columnOffsets;

  ChannelTrits(TritConvolution layer, Shape in, Ternarizer ternarizer) {
    this.convolution = layer.name();
    this.in = in;
    this.ternarizer = ternarizer;
    thresholds = PaddedThresholds.of(layer.thresholds());
    channels = ChannelsLast.paddedChannels(in.channels());
    columnOffsets = new int[in.width()];
    for (int x = 0; x < columnOffsets.length; x++) {
      columnOffsets[x] = x * pixelWords();
    }
  }

  /** Longs of a pixel. */
  int pixelWords() {
    return 2 * channels / Long.SIZE;
  }

  private ChannelTrits(ChannelTrits other, Ternarizer ternarizer) {
    this.convolution = other.convolution;
    this.in = other.in;
    this.ternarizer = ternarizer;
    this.thresholds = other.thresholds;
    this.channels = other.channels;
    this.columnOffsets = other.columnOffsets;
  }

  @Override
  public String convolution() {
    return convolution;
  }

  @Override
  public int words() {
    return Math.multiplyExact(in.pixels(), pixelWords());
  }

  @Override
  public ChannelTrits on(KernelSet kernels) {
    return new ChannelTrits(this, kernels.ternarizer());
  }

  @Override
  public void pack(float[] values, int y, int x0, int x1, int first, int end, long[] packed) {
    ternarizer.pack(
        values,
        (y * in.width() + x0) * channels,
        x1 - x0,
        channels,
        first,
        end,
        thresholds.low(),
        thresholds.high(),
        thresholds.flip(),
        packed,
        y * in.width() * pixelWords(),
        columnOffsets,
        x0,
        2);
  }
}
