// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.plan;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.setun.kernels.Shape;
import org.setun.kernels.Window;
import org.setun.kernels.family.RowPacker;
import org.setun.kernels.family.TritMap;
import org.setun.kernels.layout.ChannelsLast;
import org.setun.kernels.op.KernelSet;
import org.setun.kernels.op.Pooling;
import org.setun.kernels.pass.Buffers;
import org.setun.kernels.pass.Operation;
import org.setun.kernels.pass.RowPooling;
import org.setun.kernels.pass.Scratch;
import org.setun.kernels.pass.Step;
import org.setun.kernels.pass.Value;

/**
 * fp32 convolution with the multiply-add, PReLU and max pooling that may follow it, and the trits
 * of the next ternary convolutions: one pass, in which the rows before the pooling live in a ring
 * of as many rows as the pooling window reaches over.
 */
final class ConvolutionOperation implements Operation {
  /**
   * Chunks per thread that a map is cut into where there are several threads. Neighbouring chunks
   * both compute the rows before the pooling that they share: for 4 chunks of a 112×112 map, 3 %
   * more work; a single thread has one chunk and computes none twice.
   */
  private static final int CHUNKS_PER_THREAD = 2;

  /** Index of the scratch's floats: rows before the pooling. */
  private static final int RING = 0;

  private final long macs;
  private final List<String> layers;
  private final Pooling pooling;
  private final Shape convolved;
  private final Shape out;
  private final Window pool;
  private final Pooling.Columns columns;
  private final Value value;
  private final ConvolutionRows rows;
  private final List<TritMap> targets;
  private final int channels;

  /**
   * One pass.
   *
   * @param macs multiply-adds of the convolution
   * @param layers names of its layers, in order
   * @param convolved shape before the pooling
   * @param out shape behind it
   * @param pooling runs it
   * @param pool its window, or {@code null} if there is none
   * @param value what is read, or {@code null}: the caller's image
   * @param rows what makes the rows before the pooling
   * @param targets trits to make
   */
  ConvolutionOperation(
      long macs,
      List<String> layers,
      Shape convolved,
      Shape out,
      Pooling pooling,
      Window pool,
      Value value,
      ConvolutionRows rows,
      List<TritMap> targets) {
    this.macs = macs;
    this.layers = layers;
    this.pooling = pooling;
    this.convolved = convolved;
    this.out = out;
    this.pool = pool;
    this.columns = pool == null ? null : RowPooling.columns(pool);
    this.value = value;
    this.rows = rows;
    this.targets = targets;
    this.channels = ChannelsLast.paddedChannels(out.channels());
  }

  @Override
  public Value output() {
    return new Value(layers.getLast(), ChannelsLast.LAYOUT);
  }

  @Override
  public List<String> layers() {
    return layers;
  }

  @Override
  public List<Value> reads() {
    return rows.input().inPlace() ? List.of(value) : List.of();
  }

  @Override
  public long macs() {
    return macs;
  }

  @Override
  public String kernel() {
    return rows.kernel();
  }

  @Override
  public long parameterBytes() {
    return rows.parameterBytes();
  }

  @Override
  public Set<Class<?>> uses() {
    Set<Class<?>> all = new HashSet<>(rows.uses());
    if (pool != null) {
      all.add(Pooling.class);
    }
    return all;
  }

  @Override
  public void memory(Buffers.Need need) {
    ConvolutionInput input = rows.input();
    if (!input.inPlace()) {
      need.floats(input.memory(), input.size());
    }
  }

  @Override
  public void scratch(Scratch.Need need) {
    rows.scratch(need);
    need.floats(RING, ringRows() * rows.rowFloats());
    if (pool != null) {
      RowPooling.scratch(need, convolved.width() * channels, pool.kernelHeight());
    }
  }

  /** Rows that the pooling reaches over, and those that are made with the last of them. */
  private int ringRows() {
    int together = rows.together();
    return Math.ceilDiv(reach() + together - 1, together) * together;
  }

  private int reach() {
    return pool == null ? 1 : pool.dilationHeight() * (pool.kernelHeight() - 1) + 1;
  }

  @Override
  public Operation on(KernelSet kernels) {
    return new ConvolutionOperation(
        macs,
        layers,
        convolved,
        out,
        kernels.pooling(),
        pool,
        value,
        rows.on(kernels),
        TritMap.on(targets, kernels));
  }

  @Override
  public Step bind(Buffers buffers) {
    return new Bound(buffers);
  }

  private final class Bound implements Step {
    private final float[] in;
    private final float[] values;
    private final RowPacker packer;
    private final int rowsPerChunk;

    Bound(Buffers buffers) {
      int chunks = buffers.threads() == 1 ? 1 : CHUNKS_PER_THREAD * buffers.threads();
      int together = rows.together();
      rowsPerChunk = Math.ceilDiv(Math.ceilDiv(out.height(), chunks), together) * together;
      ConvolutionInput input = rows.input();
      in = input.inPlace() ? buffers.value(value) : buffers.floats(input.memory());
      values = buffers.value(output());
      packer = new RowPacker(targets, buffers, values, out.width());
    }

    @Override
    public int chunks() {
      return Math.ceilDiv(out.height(), rowsPerChunk);
    }

    @Override
    public void run(int chunk, Scratch scratch) {
      int end = Math.min(out.height(), (chunk + 1) * rowsPerChunk);
      float[] ring = scratch.floats(RING);
      int computed = 0;
      for (int y = chunk * rowsPerChunk; y < end; y++) {
        if (pool == null) {
          int made = y % rows.together();
          if (made == 0) {
            rows.make(y, in, ring, 0, scratch);
          }
          int length = out.width() * channels;
          System.arraycopy(ring, made * rows.rowFloats(), values, y * length, length);
        } else {
          computed = pooledRow(y, computed, ring, scratch);
        }
        packer.pack(y, 0, channels);
      }
    }

    /**
     * Pools output row {@code y}; of the rows before the pooling, those below {@code computed} are
     * in the ring already if they are reached. Returns the new such bound.
     */
    private int pooledRow(int y, int computed, float[] ring, Scratch scratch) {
      int[] offsets = scratch.ints(RowPooling.ROWS);
      int together = rows.together();
      int top = y * pool.strideHeight() - pool.padTop();
      int to = Math.min(top + reach(), convolved.height());
      int row = Math.max(Math.max(top, 0) / together * together, computed);
      for (; row < to; row += together) {
        rows.make(row, in, ring, ringOffset(row), scratch);
      }
      int count = 0;
      for (int ky = 0; ky < pool.kernelHeight(); ky++) {
        int at = top + ky * pool.dilationHeight();
        if (at >= 0 && at < convolved.height()) {
          offsets[count++] = ringOffset(at);
        }
      }
      pooling.max(
          ring,
          offsets,
          count,
          convolved.width(),
          channels,
          columns,
          scratch.floats(RowPooling.WORK),
          values,
          y * out.width() * channels,
          out.width());
      return row;
    }

    private int ringOffset(int row) {
      return row % ringRows() * rows.rowFloats();
    }
  }
}
