package org.setun.kernels.plan;

import java.util.List;
import org.setun.kernels.op.Layout;
import org.setun.kernels.op.Ternarizer;

/**
 * Packs rows of one value for all ternary convolutions that read it, right after the row was made
 * and while it is in cache.
 */
final class RowPacker {
  private final Ternarizer ternarizer;
  private final PackedInput[] targets;
  private final long[][] packed;
  private final float[] values;

  /**
   * Binds to a session's memory.
   *
   * @param targets the convolutions' inputs
   * @param values memory of the value
   */
  RowPacker(Ternarizer ternarizer, List<PackedInput> targets, Buffers buffers, float[] values) {
    this.ternarizer = ternarizer;
    this.targets = targets.toArray(PackedInput[]::new);
    this.packed = targets.stream().map(t -> buffers.packed(t.layer)).toArray(long[][]::new);
    this.values = values;
  }

  /** Packs channels {@code first} to {@code end}, multiples of {@value Layout#CHANNEL_BLOCK}. */
  void pack(int y, int first, int end) {
    for (int i = 0; i < targets.length; i++) {
      targets[i].packRow(ternarizer, y, first, end, values, packed[i]);
    }
  }
}
