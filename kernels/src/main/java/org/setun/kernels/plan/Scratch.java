package org.setun.kernels.plan;

/**
 * Working memory of one thread, large enough for every step of a plan. Contents do not survive a
 * chunk.
 */
final class Scratch {
  /** Gathered activations. */
  final long[] panels;

  /** Integer results of a block of pixels. */
  final int[] counts;

  /** Rows of fp32 values. */
  final float[] rows;

  /** The row that a pooling makes of several before it goes along it. */
  final float[] pooling;

  /** Indices of rows. */
  final int[] rowOffsets;

  Scratch(Need need) {
    panels = new long[need.panels];
    counts = new int[need.counts];
    rows = new float[need.rows];
    pooling = new float[need.pooling];
    rowOffsets = new int[need.rowOffsets];
  }

  /** The largest extents that any step asks for. */
  static final class Need {
    private int panels;
    private int counts;
    private int rows;
    private int pooling;
    private int rowOffsets;

    void panels(int words) {
      panels = Math.max(panels, words);
    }

    void counts(int ints) {
      counts = Math.max(counts, ints);
    }

    void rows(int floats) {
      rows = Math.max(rows, floats);
    }

    /**
     * For a pooling.
     *
     * @param rowFloats floats of an input row
     * @param windowRows rows of the window
     */
    void pooling(int rowFloats, int windowRows) {
      pooling = Math.max(pooling, rowFloats);
      rowOffsets = Math.max(rowOffsets, windowRows);
    }

    /** Bytes of one thread's memory. */
    long bytes() {
      return 8L * panels + 4L * counts + 4L * rows + 4L * pooling + 4L * rowOffsets;
    }
  }
}
