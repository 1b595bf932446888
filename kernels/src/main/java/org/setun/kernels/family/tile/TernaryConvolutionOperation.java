// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.family.tile;

import java.util.List;
import java.util.Set;
import org.setun.kernels.Shape;
import org.setun.kernels.family.ChannelAffine;
import org.setun.kernels.family.ConvolutionPass;
import org.setun.kernels.family.ConvolutionSpec;
import org.setun.kernels.family.ConvolutionSpec.Shortcut;
import org.setun.kernels.family.RowPacker;
import org.setun.kernels.family.TritMap;
import org.setun.kernels.layout.ChannelsLast;
import org.setun.kernels.op.ChannelParameters;
import org.setun.kernels.op.KernelSet;
import org.setun.kernels.op.Pooling;
import org.setun.kernels.op.TernaryGemm;
import org.setun.kernels.op.WeightPanels;
import org.setun.kernels.pass.Buffers;
import org.setun.kernels.pass.Operation;
import org.setun.kernels.pass.RowPooling;
import org.setun.kernels.pass.Scratch;
import org.setun.kernels.pass.Step;
import org.setun.kernels.pass.Value;

/**
 * Ternary convolution with all that can follow it while its results are in cache: multiply-add,
 * shortcut, PReLU, and the trits of the next ternary convolutions. The output is worked off in
 * blocks of rows:
 *
 * <pre>{@code
 * for each block of rows, for each group of output channels (a chunk)
 *   gather the trits of T pixels at a time into panels     im2col; a row's last panel may reach past its end
 *   for each panel of P output channels                    its weights stay in L1 for the whole block
 *     for each panel of T pixels: micro-kernel → counts
 *   for each row: counts → values → trits of the next layers
 * }</pre>
 *
 * <p>Where plus and minus weights have scales of their own, the kernel is multiplied in two parts,
 * and a pixel has twice the counts: those of all channels for the plus part, then for the minus.
 */
final class TernaryConvolutionOperation implements Operation {
  /**
   * Bytes of gathered activations or of counts in a block, whichever are more. At 28 KiB, two rows
   * of most stages of ResNet-18, a panel of weights is read from the second-level cache half as
   * often as with one row.
   */
  private static final int BLOCK_BYTES = 28 * 1024;

  /** Chunks per thread from which on the rows alone are shared out evenly enough. */
  private static final int CHUNKS_PER_THREAD = 8;

  /** Indices of the scratch's arrays: gathered activations, results, a row of the shortcut. */
  private static final int PANELS = 0;

  private static final int COUNTS = 0;
  private static final int SHORTCUT_ROW = 0;

  private final List<String> layers;
  private final Value added;
  private final Value output;
  private final List<TritMap> targets;
  private final long macs;
  private final KernelSet kernels;
  private final TernaryGemm gemm;
  private final double boundMacsPerCycle;
  private final Shape out;
  private final Shortcut shortcut;
  private final PackedInput packedInput;
  private final List<long[]> weights;
  private final ChannelParameters parameters;
  private final ChannelAffine after;
  private final int blockRows;
  private final int rowTiles;
  private final int channels;

  TernaryConvolutionOperation(
      ConvolutionPass pass,
      ConvolutionSpec spec,
      KernelSet kernels,
      TernaryGemm gemm,
      double boundMacsPerCycle) {
    this.layers = pass.layers();
    this.added = pass.shortcut();
    this.output = pass.output();
    this.targets = pass.targets();
    this.out = spec.out();
    this.shortcut = spec.shortcut();
    this.macs = pass.layer().kernel().tritCount() * out.pixels();
    this.kernels = kernels;
    this.gemm = gemm;
    this.boundMacsPerCycle = boundMacsPerCycle;
    this.packedInput = (PackedInput) pass.input();
    this.channels = ChannelsLast.paddedChannels(out.channels());
    this.weights = pass.parts().stream().map(kernel -> WeightPanels.pack(kernel, gemm)).toList();
    this.parameters = pass.channelsLastParameters();
    this.after = ChannelAffine.of(pass);
    this.rowTiles = Math.ceilDiv(out.width(), gemm.pixels());
    this.blockRows =
        Math.clamp(
            BLOCK_BYTES / Math.max(rowCounts() * Integer.BYTES, rowPanels() * Long.BYTES),
            1,
            out.height());
  }

  private TernaryConvolutionOperation(TernaryConvolutionOperation other, KernelSet kernels) {
    this.layers = other.layers;
    this.added = other.added;
    this.output = other.output;
    this.targets = TritMap.on(other.targets, kernels);
    this.macs = other.macs;
    this.kernels = kernels;
    this.gemm =
        kernels.gemms().stream()
            .filter(each -> each.name().equals(other.gemm.name()))
            .findFirst()
            .orElse(other.gemm);
    this.boundMacsPerCycle = other.boundMacsPerCycle;
    this.out = other.out;
    this.shortcut = other.shortcut;
    this.packedInput = other.packedInput.on(kernels);
    this.weights = other.weights;
    this.parameters = other.parameters;
    this.after = other.after;
    this.blockRows = other.blockRows;
    this.rowTiles = other.rowTiles;
    this.channels = other.channels;
  }

  /** Words of a row's gathered activations. */
  private int rowPanels() {
    return Math.multiplyExact(rowTiles * gemm.pixels() * 2, packedInput.wordOffsets.length);
  }

  /** Counts of a row, whole tiles. */
  private int rowCounts() {
    return Math.multiplyExact(rowTiles * gemm.pixels(), pixelCounts());
  }

  /** Counts of a pixel. */
  private int pixelCounts() {
    return parameters.counts() * channels;
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
    return shortcut == null ? List.of() : List.of(added);
  }

