package org.setun.kernels.op;

/** How activations lie in memory. */
public final class Layout {
  /**
   * Values of a pixel are padded to a multiple of this many channels: one word of trits, and a
   * whole number of fp32 vectors of any width, so that no kernel has a tail. Padding channels of
   * fp32 values are finite and never read as a result; their trits are 0.
   */
  public static final int CHANNEL_BLOCK = Long.SIZE;

  private Layout() {}

  /** {@code channels} rounded up to a multiple of {@link #CHANNEL_BLOCK}. */
  public static int paddedChannels(int channels) {
    return Math.ceilDiv(channels, CHANNEL_BLOCK) * CHANNEL_BLOCK;
  }

  /** A copy of one parameter per channel, padded with {@code filler} to {@link #paddedChannels}. */
  public static float[] padded(float[] perChannel, float filler) {
    float[] result = java.util.Arrays.copyOf(perChannel, paddedChannels(perChannel.length));
    java.util.Arrays.fill(result, perChannel.length, result.length, filler);
    return result;
  }
}
