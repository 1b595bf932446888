// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.family;

import org.setun.kernels.layout.ChannelsLast;
import org.setun.kernels.layout.Layout;
import org.setun.kernels.pass.Buffers;

/** Trits that are packed from {@link ChannelsLast} values. */
public non-sealed interface RowTritMap extends TritMap {
  @Override
  default Layout layout() {
    return ChannelsLast.LAYOUT;
  }

  /** Length of the map's array of longs. */
  int words();

  @Override
  default void memory(Buffers.Need need) {
    need.longs(memory(), words());
  }

  /**
   * Packs a run of pixels of one row.
   *
   * @param values the whole value
   * @param y row
   * @param x0 first pixel
   * @param x1 end pixel, exclusive
   * @param first first channel, a multiple of {@link ChannelsLast#CHANNEL_BLOCK}
   * @param end end channel, exclusive, a multiple of {@link ChannelsLast#CHANNEL_BLOCK}
   * @param packed the map's memory
   */
  void pack(float[] values, int y, int x0, int x1, int first, int end, long[] packed);
}
