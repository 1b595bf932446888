// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.family.pixels;

import java.util.Arrays;
import java.util.Optional;
import org.setun.kernels.Shape;
import org.setun.kernels.Window;
import org.setun.kernels.family.ConvolutionSpec;
import org.setun.kernels.layout.Planar;
import org.setun.kernels.op.BitSlicedSum;
import org.setun.kernels.op.TritExpansion;

/**
 * Where pixels lie in vectors of bits. A row of the output, or a strip of it, takes 16, 32 or 64
 * bits; a vector holds a block of as many rows as fit. Bits of a strip's row of the input are
 * padded columns of one phase (column modulo stride), so that a tap is a shift of the row: what a
 * shift brings in at the end belongs to no output.
 *
 * <p>The map of packed trits is {@code [channel][row phase][column phase][strip][+1,
 * nonzero][row]}, zero padding included. Of it, a table for {@link BitSlicedSum} holds {@code
 * [channel][tap column of each row phase][P z N z]} of the rows that a block reads; a tap's row is
 * an offset.
 */
final class PixelGrid {
  private static final int[] ROW_BITS = {16, 32, 64};

  /**
   * Bytes of a table. Smaller ones need more passes, each with lists to fill up and counters to
   * load and store: 24 KiB take 5 to 10 % longer than 40 with a first-level cache of 48 KiB, and 60
   * are no better.
   */
  private static final int TABLE_BYTES = 40 * 1024;

  /** Offsets are chars, and the neutral entry comes behind the table. */
  private static final int MOST_TABLE_BYTES = 60 * 1024;

  final Window window;
  final Shape out;

  /** Bits of a row in a vector. */
  final int rowBits;

  /** Output columns of a strip. */
  final int stripColumns;

  final int strips;

  /** Output rows of a block. */
  final int blockRows;

  final int blocks;

  /** Bytes of one plane of a strip in the map. */
  final int mapPlane;

  /** Bytes of a channel in the map. */
  final int channelBytes;

  /** Bytes of one plane in the table. */
  final int planeBytes;

  /** For each tap column of each row phase, where its rows begin in a channel of the map. */
  final int[] starts;

  /** By how many bits the rows of each are shifted. */
  final int[] shifts;

  /** Channels that are expanded at a time. */
  final int passChannels;

  final int passes;

  private final int[] rowPhaseIndex;
  private final int mapRows;

  private PixelGrid(ConvolutionSpec spec, int rowBits, int stripColumns, int lanes) {
    this.window = spec.window();
    this.out = spec.out();
    this.rowBits = rowBits;
    this.stripColumns = stripColumns;
    strips = Math.ceilDiv(out.width(), stripColumns);
    blockRows = lanes / rowBits;
    blocks = Math.ceilDiv(out.height(), blockRows);
    int reach = (window.kernelHeight() - 1) * window.dilationHeight() / window.strideHeight();
    int rowsPerWord = Long.SIZE / rowBits;
    int tableRows = Math.ceilDiv(blockRows + reach, rowsPerWord) * rowsPerWord;
    planeBytes = tableRows * rowBytes();
    mapRows = (blocks - 1) * blockRows + tableRows;
    mapPlane = Math.multiplyExact(mapRows, rowBytes());
    int phases = Math.multiplyExact(window.strideHeight(), window.strideWidth());
    channelBytes = Math.multiplyExact(Math.multiplyExact(phases, strips), 2 * mapPlane);
    rowPhaseIndex = new int[window.strideHeight()];
    Arrays.fill(rowPhaseIndex, -1);
    int rowPhases = 0;
    for (int ky = 0; ky < window.kernelHeight(); ky++) {
      int phase = ky * window.dilationHeight() % window.strideHeight();
      if (rowPhaseIndex[phase] < 0) {
        rowPhaseIndex[phase] = rowPhases++;
      }
    }
    starts = new int[rowPhases * window.kernelWidth()];
    shifts = new int[starts.length];
    for (int phase = 0; phase < window.strideHeight(); phase++) {
      for (int kx = 0; rowPhaseIndex[phase] >= 0 && kx < window.kernelWidth(); kx++) {
        int column = kx * window.dilationWidth();
        int tap = rowPhaseIndex[phase] * window.kernelWidth() + kx;
        starts[tap] = plane(phase, column % window.strideWidth(), 0);
        shifts[tap] = column / window.strideWidth();
      }
    }
    int channels = spec.in().channels();
    int expanded = expandedBytes();
    passes = Math.ceilDiv(channels, Math.max(1, TABLE_BYTES / expanded));
    passChannels = Math.ceilDiv(channels, passes);
  }

  /**
   * Lays out a convolution.
   *
   * @param lanes bits of a vector
   * @return empty if the window reaches too far for a row of 64 bits, or the map is too large
   */
  static Optional<PixelGrid> of(ConvolutionSpec spec, int lanes) {
    Window window = spec.window();
    long shift = (long) (window.kernelWidth() - 1) * window.dilationWidth() / window.strideWidth();
    int width = spec.out().width();
    int rowBits = Long.SIZE;
    int stripColumns = width;
    if (width + shift > Long.SIZE) {
      // Whole vectors of values are written, so a strip must not end within one.
      stripColumns = (int) Math.max(0, Long.SIZE - shift) / Planar.ROW_BLOCK * Planar.ROW_BLOCK;
      if (stripColumns == 0) {
        return Optional.empty();
      }
    } else {
      for (int i = ROW_BITS.length - 1; i >= 0; i--) {
        rowBits = width + shift <= ROW_BITS[i] ? ROW_BITS[i] : rowBits;
      }
    }
    try {
      PixelGrid grid = new PixelGrid(spec, rowBits, stripColumns, lanes);
      boolean fits =
          grid.passChannels * (long) grid.expandedBytes() <= MOST_TABLE_BYTES
              && (long) grid.channelBytes * spec.in().channels() <= Integer.MAX_VALUE;
      return fits ? Optional.of(grid) : Optional.empty();
    } catch (ArithmeticException e) {
      return Optional.empty();
    }
  }

  /** Entries that an output channel may have, neutral ones included. */
  long mostEntries() {
    return (long) passes * (passChannels * (long) window.taps() + BitSlicedSum.GROUP);
  }

  int rowBytes() {
    return rowBits / Byte.SIZE;
  }

  /** Bytes of a channel in the table. */
  int expandedBytes() {
    return Math.multiplyExact(starts.length * TritExpansion.PLANES, planeBytes);
  }

  /** Where the neutral entry lies in the table. */
  int neutral() {
    return passChannels * expandedBytes();
  }

  /** Bytes of the table with its neutral entry. */
  int tableBytes() {
    return neutral() + 2 * planeBytes;
  }

  /** Offset in the table of a product with a weight of a pass's channel. */
  int entry(int channel, int ky, int kx, boolean negative) {
    int row = ky * window.dilationHeight();
    int tap = rowPhaseIndex[row % window.strideHeight()] * window.kernelWidth() + kx;
    return channel * expandedBytes()
        + (tap * TritExpansion.PLANES + (negative ? 2 : 0)) * planeBytes
        + row / window.strideHeight() * rowBytes();
  }

  /** Where a strip's first plane begins in a channel of the map. */
  int plane(int rowPhase, int columnPhase, int strip) {
    return ((rowPhase * window.strideWidth() + columnPhase) * strips + strip) * 2 * mapPlane;
  }

  /** Where the rows of a block begin in a channel of the map. */
  int blockStart(int block, int strip) {
    return strip * 2 * mapPlane + block * blockRows * rowBytes();
  }
}
