// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.checkpoint;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.setun.loader.checkpoint.CheckpointException.Kind;

/** A NumPy array in a pickle, whose elements are in the pickle itself. */
final class NumpyArray {
  private NumpyDtype dtype;
  private long[] shape;
  private boolean columnMajor;
  private MemorySegment elements;

  /** Sets what {@code ndarray.__setstate__} is given or {@code _frombuffer} makes. */
  void set(
      NumpyDtype newDtype, long[] newShape, boolean newColumnMajor, MemorySegment newElements) {
    dtype = newDtype;
    shape = newShape;
    columnMajor = newColumnMajor;
    elements = newElements;
  }

  /** Whether elements were ever set, of a type that is read. */
  boolean isReadable() {
    return elements != null && dtype.dtype() != null;
  }

  String typeName() {
    return dtype == null ? "none" : dtype.code();
  }

  /** The array as a tensor; {@link Kind#BAD_TENSOR} where shape and elements do not fit. */
  Tensor tensor(MappedFile file, String name) throws CheckpointException {
    Storage storage = new Storage(file, elements, dtype.dtype(), dtype.order());
    return Tensor.filling(
        name,
        storage,
        shape,
        columnMajor ? Tensor.columnMajorStrides(shape) : Tensor.rowMajorStrides(shape));
  }

  @Override
  public String toString() {
    return typeName() + Arrays.toString(shape);
  }
}
