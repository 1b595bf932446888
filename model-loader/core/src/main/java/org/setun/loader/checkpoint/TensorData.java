// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.util.Arrays;
import java.util.Objects;
import org.setun.loader.io.AtomicFile;

/**
 * A dense row-major tensor in memory, to be written by {@link Safetensors#write}. Shares its array
 * with the caller, who must not change it until it is written.
 *
 * @since 0.1
 */
public final class TensorData {
  /** Bytes converted at a time while writing. */
  private static final int BUFFER_BYTES = 1 << 16;

  private final DType dtype;
  private final long[] shape;
  private final Object values;

  private TensorData(DType dtype, long[] shape, Object values, int length) {
    long[] extents = shape.clone();
    if (Arrays.stream(extents).anyMatch(extent -> extent < 0)
        || Tensor.product(extents) != length) {
      throw new IllegalArgumentException(
          length + " values do not fill the shape " + Arrays.toString(extents));
    }
    this.dtype = dtype;
    this.shape = extents;
    this.values = values;
  }

  /**
   * An F32 tensor.
   *
   * @param values the elements in row-major order, not copied
   * @param shape the extents, outermost first; none for a scalar
   * @return the tensor
   * @throws IllegalArgumentException when the shape does not hold exactly the values
   */
  public static TensorData ofFloats(float[] values, long... shape) {
    Objects.requireNonNull(values, "values");
    Objects.requireNonNull(shape, "shape");
    return new TensorData(DType.F32, shape, values, values.length);
  }

  /**
   * An I8 tensor.
   *
   * @param values the elements in row-major order, not copied
   * @param shape the extents, outermost first; none for a scalar
   * @return the tensor
   * @throws IllegalArgumentException when the shape does not hold exactly the values
   */
  public static TensorData ofBytes(byte[] values, long... shape) {
    Objects.requireNonNull(values, "values");
    Objects.requireNonNull(shape, "shape");
    return new TensorData(DType.I8, shape, values, values.length);
  }

  /**
   * The element type.
   *
   * @return F32 or I8
   */
  public DType dtype() {
    return dtype;
  }

  /**
   * The extents, outermost dimension first.
   *
   * @return a fresh array
   */
  public long[] shape() {
    return shape.clone();
  }

  long byteSize() {
    return Tensor.product(shape) * dtype.byteSize();
  }

  /** Appends the elements, little-endian, to a file. */
  void writeTo(WritableByteChannel channel) throws IOException {
    switch (values) {
      case float[] floats -> {
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 0; at < floats.length; at += BUFFER_BYTES / Float.BYTES) {
          int count = Math.min(BUFFER_BYTES / Float.BYTES, floats.length - at);
          buffer.clear().limit(count * Float.BYTES);
          buffer.asFloatBuffer().put(floats, at, count);
          AtomicFile.writeAll(channel, buffer);
        }
      }
      case byte[] bytes -> AtomicFile.writeAll(channel, ByteBuffer.wrap(bytes));
      default -> throw new AssertionError(values.getClass());
    }
  }

  /** Type and shape, for messages. */
  @Override
  public String toString() {
    return "TensorData " + dtype + Arrays.toString(shape);
  }
}
