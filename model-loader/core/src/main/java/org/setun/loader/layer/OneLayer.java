// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.layer;

import java.util.List;
import org.setun.kernels.Layer;
import org.setun.loader.checkpoint.CheckpointException;

/** What builds the one layer that a layer of an architecture is, whose weights no method makes. */
@FunctionalInterface
interface OneLayer {
  /** Reads the tensors and builds. */
  Layer build() throws CheckpointException, ParameterException;

  static PendingLayers of(OneLayer layer) {
    return _ -> List.of(layer.build());
  }
}
