// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.family.pixels;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.setun.kernels.Layer.Affine;
import org.setun.kernels.Layer.AsymmetricTernaryConvolution;
import org.setun.kernels.Layer.TernaryConvolution;
import org.setun.kernels.Shape;
import org.setun.kernels.Window;
import org.setun.kernels.family.ConvolutionPass;
import org.setun.kernels.family.ConvolutionSpec;
import org.setun.kernels.family.PlanePacker;
import org.setun.kernels.family.TritMap;
import org.setun.kernels.layout.Planar;
import org.setun.kernels.op.BitSlicedCounts;
import org.setun.kernels.op.BitSlicedKernels;
import org.setun.kernels.op.BitSlicedSum;
import org.setun.kernels.op.KernelSet;
import org.setun.kernels.op.PlanarEpilogue;
import org.setun.kernels.op.PlanarPooling;
import org.setun.kernels.op.Pooling;
import org.setun.kernels.op.TritExpansion;
import org.setun.kernels.pass.Buffers;
import org.setun.kernels.pass.Operation;
import org.setun.kernels.pass.RowPooling;
import org.setun.kernels.pass.Scratch;
import org.setun.kernels.pass.Step;
import org.setun.kernels.pass.Value;

/**
 * Ternary convolution with all that can follow it:
 *
 * <pre>{@code
 * for each block of rows, for each group of output channels (a chunk)
 *   for each strip of columns
 *     for each pass over input channels
 *       expand the block's rows of the pass's channels into a table    stays in L1
 *       for each output channel: add the entries of its weights to its counters
 *     for each output channel: counters → counts → values              right after its last list
 *   for each output channel: trits of the next layers
 * }</pre>
 *
 * <p>Where plus and minus weights have scales of their own, each has a list and counters of its
 * own.
 */
final class PixelConvolution implements Operation {
  /** Indices of the scratch's arrays. */
  private static final int TABLE = 0;

  private static final int COUNTERS = 1;
  private static final int WORK = 2;
  private static final int COUNTS = 0;
  private static final int SHORTCUT_ROWS = 0;
  private static final int POOLING = 1;
  private static final int ROWS = 1;

  /** Chunks per thread from which on rows alone are shared out evenly enough. */
  private static final int CHUNKS_PER_THREAD = 8;

  private final List<String> layers;
  private final Value added;
  private final Value output;
  private final ConvolutionSpec spec;
  private final PixelGrid grid;
  private final PixelTrits input;
  private final List<TritMap> targets;
  private final BitSlicedKernels kernels;
  private final List<WeightLists> lists;
  private final float[] parameters;

  /** The multiply-add that comes last, or {@code null}. */
  private final Affine after;

  private final long macs;
  private final int planes;
  private final double boundMacsPerCycle;

  PixelConvolution(
      ConvolutionPass pass,
      ConvolutionSpec spec,
      PixelGrid grid,
      BitSlicedKernels kernels,
      double boundMacsPerCycle) {
    this.layers = pass.layers();
    this.added = pass.shortcut();
    this.output = pass.output();
    this.spec = spec;
    this.grid = grid;
    this.input = (PixelTrits) pass.input();
    this.targets = pass.targets();
    this.after = pass.after();
    this.kernels = kernels;
    this.boundMacsPerCycle = boundMacsPerCycle;
    this.macs = pass.layer().kernel().tritCount() * spec.out().pixels();
    int channels = spec.out().channels();
    parameters = new float[channels * PlanarEpilogue.PARAMETERS * PlanarEpilogue.COPIES];
    float[] ones = new float[channels];
    Arrays.fill(ones, 1);
    spread(2, pass.layer().shift());
    spread(3, pass.slope() == null ? ones : pass.slope());
    switch (pass.layer()) {
      case TernaryConvolution l -> {
        lists = List.of(new WeightLists(l.kernel(), grid, sign -> true));
        spread(0, l.scale());
      }
      case AsymmetricTernaryConvolution l -> {
        lists =
            List.of(
                new WeightLists(l.kernel(), grid, sign -> sign > 0),
                new WeightLists(l.kernel(), grid, sign -> sign < 0));
        spread(0, l.plusScale());
        spread(1, l.minusScale());
      }
    }
    planes = BitSlicedCounts.planes(lists.stream().mapToInt(WeightLists::most).max().orElse(0));
  }

