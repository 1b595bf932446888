package org.setun.kernels.plan;

import java.util.Map;

/**
 * A session's memory for one image: fp32 values (NHWC, channels padded), split inputs of fp32
 * convolutions and packed inputs of ternary ones, by name.
 */
final class Buffers {
  private final Map<String, float[]> values;
  private final Map<String, long[]> packed;
  private final Map<String, float[]> split;
  private final int threads;
  private float[] image;
  private int imageOffset;

  Buffers(
      Map<String, float[]> values,
      Map<String, long[]> packed,
      Map<String, float[]> split,
      int threads) {
    this.threads = threads;
    this.values = values;
    this.packed = packed;
    this.split = split;
  }

  /** Memory of the value {@code name}. */
  float[] value(String name) {
    return values.get(name);
  }

  /** Memory of the packed input of the ternary convolution {@code layer}. */
  long[] packed(String layer) {
    return packed.get(layer);
  }

  /** Memory of the split input of the fp32 convolution {@code layer}. */
  float[] split(String layer) {
    return split.get(layer);
  }

  /** Threads that share the session's work. */
  int threads() {
    return threads;
  }

  /** Points to the image that the next run reads: NCHW in the caller's array. */
  void image(float[] array, int offset) {
    image = array;
    imageOffset = offset;
  }

  /** The caller's array. */
  float[] image() {
    return image;
  }

  /** Index of the image's first value in {@link #image()}. */
  int imageOffset() {
    return imageOffset;
  }
}
