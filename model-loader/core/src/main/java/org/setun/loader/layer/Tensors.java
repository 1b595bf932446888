// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.layer;

import java.util.function.Function;
import org.setun.loader.checkpoint.CheckpointException;
import org.setun.loader.checkpoint.StateDict;
import org.setun.loader.method.MethodOptions;

/**
 * What the layers of a reference read: a checkpoint's tensors as they are.
 *
 * @param state the tensors
 * @param methods how the weights of a ternary layer were trained, by its name
 */
public record Tensors(StateDict state, Function<String, MethodOptions> methods) {
  /** {@return whether there is a tensor of that name} */
  boolean contains(String key) {
    return state.contains(key);
  }

  /** {@return a tensor's values, in row-major order} */
  float[] floats(String key) throws CheckpointException {
    return state.tensor(key).toFloats();
  }

  /** {@return how the weights of a layer were trained} */
  MethodOptions method(String layer) {
    return methods.apply(layer);
  }
}
