// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.family.tile;

import org.setun.kernels.Shape;
import org.setun.kernels.Thresholds;
import org.setun.kernels.Window;
import org.setun.kernels.family.PaddedThresholds;
import org.setun.kernels.family.RowTritMap;
import org.setun.kernels.layout.ChannelsLast;
import org.setun.kernels.op.KernelSet;
import org.setun.kernels.op.Ternarizer;

/**
 * Layout of the trits of one ternary convolution's input, with its zero padding: {@code [row][word
 * of 64 channels][column phase][column / stride]}, each element a pair (nonzero word, sign word),
 * where the phase is the padded column modulo the stride. Whatever tap and stride, neighbouring
 * output pixels then read neighbouring pairs, and im2col copies runs; pair by pair it took 20 % of
 * a layer of 64 channels. The border is never written, so it stays 0.
 */
final class PackedInput implements RowTritMap {
  private final String layer;
  private final Ternarizer ternarizer;
  private final int words;

  /**
   * Offset of every word of K, in the order (row, column, word of channels) of {@link
   * org.setun.kernels.TernaryKernel}.
   */
  final int[] wordOffsets;

  /** Distance between the first taps of neighbouring output rows. */
  final int outputRowStride;

  private final int channels;
  private final int rowWords;
  private final int wordStride;
  private final int padTop;
  private final int[] columnOffsets;
  private final PaddedThresholds thresholds;

  /**
   * For one convolution.
   *
   * @param tile output pixels of a tile, which may reach past the end of a row
   */
  PackedInput(
      String layer,
      Shape shape,
      Window window,
      Thresholds thresholds,
      int tile,
      Ternarizer ternarizer) {
    this.layer = layer;
    this.ternarizer = ternarizer;
    int stride = window.strideWidth();
    int paddedWidth = window.padLeft() + shape.width() + window.padRight();
    int phaseWords = 2 * (Math.ceilDiv(paddedWidth, stride) + tile);
    channels = ChannelsLast.paddedChannels(shape.channels());
    int channelWords = channels / Long.SIZE;
    wordStride = Math.multiplyExact(stride, phaseWords);
    rowWords = Math.multiplyExact(channelWords, wordStride);
    words = Math.multiplyExact(window.padTop() + shape.height() + window.padBottom(), rowWords);
    outputRowStride = window.strideHeight() * rowWords;
    padTop = window.padTop();
    columnOffsets = new int[shape.width()];
    for (int x = 0; x < columnOffsets.length; x++) {
      columnOffsets[x] = columnOffset(x + window.padLeft(), stride, phaseWords);
    }
    wordOffsets = new int[window.taps() * channelWords];
    int k = 0;
    for (int ky = 0; ky < window.kernelHeight(); ky++) {
      for (int kx = 0; kx < window.kernelWidth(); kx++) {
        int tap =
            ky * window.dilationHeight() * rowWords
                + columnOffset(kx * window.dilationWidth(), stride, phaseWords);
        for (int word = 0; word < channelWords; word++) {
          wordOffsets[k++] = tap + word * wordStride;
        }
      }
    }
    this.thresholds = PaddedThresholds.of(thresholds);
  }

  private PackedInput(PackedInput other, Ternarizer ternarizer) {
    this.layer = other.layer;
    this.ternarizer = ternarizer;
    this.words = other.words;
    this.wordOffsets = other.wordOffsets;
    this.outputRowStride = other.outputRowStride;
    this.channels = other.channels;
    this.rowWords = other.rowWords;
    this.wordStride = other.wordStride;
    this.padTop = other.padTop;
    this.columnOffsets = other.columnOffsets;
    this.thresholds = other.thresholds;
  }

  private static int columnOffset(int paddedColumn, int stride, int phaseWords) {
    return paddedColumn % stride * phaseWords + paddedColumn / stride * 2;
  }

  @Override
  public String convolution() {
    return layer;
  }

  @Override
  public int words() {
    return words;
  }

  @Override
  public PackedInput on(KernelSet kernels) {
    return new PackedInput(this, kernels.ternarizer());
  }

  @Override
  public void pack(float[] values, int y, int x0, int x1, int first, int end, long[] packed) {
    ternarizer.pack(
        values,
        (y * columnOffsets.length + x0) * channels,
        x1 - x0,
        channels,
        first,
        end,
        thresholds.low(),
        thresholds.high(),
        thresholds.flip(),
        packed,
        (padTop + y) * rowWords,
        columnOffsets,
        x0,
        wordStride);
  }
}
