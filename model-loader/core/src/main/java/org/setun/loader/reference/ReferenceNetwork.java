// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.reference;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.setun.kernels.NetworkGraph;
import org.setun.loader.arch.Architecture;
import org.setun.loader.checkpoint.CheckpointException;
import org.setun.loader.checkpoint.StateDict;
import org.setun.loader.convert.LayerMethods;
import org.setun.loader.layer.LayerSpec;
import org.setun.loader.layer.Tensors;
import org.setun.loader.layer.Value;

/**
 * Computes a network's layers by their definitions, reading the checkpoint's tensors as they are:
 * two binary kernels stay two, and every BatchNorm is computed. It is slow on purpose.
 */
public final class ReferenceNetwork {
  private final Architecture architecture;
  private final Tensors tensors;

  /**
   * A network over an open checkpoint whose keys fit the architecture.
   *
   * @param architecture the network
   * @param state its tensors
   * @param methods how the weights of its ternary layers were trained
   */
  public ReferenceNetwork(Architecture architecture, StateDict state, LayerMethods methods) {
    this.architecture = architecture;
    this.tensors = new Tensors(state, methods::options);
  }

  /**
   * Computes all values.
   *
   * @param image the network's input, laid out (channel, row, column)
   * @return the values by name, the input's first
   * @throws CheckpointException if a tensor is missing or cannot be read
   */
  public Map<String, Value> run(float[] image) throws CheckpointException {
    Map<String, Value> values = new LinkedHashMap<>();
    values.put(NetworkGraph.INPUT, new Value(architecture.inputShape(), image));
    for (LayerSpec layer : architecture.layers()) {
      values.put(layer.name(), layer(layer, layer.inputs().stream().map(values::get).toList()));
    }
    return values;
  }

  /**
   * Computes one layer.
   *
   * @param layer the layer
   * @param inputs the values it reads, in its order
   * @return the layer's value
   * @throws CheckpointException if a tensor is missing or cannot be read
   */
  public Value layer(LayerSpec layer, List<Value> inputs) throws CheckpointException {
    return layer.reference(inputs, tensors);
  }

  /**
   * How far a layer's value may move: {@link LayerSpec#slack}, where anything moves at all.
   *
   * @param layer the layer
   * @param inputs the values it reads, in its order
   * @param slack how far each value of the inputs may move, not below 0
   * @return a bound for every value of the layer
   * @throws CheckpointException if a tensor is missing or cannot be read
   */
  public Value slack(LayerSpec layer, List<Value> inputs, List<Value> slack)
      throws CheckpointException {
    if (!layer.makesTrits() && slack.stream().allMatch(Value::isZero)) {
      return Value.zeros(layer.outputShape(slack.stream().map(Value::shape).toList()));
    }
    return layer.slack(inputs, slack, tensors);
  }
}