  private PixelConvolution(PixelConvolution other, KernelSet kernels) {
    this.layers = other.layers;
    this.added = other.added;
    this.output = other.output;
    this.spec = other.spec;
    this.grid = other.grid;
    this.input = other.input.on(kernels);
    this.targets = TritMap.on(other.targets, kernels);
    this.kernels = kernels.bitSliced();
    this.lists = other.lists;
    this.parameters = other.parameters;
    this.after = other.after;
    this.macs = other.macs;
    this.planes = other.planes;
    this.boundMacsPerCycle = other.boundMacsPerCycle;
  }

  /** Writes copies of one parameter per channel. */
  private void spread(int index, float[] perChannel) {
    for (int c = 0; c < perChannel.length; c++) {
      int from = (c * PlanarEpilogue.PARAMETERS + index) * PlanarEpilogue.COPIES;
      Arrays.fill(parameters, from, from + PlanarEpilogue.COPIES, perChannel[c]);
    }
  }

  @Override
  public Value output() {
    return output;
  }

  @Override
  public List<String> layers() {
    return layers;
  }

  @Override
  public List<Value> reads() {
    return added == null ? List.of() : List.of(added);
  }

  @Override
  public long macs() {
    return macs;
  }

  @Override
  public String kernel() {
    return PixelFamily.kernelName(kernels);
  }

  @Override
  public double boundMacsPerCycle() {
    return boundMacsPerCycle;
  }

  @Override
  public long parameterBytes() {
    return lists.stream().mapToLong(WeightLists::bytes).sum() + 4L * parameters.length;
  }

  @Override
  public boolean canOverwrite(Value value) {
    // Every value of the shortcut is read right before the result at the same index is written.
    return added != null
        && spec.shortcut().window() == null
        && added.equals(value)
        && spec.shortcut().shape().equals(spec.out());
  }

  /** Bytes of one vector of counters. */
  private int counterBytes() {
    return planes * kernels.sum().bytes();
  }

  @Override
  public void scratch(Scratch.Need need) {
    int lanes = kernels.sum().lanes();
    need.bytes(TABLE, grid.tableBytes());
    int counters = grid.passes == 1 ? 1 : spec.out().channels();
    need.bytes(COUNTERS, Math.multiplyExact(counters * lists.size(), counterBytes()));
    need.bytes(WORK, BitSlicedCounts.workBytes(lanes));
    need.ints(COUNTS, lists.size() * lanes);
    PlanePacker.scratch(need, grid.blockRows, spec.out().width());
    if (added != null && spec.shortcut().window() != null) {
      int pitch = Planar.pitch(spec.out().width());
      Pooling.Columns columns = RowPooling.columns(spec.shortcut().window());
      need.floats(SHORTCUT_ROWS, grid.blockRows * pitch);
      need.floats(
          POOLING,
          PlanarPooling.workFloats(spec.shortcut().shape().width(), columns, spec.out().width()));
      need.ints(ROWS, spec.shortcut().window().kernelHeight());
    }
  }

  @Override
  public Operation on(KernelSet kernels) {
    return new PixelConvolution(this, kernels);
  }

  @Override
  public Step bind(Buffers buffers) {
    return new Bound(buffers);
  }

  private final class Bound implements Step {
    private final byte[] source;
    private final float[] values;
    private final float[] shortcut;
    private final PlanePacker packer;
    private final Pooling.Columns columns;
    private final int groups;

    /** Output channels of a group in a pass, those with short lists first. */
    private final int[][][] order;

    Bound(Buffers buffers) {
      source = buffers.bytes(input.memory());
      values = buffers.value(output);
      shortcut = added == null ? null : buffers.value(added);
      columns =
          added == null || spec.shortcut().window() == null
              ? null
              : RowPooling.columns(spec.shortcut().window());
      packer = new PlanePacker(targets, buffers, values);
      boolean uneven = grid.blocks < CHUNKS_PER_THREAD * buffers.threads();
      groups = uneven ? Math.min(buffers.threads(), spec.out().channels()) : 1;
      order = new int[groups][grid.passes][];
      for (int group = 0; group < groups; group++) {
        for (int pass = 0; pass < grid.passes; pass++) {
          order[group][pass] = order(group, pass);
        }
      }
    }

    /** Lists of the same length follow each other: the loop's end is then predicted. */
    private int[] order(int group, int pass) {
      int channels = spec.out().channels();
      WeightLists first = lists.getFirst();
      return IntStream.range(group * channels / groups, (group + 1) * channels / groups)
          .boxed()
          .sorted(Comparator.comparingInt(c -> first.end(pass, c) - first.start(pass, c)))
          .mapToInt(Integer::intValue)
          .toArray();
    }

    @Override
    public int chunks() {
      return grid.blocks * groups;
    }

