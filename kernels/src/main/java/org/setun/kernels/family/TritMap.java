// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.family;

import java.util.List;
import org.setun.kernels.layout.Layout;
import org.setun.kernels.op.KernelSet;
import org.setun.kernels.pass.Buffers;

/**
 * The trits of one ternary convolution's input, laid out as its family reads them. Whoever makes
 * the value packs them, region by region, right after it was made and while it is in cache: a
 * {@link RowTritMap} from {@link org.setun.kernels.layout.ChannelsLast} values, a {@link
 * PlaneTritMap} from {@link org.setun.kernels.layout.Planar} ones.
 *
 * <p>Regions that do not overlap may be packed by several threads at the same time, so they must
 * not share an element of its array. A map's memory is 0 at first; what is never packed, such as a
 * border, stays so.
 */
public sealed interface TritMap permits RowTritMap, PlaneTritMap {
  /** Name of the convolution. */
  String convolution();

  /** Layout of the values that the trits are made of. */
  Layout layout();

  /** Asks for the map's memory under the name {@link #memory()}. */
  void memory(Buffers.Need need);

  /** The same map, made by other kernels; itself if it is made by none. */
  default TritMap on(KernelSet kernels) {
    return this;
  }

  /** The same maps, made by other kernels. */
  static List<TritMap> on(List<TritMap> maps, KernelSet kernels) {
    return maps.stream().map(map -> map.on(kernels)).toList();
  }

  /** Name of the map's memory in a session's {@link Buffers}. */
  default String memory() {
    return convolution() + " (trits)";
  }
}
