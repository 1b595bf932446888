// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.layer;

import java.util.List;
import org.setun.kernels.Shape;
import org.setun.loader.checkpoint.CheckpointException;

/** A layer that reads one value: the same methods without lists. */
interface UnaryLayer extends LayerSpec {
  /** {@return name of an earlier layer, or {@code input}} */
  String input();

  /** As {@link LayerSpec#outputShape(List)}. */
  Shape outputShape(Shape in);

  /** As {@link LayerSpec#declare(Parameters, List)}. */
  PendingLayers declare(Parameters parameters, Shape in) throws CheckpointException;

  /** As {@link LayerSpec#reference(List, Tensors)}. */
  Value reference(Value in, Tensors tensors) throws CheckpointException;

  /** As {@link LayerSpec#slack(List, List, Tensors)}. */
  Value slack(Value in, Value slack, Tensors tensors) throws CheckpointException;

  @Override
  default List<String> inputs() {
    return List.of(input());
  }

  @Override
  default Shape outputShape(List<Shape> in) {
    return outputShape(in.getFirst());
  }

  @Override
  default PendingLayers declare(Parameters parameters, List<Shape> in) throws CheckpointException {
    return declare(parameters, in.getFirst());
  }

  @Override
  default Value reference(List<Value> in, Tensors tensors) throws CheckpointException {
    return reference(in.getFirst(), tensors);
  }

  @Override
  default Value slack(List<Value> in, List<Value> slack, Tensors tensors)
      throws CheckpointException {
    return slack(in.getFirst(), slack.getFirst(), tensors);
  }
}
