// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.calibration;

import org.setun.kernels.op.ChannelParameters;
import org.setun.kernels.op.KernelSet;

/** What comes before and after products, on a row of 64 pixels of 64 channels. */
final class ValueWork {
  private static final int PIXELS = 64;
  private static final int CHANNELS = 64;
  static final int VALUES = PIXELS * CHANNELS;
  private static final int TAPS = 9;
  static final int WORDS = TAPS * 2 * PIXELS;

  private final KernelSet set;
  private final int[] counts = new int[VALUES];
  private final float[] values = new float[VALUES];
  private final float[] other = new float[VALUES];
  private final float[] perChannel = new float[CHANNELS];
  private final long[] packed = new long[2 * PIXELS + 64];
  private final long[] gathered = new long[WORDS + 64];
  private final int[] columns = new int[PIXELS];
  private final int[] wordOffsets = new int[TAPS];
  private final ChannelParameters parameters =
      new ChannelParameters(perChannel, null, perChannel, perChannel);

  ValueWork(KernelSet set) {
    this.set = set;
    for (int x = 0; x < PIXELS; x++) {
      columns[x] = 2 * x;
    }
    for (int k = 0; k < TAPS; k++) {
      wordOffsets[k] = 2 * (k % 3);
    }
  }

  void gather() {
    set.im2col().gather(packed, 0, wordOffsets, 16, PIXELS / 8, gathered, 0);
  }

  void epilogue() {
    set.epilogue()
        .fromCounts(
            counts, 0, PIXELS, CHANNELS, 0, CHANNELS, parameters, values, 0, CHANNELS, values, 0);
  }

  void ternarize() {
    set.ternarizer()
        .pack(
            values,
            0,
            PIXELS,
            CHANNELS,
            0,
            CHANNELS,
            perChannel,
            perChannel,
            perChannel,
            packed,
            0,
            columns,
            0,
            0);
  }

  void transpose() {
    set.transposition().transpose(values, 0, CHANNELS, PIXELS, CHANNELS, other, 0, PIXELS);
  }

  void pass() {
    for (int i = 0; i < VALUES; i++) {
      other[i] = values[i] + other[i];
    }
  }
}
