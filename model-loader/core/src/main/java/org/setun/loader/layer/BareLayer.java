// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.layer;

import java.util.List;
import org.setun.kernels.Layer;
import org.setun.kernels.Shape;

/** A layer without parameters that is one of the network's: the rules for shapes are that one's. */
interface BareLayer extends LayerSpec {
  /** The layer of the network. */
  Layer layer();

  @Override
  default Shape outputShape(List<Shape> in) {
    return layer().outputShape(in);
  }

  @Override
  default PendingLayers declare(Parameters parameters, List<Shape> in) {
    return OneLayer.of(this::layer);
  }

  /** Such a layer that reads one value. */
  interface Unary extends BareLayer, UnaryLayer {
    @Override
    default Shape outputShape(List<Shape> in) {
      return BareLayer.super.outputShape(in);
    }

    @Override
    default Shape outputShape(Shape in) {
      return outputShape(List.of(in));
    }

    @Override
    default PendingLayers declare(Parameters parameters, List<Shape> in) {
      return BareLayer.super.declare(parameters, in);
    }

    @Override
    default PendingLayers declare(Parameters parameters, Shape in) {
      return declare(parameters, List.of(in));
    }
  }
}
