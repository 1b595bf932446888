// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.family;

import java.util.List;
import org.setun.kernels.layout.ChannelsLast;
import org.setun.kernels.pass.Buffers;

/**
 * Packs rows of one {@link ChannelsLast} value for all ternary convolutions that read it, right
 * after the row was made and while it is in cache.
 */
public final class RowPacker {
  private final RowTritMap[] maps;
  private final long[][] packed;
  private final float[] values;
  private final int width;

  /**
   * Binds to a session's memory.
   *
   * @param targets the convolutions' trits, each a {@link RowTritMap}
   * @param values memory of the value
   * @param width pixels in a row of the value
   */
  public RowPacker(List<TritMap> targets, Buffers buffers, float[] values, int width) {
    this.maps = targets.stream().map(RowTritMap.class::cast).toArray(RowTritMap[]::new);
    this.packed = targets.stream().map(t -> buffers.longs(t.memory())).toArray(long[][]::new);
    this.values = values;
    this.width = width;
  }

  /**
   * Packs channels {@code first} to {@code end}, multiples of {@value ChannelsLast#CHANNEL_BLOCK},
   * of row {@code y}.
   */
  public void pack(int y, int first, int end) {
    pack(y, 0, width, first, end);
  }

  /** As {@link #pack(int, int, int)}, columns {@code x0} to {@code x1}, exclusive. */
  public void pack(int y, int x0, int x1, int first, int end) {
    for (int i = 0; i < maps.length; i++) {
      maps[i].pack(values, y, x0, x1, first, end, packed[i]);
    }
  }
}
