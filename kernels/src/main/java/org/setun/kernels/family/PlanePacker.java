// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.family;

import java.util.List;
import org.setun.kernels.pass.Buffers;
import org.setun.kernels.pass.Scratch;

/**
 * Packs rows of one {@link org.setun.kernels.layout.Planar} value for all ternary convolutions that
 * read it. An operation that uses it asks for its {@link #scratch}.
 */
public final class PlanePacker {
  /** Index of the longs in which rows become bits. */
  private static final int BITS = 1;

  private final PlaneTritMap[] maps;
  private final byte[][] packed;
  private final float[] values;

  /**
   * Binds to a session's memory.
   *
   * @param targets the convolutions' trits, each a {@link PlaneTritMap}
   * @param values memory of the value
   */
  public PlanePacker(List<TritMap> targets, Buffers buffers, float[] values) {
    this.maps = targets.stream().map(PlaneTritMap.class::cast).toArray(PlaneTritMap[]::new);
    this.packed = targets.stream().map(t -> buffers.bytes(t.memory())).toArray(byte[][]::new);
    this.values = values;
  }

  /**
   * Longs that a packer works with.
   *
   * @param rows rows that are packed at a time
   * @param width columns of a row
   */
  public static int bits(int rows, int width) {
    return 2 * rows * Math.ceilDiv(width, Long.SIZE);
  }

  /**
   * Adds what packing needs of a thread's memory.
   *
   * @param rows rows that are packed at a time
   * @param width columns of a row
   */
  public static void scratch(Scratch.Need need, int rows, int width) {
    need.longs(BITS, bits(rows, width));
  }

  /** Packs rows {@code y0} to {@code y1}, exclusive, of a channel. */
  public void pack(int channel, int y0, int y1, Scratch scratch) {
    if (maps.length == 0) {
      return;
    }
    long[] bits = scratch.longs(BITS);
    for (int i = 0; i < maps.length; i++) {
      maps[i].pack(values, channel, y0, y1, bits, packed[i]);
    }
  }
}