    @Override
    public void run(int chunk, Scratch scratch) {
      int block = chunk / groups;
      int[][] channels = order[chunk % groups];
      byte[] table = scratch.bytes(TABLE);
      TritExpansion.putNeutral(table, grid.neutral(), grid.planeBytes);
      for (int strip = 0; strip < grid.strips; strip++) {
        for (int pass = 0; pass < grid.passes; pass++) {
          int first = pass * grid.passChannels;
          kernels
              .expansion()
              .expand(
                  source,
                  first * grid.channelBytes + grid.blockStart(block, strip),
                  grid.channelBytes,
                  grid.mapPlane,
                  Math.min(grid.passChannels, spec.in().channels() - first),
                  grid.starts,
                  grid.shifts,
                  grid.rowBits,
                  grid.planeBytes,
                  table);
          for (int channel : channels[pass]) {
            count(pass, channel, table, scratch.bytes(COUNTERS));
            if (pass == grid.passes - 1) {
              finish(channel, block, strip, scratch);
            }
          }
        }
      }
      int top = block * grid.blockRows;
      int bottom = Math.min(top + grid.blockRows, spec.out().height());
      for (int channel : channels[0]) {
        packer.pack(channel, top, bottom, scratch);
      }
    }

    /** Index of a channel's counters. */
    private int counters(int channel, int part) {
      return ((grid.passes == 1 ? 0 : channel * lists.size()) + part) * counterBytes();
    }

    private void count(int pass, int channel, byte[] table, byte[] counters) {
      for (int part = 0; part < lists.size(); part++) {
        WeightLists list = lists.get(part);
        int at = counters(channel, part);
        int end = list.end(pass, channel);
        int from = list.start(pass, channel);
        boolean fresh = pass == 0;
        do {
          int to = Math.min(from + BitSlicedSum.LONGEST, end);
          kernels
              .sum()
              .add(table, grid.planeBytes, list.entries, from, to, counters, at, planes, fresh);
          fresh = false;
          from = to;
        } while (from < end);
      }
    }

    /** From the counters of a block to values. */
    private void finish(int channel, int block, int strip, Scratch scratch) {
      int lanes = kernels.sum().lanes();
      int[] counts = scratch.ints(COUNTS);
      for (int part = 0; part < lists.size(); part++) {
        kernels
            .counts()
            .inOrder(
                scratch.bytes(COUNTERS),
                counters(channel, part),
                planes,
                lists.get(part).total(channel),
                scratch.bytes(WORK),
                counts,
                part * lanes);
      }
      Shape out = spec.out();
      int pitch = Planar.pitch(out.width());
      int top = block * grid.blockRows;
      int rows = Math.min(grid.blockRows, out.height() - top);
      int left = strip * grid.stripColumns;
      float[] add = shortcut;
      int addFrom = 0;
      if (shortcut != null && channel >= spec.shortcut().shape().channels()) {
        add = null;
      } else if (shortcut != null && spec.shortcut().window() == null) {
        addFrom = (channel * out.height() + top) * pitch + left;
      } else if (shortcut != null) {
        add = scratch.floats(SHORTCUT_ROWS);
        addFrom = left;
        for (int row = 0; row < rows; row++) {
          pool(channel, top + row, add, row * pitch, scratch);
        }
      }
      int columns = Math.min(grid.stripColumns, out.width() - left);
      int to = (channel * out.height() + top) * pitch + left;
      kernels
          .epilogue()
          .fromCounts(
              counts,
              0,
              lists.size() == 1 ? 0 : lanes,
              grid.rowBits,
              rows,
              columns,
              parameters,
              channel,
              add,
              addFrom,
              pitch,
              values,
              to,
              pitch);
      for (int row = 0; after != null && row < rows; row++) {
        int from = to + row * pitch;
        float scale = after.scale()[channel];
        PlanarEpilogue.multiplyAdd(
            values, values, from, from + columns, scale, after.shift()[channel]);
      }
    }

    /** One row of the shortcut's max pooling. */
    private void pool(int channel, int y, float[] row, int to, Scratch scratch) {
      Shape shape = spec.shortcut().shape();
      Window window = spec.shortcut().window();
      int pitch = Planar.pitch(shape.width());
      int[] rows = scratch.ints(ROWS);
      int found =
          RowPooling.findRows(
              window, shape.height(), y, channel * Planar.plane(shape), pitch, rows);
      kernels
          .pooling()
          .max(
              shortcut,
              rows,
              found,
              shape.width(),
              columns,
              scratch.floats(POOLING),
              row,
              to,
              spec.out().width());
    }
  }
}
