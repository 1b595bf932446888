// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.layer;

import java.util.List;
import java.util.function.Function;
import org.setun.kernels.Layer;
import org.setun.loader.checkpoint.CheckpointException;
import org.setun.loader.method.MethodException;
import org.setun.loader.method.MethodOptions;

/** A layer whose keys are declared and whose tensors are not read yet. */
@FunctionalInterface
public interface PendingLayers {
  /**
   * Reads the tensors and builds the layers of the network that the layer is.
   *
   * @param methods how the weights of a ternary layer were trained, by its name
   * @return the layers; the last one has the layer's name, the others names of {@link Groups#part}
   * @throws CheckpointException if a tensor cannot be read
   * @throws MethodException if weights are not what their method makes
   * @throws ParameterException if a value is no use
   */
  List<Layer> build(Function<String, MethodOptions> methods)
      throws CheckpointException, MethodException, ParameterException;
}