  @Override
  public Set<Class<?>> uses() {
    return shortcut == null || shortcut.window() == null ? Set.of() : Set.of(Pooling.class);
  }

  @Override
  public long macs() {
    return macs;
  }

  @Override
  public String kernel() {
    return gemm.name();
  }

  @Override
  public double boundMacsPerCycle() {
    return boundMacsPerCycle;
  }

  @Override
  public long parameterBytes() {
    return weights.size() * (8L * weights.getFirst().length + 4L * channels) + 4L * channels;
  }

  @Override
  public boolean canOverwrite(Value input) {
    // Every value of the shortcut is read right before the result at the same index is written.
    return shortcut != null
        && shortcut.window() == null
        && added.equals(input)
        && ChannelsLast.paddedChannels(shortcut.shape().channels()) == channels;
  }

  @Override
  public void scratch(Scratch.Need need) {
    need.longs(PANELS, Math.multiplyExact(blockRows, rowPanels()));
    need.ints(COUNTS, Math.multiplyExact(blockRows, rowCounts()));
    if (shortcut != null && shortcut.window() != null) {
      need.floats(
          SHORTCUT_ROW, out.width() * ChannelsLast.paddedChannels(shortcut.shape().channels()));
      RowPooling.scratch(
          need,
          shortcut.shape().width() * ChannelsLast.paddedChannels(shortcut.shape().channels()),
          shortcut.window().kernelHeight());
    }
  }

  @Override
  public Operation on(KernelSet kernels) {
    return new TernaryConvolutionOperation(this, kernels);
  }

  @Override
  public Step bind(Buffers buffers) {
    return new Bound(buffers);
  }

  private final class Bound implements Step {
    private final long[] source;
    private final float[] shortcutValues;
    private final float[] values;
    private final RowPacker packer;
    private final RowPooling pooling;
    private final int rowBlocks;
    private final int groups;
    private final int groupChannels;

    Bound(Buffers buffers) {
      source = buffers.longs(packedInput.memory());
      values = buffers.value(output());
      packer = new RowPacker(targets, buffers, values, out.width());
      shortcutValues = shortcut == null ? null : buffers.value(added);
      pooling =
          shortcut == null || shortcut.window() == null
              ? null
              : new RowPooling(kernels.pooling(), shortcut.shape(), shortcut.window());
      rowBlocks = Math.ceilDiv(out.height(), blockRows);
      // Few rows do not share out evenly: 4 blocks of a map of 7 rows for two threads are 4 rows
      // against 3.
      boolean uneven = rowBlocks < CHUNKS_PER_THREAD * buffers.threads() && buffers.threads() > 1;
      int blocks = channels / ChannelsLast.CHANNEL_BLOCK;
      groupChannels =
          Math.ceilDiv(blocks, uneven ? Math.min(blocks, buffers.threads()) : 1)
              * ChannelsLast.CHANNEL_BLOCK;
      groups = Math.ceilDiv(channels, groupChannels);
    }

    @Override
    public int chunks() {
      return rowBlocks * groups;
    }

    @Override
    public void run(int chunk, Scratch scratch) {
      int top = chunk / groups * blockRows;
      int bottom = Math.min(top + blockRows, out.height());
      int first = chunk % groups * groupChannels;
      int end = Math.min(first + groupChannels, channels);
      int[] counts = scratch.ints(COUNTS);
      multiply(top, bottom, first, Math.min(end, out.channels()), scratch.longs(PANELS), counts);
      for (int y = top; y < bottom; y++) {
        finish(y, counts, (y - top) * rowCounts(), first, end, scratch);
      }
    }

    private void multiply(int top, int bottom, int first, int end, long[] gathered, int[] counts) {
      int tile = gemm.pixels();
      int words = packedInput.wordOffsets.length;
      int panelWords = words * 2 * tile;
      for (int y = top; y < bottom; y++) {
        kernels
            .im2col()
            .gather(
                source,
                y * packedInput.outputRowStride,
                packedInput.wordOffsets,
                2 * tile,
                rowTiles,
                gathered,
                (y - top) * rowPanels());
      }
      int panels = (bottom - top) * rowTiles;
      int pixelCounts = pixelCounts();
      for (int part = 0; part < weights.size(); part++) {
        long[] packed = weights.get(part);
        for (int c = first; c < end; c += gemm.channels()) {
          for (int i = 0; i < panels; i++) {
            gemm.tile(
                gathered,
                i * panelWords,
                packed,
                c * 2 * words,
                words,
                counts,
                i * tile * pixelCounts + part * channels + c,
                pixelCounts);
          }
        }
      }
    }

    /** Epilogue of one row. */
    private void finish(
        int y, int[] counts, int countsOffset, int first, int end, Scratch scratch) {
      float[] add = shortcutValues;
      int addOffset = 0;
      int addChannels = 0;
      if (shortcut != null) {
        addChannels = ChannelsLast.paddedChannels(shortcut.shape().channels());
        if (pooling == null) {
          addOffset = y * out.width() * addChannels;
        } else if (first < addChannels) {
          add = scratch.floats(SHORTCUT_ROW);
          pooling.max(shortcutValues, y, scratch, add, 0);
        } else {
          add = null;
        }
      }
      int offset = y * out.width() * channels;
      kernels
          .epilogue()
          .fromCounts(
              counts,
              countsOffset,
              out.width(),
              channels,
              first,
              end,
              parameters,
              add,
              addOffset,
              addChannels,
              values,
              offset);
      after.apply(kernels.epilogue(), values, offset, out.width(), channels, first, end);
      packer.pack(y, first, end);
    }
  }
}
