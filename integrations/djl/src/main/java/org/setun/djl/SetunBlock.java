// SPDX-License-Identifier: Apache-2.0
package org.setun.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractSymbolBlock;
import ai.djl.nn.ParameterList;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import org.setun.kernels.Network;
import org.setun.kernels.SessionPool;

/** A network that runs batches of inputs, on one of several sessions. Thread-safe. */
final class SetunBlock extends AbstractSymbolBlock {
  private static final String INPUT = "input";
  private static final String OUTPUT = "output";

  private final Network network;
  private final SessionPool sessions;
  private final Shape input;
  private final Shape output;

  SetunBlock(Network network, int sessions) {
    this.network = network;
    this.sessions = network.pool(sessions);
    this.input = batches(network.inputShape());
    this.output = batches(network.outputShape());
    inputNames = List.of(INPUT);
  }

  /** Batch × channels × rows × columns, or batch × features where there is but one pixel. */
  private static Shape batches(org.setun.kernels.Shape shape) {
    return shape.pixels() == 1
        ? new Shape(-1, shape.channels())
        : new Shape(-1, shape.channels(), shape.height(), shape.width());
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore parameters,
      NDList inputs,
      boolean training,
      PairList<String, Object> options) {
    if (training) {
      throw new UnsupportedOperationException("Setun runs networks, it does not train them");
    }
    if (inputs.size() != 1) {
      throw new IllegalArgumentException(
          "the network reads one array of shape " + input + ", not " + inputs.size() + " arrays");
    }
    NDArray array = inputs.head();
    requireSuitable(array);
    int batch = Math.toIntExact(array.getShape().get(0));
    float[] outputs = new float[Math.multiplyExact(batch, network.outputShape().size())];
    run(array.toFloatArray(), outputs, batch);
    NDArray result =
        array
            .getManager()
            .create(FloatBuffer.wrap(outputs), sized(output, batch), array.getDataType());
    result.setName(OUTPUT);
    return new NDList(result);
  }

  private void requireSuitable(NDArray array) {
    Shape shape = array.getShape();
    boolean fits =
        shape.dimension() > 0
            && shape.get(0) > 0
            && shape.slice(1).size() == network.inputShape().size()
            && (shape.dimension() == 2 || shape.slice(1).equals(features()));
    if (!fits) {
      throw new IllegalArgumentException(
          "the network reads arrays of shape " + input + ", not " + shape);
    }
    if (array.getDataType() != DataType.FLOAT32) {
      throw new IllegalArgumentException(
          "the network reads float32, not " + array.getDataType() + ": convert it with toType");
    }
  }

  private Shape features() {
    org.setun.kernels.Shape shape = network.inputShape();
    return new Shape(shape.channels(), shape.height(), shape.width());
  }

  private void run(float[] images, float[] outputs, int batch) {
    try (SessionPool.Lease lease = sessions.borrow()) {
      lease.session().run(images, outputs, batch);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for a session", e);
    }
  }

  private static Shape sized(Shape batches, int batch) {
    List<Long> sizes = new ArrayList<>(List.of((long) batch));
    for (long size : batches.slice(1).getShape()) {
      sizes.add(size);
    }
    return new Shape(sizes);
  }

  /** None that DJL could see or set. */
  @Override
  public ParameterList getDirectParameters() {
    return new ParameterList();
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    return new Shape[] {sized(output, Math.toIntExact(inputShapes[0].get(0)))};
  }

  @Override
  public PairList<String, Shape> describeInput() {
    return new PairList<>(List.of(INPUT), List.of(input));
  }

  @Override
  public PairList<String, Shape> describeOutput() {
    return new PairList<>(List.of(OUTPUT), List.of(output));
  }
}
