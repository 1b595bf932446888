// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.family.pixels;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.setun.kernels.Layer.TritConvolution;
import org.setun.kernels.Shape;
import org.setun.kernels.Thresholds;
import org.setun.kernels.Window;
import org.setun.kernels.family.PlaneTritMap;
import org.setun.kernels.layout.Planar;
import org.setun.kernels.op.KernelSet;
import org.setun.kernels.op.PlanarTernarizer;

/** The trits of one convolution's input, laid out by {@link PixelGrid}. */
final class PixelTrits implements PlaneTritMap {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle SHORTS =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

  private final String convolution;
  private final PixelGrid grid;
  private final Shape in;
  private final Thresholds thresholds;
  private final PlanarTernarizer ternarizer;

  PixelTrits(TritConvolution layer, Shape in, PixelGrid grid, PlanarTernarizer ternarizer) {
    this.convolution = layer.name();
    this.grid = grid;
    this.in = in;
    this.thresholds = layer.thresholds();
    this.ternarizer = ternarizer;
  }

  private PixelTrits(PixelTrits other, PlanarTernarizer ternarizer) {
    this.convolution = other.convolution;
    this.grid = other.grid;
    this.in = other.in;
    this.thresholds = other.thresholds;
    this.ternarizer = ternarizer;
  }

  @Override
  public String convolution() {
    return convolution;
  }

  @Override
  public int bytes() {
    return Math.multiplyExact(in.channels(), grid.channelBytes);
  }

  @Override
  public PixelTrits on(KernelSet kernels) {
    return new PixelTrits(this, kernels.bitSliced().ternarizer());
  }

  @Override
  public void pack(float[] values, int channel, int y0, int y1, long[] bits, byte[] packed) {
    int pitch = Planar.pitch(in.width());
    ternarizer.bits(
        values,
        channel * Planar.plane(in) + y0 * pitch,
        pitch,
        y1 - y0,
        in.width(),
        thresholds.low()[channel],
        thresholds.high()[channel],
        thresholds.negated()[channel],
        bits);
    Window window = grid.window;
    if (window.strideHeight() == 1 && window.strideWidth() == 1 && grid.strips == 1) {
      packSimple(channel, y0, y1, bits, packed);
      return;
    }
    int words = Math.ceilDiv(in.width(), Long.SIZE);
    for (int y = y0; y < y1; y++) {
      int padded = window.padTop() + y;
      int row = padded / window.strideHeight();
      if (row * grid.rowBytes() >= grid.mapPlane) {
        return; // no output reads the last rows
      }
      int rowPhase = padded % window.strideHeight();
      for (int strip = 0; strip < grid.strips; strip++) {
        for (int phase = 0; phase < window.strideWidth(); phase++) {
          int to =
              channel * grid.channelBytes
                  + grid.plane(rowPhase, phase, strip)
                  + row * grid.rowBytes();
          int first = strip * grid.stripColumns * window.strideWidth() + phase - window.padLeft();
          int from = 2 * (y - y0) * words;
          put(packed, to, columns(bits, from, words, first, window.strideWidth()));
          put(
              packed,
              to + grid.mapPlane,
              columns(bits, from + 1, words, first, window.strideWidth()));
        }
      }
    }
  }

  /** Where all columns that are read lie in one word. */
  private void packSimple(int channel, int y0, int y1, long[] bits, byte[] packed) {
    int shift = grid.window.padLeft();
    int stride = 2 * Math.ceilDiv(in.width(), Long.SIZE);
    int first = channel * grid.channelBytes;
    int end = Math.min(y1, grid.mapPlane / grid.rowBytes() - grid.window.padTop());
    for (int y = y0; y < end; y++) {
      int from = (y - y0) * stride;
      int to = first + (grid.window.padTop() + y) * grid.rowBytes();
      put(packed, to, shifted(bits[from], shift));
      put(packed, to + grid.mapPlane, shifted(bits[from + 1], shift));
    }
  }

  private static long shifted(long bits, int shift) {
    return shift < Long.SIZE ? bits << shift : 0;
  }

  /**
   * Columns {@code first}, {@code first + stride}, … of a row, 64 of them.
   *
   * @param bits words of the row, two apart
   */
  private static long columns(long[] bits, int from, int words, int first, int stride) {
    if (stride == 1) {
      return word(bits, from, words, first);
    }
    long result = 0;
    if (Integer.bitCount(stride) == 1 && stride <= 16) {
      int each = Long.SIZE / stride;
      for (int i = 0; i < stride; i++) {
        long some = Long.compress(word(bits, from, words, first + i * Long.SIZE), mask(stride));
        result |= some << i * each;
      }
      return result;
    }
    for (int i = 0; i < Long.SIZE; i++) {
      long column = (long) first + (long) i * stride;
      if (column >= 0 && column < (long) words * Long.SIZE) {
        result |= (bits[from + 2 * (int) (column / Long.SIZE)] >>> column & 1) << i;
      }
    }
    return result;
  }

  /** Every {@code stride}th bit, for a power of two. */
  private static long mask(int stride) {
    return switch (stride) {
      case 2 -> 0x5555555555555555L;
      case 4 -> 0x1111111111111111L;
      case 8 -> 0x0101010101010101L;
      default -> 0x0001000100010001L;
    };
  }

  /** 64 columns from {@code first} on; 0 before the first and past the last word. */
  private static long word(long[] bits, int from, int words, int first) {
    int index = Math.floorDiv(first, Long.SIZE);
    int shift = Math.floorMod(first, Long.SIZE);
    long low = index >= 0 && index < words ? bits[from + 2 * index] >>> shift : 0;
    if (shift == 0 || index + 1 < 0 || index + 1 >= words) {
      return low;
    }
    return low | bits[from + 2 * (index + 1)] << Long.SIZE - shift;
  }

  private void put(byte[] packed, int to, long row) {
    switch (grid.rowBits) {
      case Short.SIZE -> SHORTS.set(packed, to, (short) row);
      case Integer.SIZE -> INTS.set(packed, to, (int) row);
      default -> LONGS.set(packed, to, row);
    }
  }
}
