package org.setun.kernels.family;

import java.util.List;
import org.setun.kernels.pass.Buffers;

/**
 * Packs rows of one {@link org.setun.kernels.layout.Planar} value for all ternary convolutions that
 * read it.
 */
public final class PlanePacker {
  private final PlaneTritMap[] maps;
  private final long[][] packed;
  private final float[] values;

  /**
   * Binds to a session's memory.
   *
   * @param targets the convolutions' trits, each a {@link PlaneTritMap}
   * @param values memory of the value
   */
  public PlanePacker(List<TritMap> targets, Buffers buffers, float[] values) {
    this.maps = targets.stream().map(PlaneTritMap.class::cast).toArray(PlaneTritMap[]::new);
    this.packed = targets.stream().map(t -> buffers.longs(t.memory())).toArray(long[][]::new);
    this.values = values;
  }

  /** Packs rows {@code y0} to {@code y1}, exclusive, of a channel. */
  public void pack(int channel, int y0, int y1) {
    for (int i = 0; i < maps.length; i++) {
      maps[i].pack(values, channel, y0, y1, packed[i]);
    }
  }
}
