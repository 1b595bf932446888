// SPDX-License-Identifier: Apache-2.0
package org.setun.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrayAdapter;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;

/** Values and their shape. */
final class SetunArray extends NDArrayAdapter {
  private ByteBuffer bytes;

  /**
   * An array of its manager's.
   *
   * @param bytes the values in native order, from its position on
   */
  SetunArray(SetunManager manager, ByteBuffer bytes, Shape shape, DataType dataType) {
    super(manager, null, shape, dataType, NDManager.nextUid());
    this.bytes = bytes;
    manager.attachInternal(uid, this);
  }

  @Override
  public ByteBuffer toByteBuffer(boolean tryDirect) {
    return bytes.duplicate().order(bytes.order());
  }

  @Override
  public void intern(NDArray replaced) {
    bytes = replaced.toByteBuffer();
    replaced.close();
  }

  /** As the superclass does, but without making the manager stand in for another engine's. */
  @Override
  public void attach(NDManager next) {
    detach();
    manager = next;
    manager.attachInternal(getUid(), this);
  }

  @Override
  public void detach() {
    manager.detachInternal(getUid());
    manager = SetunManager.root();
  }

  @Override
  public void close() {
    if (!isClosed) {
      manager.detachInternal(getUid());
      super.close();
    }
  }
}
