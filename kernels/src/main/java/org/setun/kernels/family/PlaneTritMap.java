// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.family;

import org.setun.kernels.layout.Layout;
import org.setun.kernels.layout.Planar;
import org.setun.kernels.pass.Buffers;

/** Trits that are packed from {@link Planar} values. */
public non-sealed interface PlaneTritMap extends TritMap {
  @Override
  default Layout layout() {
    return Planar.LAYOUT;
  }

  /** Length of the map's array of bytes. */
  int bytes();

  @Override
  default void memory(Buffers.Need need) {
    need.bytes(memory(), bytes());
  }

  /**
   * Packs rows of one channel.
   *
   * @param values the whole value
   * @param channel channel
   * @param y0 first row
   * @param y1 end row, exclusive
   * @param bits working memory, {@link PlanePacker#bits} longs
   * @param packed the map's memory
   */
  void pack(float[] values, int channel, int y0, int y1, long[] bits, byte[] packed);
}
