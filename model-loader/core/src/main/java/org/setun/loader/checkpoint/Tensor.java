// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.checkpoint;

import java.util.Arrays;
import org.setun.loader.checkpoint.CheckpointException.Kind;

/**
 * A named tensor of a checkpoint: a strided view of a storage in the mapped file.
 *
 * <p>Nothing is read before one of the {@code to…} methods is called, and each call reads anew. All
 * of them give the elements in row-major order of {@link #shape()}, whatever the strides. Instances
 * are immutable and may be shared by threads; reading fails with an {@link IllegalStateException}
 * once the {@link Checkpoint} is closed.
 *
 * @since 0.1
 */
public final class Tensor {
  /** Most dimensions a tensor may have; torch's own limit. */
  static final int MAX_RANK = 64;

  /** A view may repeat elements (stride 0) up to this count even when the file is smaller. */
  static final long SMALL_VIEW = 1 << 16;

  /** Longest array that the JVM is sure to allocate. */
  private static final int LONGEST_ARRAY = Integer.MAX_VALUE - 8;

  private final String name;
  private final Storage storage;
  private final long offset;
  private final long[] shape;
  private final long[] strides;
  private final long elementCount;

  private Tensor(
      String name, Storage storage, long offset, long[] shape, long[] strides, long elementCount) {
    this.name = name;
    this.storage = storage;
    this.offset = offset;
    this.shape = shape;
    this.strides = strides;
    this.elementCount = elementCount;
  }

  /**
   * A view of a storage, checked to lie inside it.
   *
   * @param offset of the first element, in elements
   * @param shape extents, outermost first; not copied
   * @param strides elements from one index to the next, per dimension; not copied
   */
  static Tensor view(String name, Storage storage, long offset, long[] shape, long[] strides)
      throws CheckpointException {
    MappedFile file = storage.file();
    String bad = problem(storage.size(), file.capacity(), offset, shape, strides);
    if (bad != null) {
      throw file.error(Kind.BAD_TENSOR, name, bad);
    }
    return new Tensor(name, storage, offset, shape, strides, product(shape));
  }

  /** As {@link #view} from the first element on, for a storage that must have no byte to spare. */
  static Tensor filling(String name, Storage storage, long[] shape, long[] strides)
      throws CheckpointException {
    long held = storage.bytes().byteSize();
    long needed;
    try {
      needed = Math.multiplyExact(product(shape), storage.dtype().byteSize());
    } catch (ArithmeticException e) {
      needed = -1;
    }
    if (held != needed) {
      throw storage
          .file()
          .error(
              Kind.BAD_TENSOR,
              name,
              held + " bytes do not hold " + storage.dtype() + Arrays.toString(shape));
    }
    return view(name, storage, 0, shape, strides);
  }

  private static String problem(
      long storageSize, long fileSize, long offset, long[] shape, long[] strides) {
    if (shape.length != strides.length) {
      return "has " + shape.length + " dimensions and " + strides.length + " strides";
    }
    if (shape.length > MAX_RANK) {
      return "has " + shape.length + " dimensions, more than " + MAX_RANK;
    }
    if (offset < 0) {
      return "starts at element " + offset;
    }
    for (int d = 0; d < shape.length; d++) {
      if (shape[d] < 0 || strides[d] < 0) {
        return "has the extent " + shape[d] + " with the stride " + strides[d];
      }
    }
    try {
      long count = product(shape);
      if (count == 0) {
        return null;
      }
      long last = offset;
      for (int d = 0; d < shape.length; d++) {
        last = Math.addExact(last, Math.multiplyExact(shape[d] - 1, strides[d]));
      }
      if (last >= storageSize) {
        return "reaches element " + last + " of a storage of " + storageSize;
      }
      // An expanded view of one element could ask for any amount of memory from a tiny file.
      if (count > Math.max(fileSize, SMALL_VIEW)) {
        return "repeats its elements to " + count + " in a file of " + fileSize + " bytes";
      }
      return null;
    } catch (ArithmeticException e) {
      return "has a size beyond 64 bits: " + Arrays.toString(shape);
    }
  }

  /** Number of elements of a shape; throws ArithmeticException beyond 2^63. */
  static long product(long[] shape) {
    long count = 1;
    for (long extent : shape) {
      if (extent == 0) {
        return 0;
      }
    }
    for (long extent : shape) {
      count = Math.multiplyExact(count, extent);
    }
    return count;
  }

  /** Strides of a dense row-major tensor; unspecified where a product leaves 64 bits. */
  static long[] rowMajorStrides(long[] shape) {
    long[] strides = new long[shape.length];
    long stride = 1;
    for (int d = shape.length - 1; d >= 0; d--) {
      strides[d] = stride;
      stride *= Math.max(shape[d], 1);
    }
    return strides;
  }

  /** As {@link #rowMajorStrides}, with the first extent running fastest. */
  static long[] columnMajorStrides(long[] shape) {
    long[] strides = new long[shape.length];
    long stride = 1;
    for (int d = 0; d < shape.length; d++) {
      strides[d] = stride;
      stride *= Math.max(shape[d], 1);
    }
    return strides;
  }

