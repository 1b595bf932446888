// SPDX-License-Identifier: Apache-2.0
package org.setun.djl;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.BaseNDManager;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Makes arrays that only hold values, in memory of the heap: there is nothing to free. */
class SetunManager extends BaseNDManager {
  /** The one above all others, which is never closed. */
  private static final SetunManager ROOT = new Root();

  private SetunManager(NDManager parent, Device device) {
    super(parent, requireCpu(device));
  }

  /** DJL knows such a manager by its interface: it keeps nothing that is attached to it. */
  private static final class Root extends SetunManager implements NDManager.SystemNDManager {
    Root() {
      super(null, null);
    }
  }

  /** The manager above all others. */
  static SetunManager root() {
    return ROOT;
  }

  private static Device requireCpu(Device device) {
    if (device != null && device.isGpu()) {
      throw new IllegalArgumentException("Setun runs on the processor, not on " + device);
    }
    return Device.cpu();
  }

  @Override
  public Engine getEngine() {
    return Engine.getEngine(SetunEngine.NAME);
  }

  @Override
  public NDManager newSubManager(Device device) {
    SetunManager manager = new SetunManager(this, device);
    attachInternal(manager.uid, manager);
    return manager;
  }

  @Override
  public ByteBuffer allocateDirect(int capacity) {
    return ByteBuffer.allocate(capacity).order(ByteOrder.nativeOrder());
  }

  @Override
  public NDArray from(NDArray array) {
    return array == null || array instanceof SetunArray
        ? array
        : create(array.toByteBuffer(), array.getShape(), array.getDataType());
  }

  @Override
  public NDArray create(Buffer data, Shape shape, DataType dataType) {
    int size = Math.toIntExact(shape.size());
    BaseNDManager.validateBuffer(data, dataType, size);
    ByteBuffer bytes = allocateDirect(Math.multiplyExact(size, dataType.getNumOfBytes()));
    BaseNDManager.copyBuffer(data, bytes);
    bytes.rewind();
    return new SetunArray(this, bytes, shape, dataType);
  }

  @Override
  public NDArray zeros(Shape shape, DataType dataType) {
    int size = Math.multiplyExact(Math.toIntExact(shape.size()), dataType.getNumOfBytes());
    return new SetunArray(this, allocateDirect(size), shape, dataType);
  }
}
