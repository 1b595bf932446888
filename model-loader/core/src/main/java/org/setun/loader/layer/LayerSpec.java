// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.layer;

import java.util.List;
import org.setun.kernels.Shape;
import org.setun.loader.checkpoint.CheckpointException;

/**
 * One layer of an architecture: what it computes, what it reads, the key in the checkpoint under
 * which its parameters lie, and how it becomes layers of a network. Each kind is one class of this
 * package, with a line in {@link LayerKinds}. What stands for several, as a residual block, is
 * expanded when the description is read.
 */
public interface LayerSpec {
  /** Distance from a threshold, in units of the ternarized value, that rounding bridges. */
  float BAND = 1e-5f;

  /**
   * The layer's name.
   *
   * @return a name unique in its architecture, also that of the value the layer produces
   */
  String name();

  /**
   * The values the layer reads.
   *
   * @return names of earlier layers, or {@code input}
   */
  List<String> inputs();

  /**
   * Infers the shape of the layer's value.
   *
   * @param in shapes of {@link #inputs()}, in their order
   * @return the shape
   * @throws IllegalArgumentException if the layer cannot read these
   */
  Shape outputShape(List<Shape> in);

  /**
   * Declares the keys that the layer reads.
   *
   * @param parameters takes the declarations
   * @param in shapes of {@link #inputs()}, in their order
   * @return what builds the layer once all keys are known to fit
   * @throws CheckpointException if the checkpoint cannot be read
   */
  PendingLayers declare(Parameters parameters, List<Shape> in) throws CheckpointException;

  /**
   * Computes the layer by its definition, sharing nothing with the conversion or the kernels.
   *
   * @param in the values of {@link #inputs()}, in their order
   * @param tensors the checkpoint's tensors as they are
   * @return the layer's value
   * @throws CheckpointException if a tensor is missing or cannot be read
   */
  Value reference(List<Value> in, Tensors tensors) throws CheckpointException;

  /**
   * How far the layer's value may move when its inputs move, and when trits turn whose fp32 input
   * lies so near a threshold that another order of rounding decides them.
   *
   * @param in the values of {@link #inputs()}, in their order
   * @param slack how far each of those values may move, not below 0
   * @param tensors the checkpoint's tensors
   * @return a bound for every value of the layer
   * @throws CheckpointException if a tensor is missing or cannot be read
   */
  Value slack(List<Value> in, List<Value> slack, Tensors tensors) throws CheckpointException;

  /** {@return whether it makes trits: its value may move though its inputs do not} */
  default boolean makesTrits() {
    return false;
  }
}