  Tensor renamed(String newName) {
    return new Tensor(newName, storage, offset, shape, strides, elementCount);
  }

  /**
   * The tensor's key in its state dict.
   *
   * @return the name, without {@code module.} where {@link StateDict} stripped it
   */
  public String name() {
    return name;
  }

  /**
   * The element type in the file.
   *
   * @return the type
   */
  public DType dtype() {
    return storage.dtype();
  }

  /**
   * The extents, outermost dimension first; empty for a scalar.
   *
   * @return a fresh array
   */
  public long[] shape() {
    return shape.clone();
  }

  /**
   * The strides in elements, in the order of {@link #shape()}.
   *
   * @return a fresh array
   */
  public long[] strides() {
    return strides.clone();
  }

  /**
   * The number of elements: the product of {@link #shape()}.
   *
   * @return the count, 1 for a scalar
   */
  public long elementCount() {
    return elementCount;
  }

  /**
   * The size of the elements when written densely; the storage in the file may be larger.
   *
   * @return {@link #elementCount()} times the size of an element, in bytes
   */
  public long byteSize() {
    return elementCount * dtype().byteSize();
  }

  /**
   * Reads all elements as fp32. fp16 and bf16 convert exactly, fp64 and int64 round to nearest,
   * bool gives 0 and 1.
   *
   * @return a fresh array in row-major order
   * @throws CheckpointException {@code UNSUPPORTED} when there are more elements than an array
   *     holds, {@code TRUNCATED} when the file was cut since it was opened
   */
  public float[] toFloats() throws CheckpointException {
    float[] out = new float[arrayLength()];
    gather((first, stride, at, count) -> storage.readFloats(first, stride, out, at, count));
    return out;
  }

  /**
   * Reads all elements of an integer or bool tensor; bool gives 0 and 1.
   *
   * @return a fresh array in row-major order
   * @throws CheckpointException {@code BAD_TENSOR} when the elements are floating-point, else as
   *     {@link #toFloats()}
   */
  public long[] toLongs() throws CheckpointException {
    if (dtype().isFloating()) {
      throw storage.file().error(Kind.BAD_TENSOR, name, "holds " + dtype() + ", not integers");
    }
    long[] out = new long[arrayLength()];
    gather((first, stride, at, count) -> storage.readLongs(first, stride, out, at, count));
    return out;
  }

  /**
   * Reads all elements of an I8 or U8 tensor; of U8 those above 127 are negative bytes.
   *
   * @return a fresh array in row-major order
   * @throws CheckpointException {@code BAD_TENSOR} when the elements are neither, else as {@link
   *     #toFloats()}
   */
  public byte[] toBytes() throws CheckpointException {
    if (dtype() != DType.I8 && dtype() != DType.U8) {
      throw storage.file().error(Kind.BAD_TENSOR, name, "holds " + dtype() + ", not I8 or U8");
    }
    byte[] out = new byte[arrayLength()];
    gather((first, stride, at, count) -> storage.readBytes(first, stride, out, at, count));
    return out;
  }

  private int arrayLength() throws CheckpointException {
    if (elementCount > LONGEST_ARRAY) {
      throw storage
          .file()
          .error(Kind.UNSUPPORTED, name, elementCount + " elements do not fit an array");
    }
    return (int) elementCount;
  }

  /** Reads a run of equally spaced elements into a row-major array. */
  private interface Run {
    void read(long first, long stride, int at, int count);
  }

  private void gather(Run run) throws CheckpointException {
    if (elementCount == 0) {
      return;
    }
    try {
      if (isContiguous()) {
        run.read(offset, 1, 0, (int) elementCount);
      } else {
        gatherStrided(run);
      }
      // The JVM throws the error when it next looks for such requests, which may be after this
      // method: a call of native code makes it look.
      Thread.yield();
    } catch (InternalError e) {
      // How the JVM reports a page of a mapping that lies beyond the end of the file.
      throw new CheckpointException(
          Kind.TRUNCATED, storage.file().path(), name, "the file was cut while it was open", e);
    }
  }

  /** One run for every index of the outer dimensions, counted like an odometer. */
  private void gatherStrided(Run run) {
    int inner = shape.length - 1;
    int count = (int) shape[inner];
    long[] index = new long[inner];
    long first = offset;
    for (int at = 0; at < elementCount; at += count) {
      run.read(first, strides[inner], at, count);
      for (int d = inner - 1; d >= 0; d--) {
        first += strides[d];
        if (++index[d] < shape[d]) {
          break;
        }
        first -= strides[d] * shape[d];
        index[d] = 0;
      }
    }
  }

  private boolean isContiguous() {
    long expected = 1;
    for (int d = shape.length - 1; d >= 0; d--) {
      if (shape[d] != 1 && strides[d] != expected) {
        return false;
      }
      expected *= shape[d];
    }
    return true;
  }

  /**
   * Name, type and shape, for messages.
   *
   * @return for example {@code fc.weight F32[1000, 512]}
   */
  @Override
  public String toString() {
    return name + " " + dtype() + Arrays.toString(shape);
  }
}
