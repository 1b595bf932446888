// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.family.channels;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.setun.kernels.Shape;
import org.setun.kernels.Window;
import org.setun.kernels.family.ChannelAffine;
import org.setun.kernels.family.ConvolutionPass;
import org.setun.kernels.family.ConvolutionSpec;
import org.setun.kernels.family.RowPacker;
import org.setun.kernels.family.TritMap;
import org.setun.kernels.layout.ChannelsLast;
import org.setun.kernels.op.BitSlicedCounts;
import org.setun.kernels.op.BitSlicedSum;
import org.setun.kernels.op.ChannelParameters;
import org.setun.kernels.op.KernelSet;
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
 * for each vector of output channels, for each run of output pixels (a chunk)
 *   for each block of input channels, for each tap
 *     expand the weights into a table                                  stays in L1
 *     for each output pixel: add the list of the input pixel under the tap to its counters
 *   for each output pixel: counters → counts
 *   for each row: counts → values → trits of the next layers
 * }</pre>
 *
 * <p>A tap outside the map has no list. Where plus and minus weights have scales of their own, the
 * kernel is multiplied in two parts.
 */
final class ChannelConvolution implements Operation {
  /** Indices of the scratch's arrays. */
  private static final int TABLE = 0;

  private static final int COUNTERS = 1;
  private static final int WORK = 2;
  private static final int COUNTS = 0;
  private static final int BIASES = 2;
  private static final int SHORTCUT_ROW = 0;

  private static final int[] NO_SHIFT = {0};

  private final List<String> layers;
  private final Value added;
  private final Value output;
  private final List<TritMap> targets;
  private final ConvolutionSpec spec;
  private final ChannelBlocks blocks;
  private final ChannelTrits input;
  private final KernelSet kernels;
  private final List<byte[]> weights;
  private final ChannelParameters parameters;
  private final ChannelAffine after;
  private final long macs;
  private final int channels;
  private final double boundMacsPerCycle;

  ChannelConvolution(
      ConvolutionPass pass,
      ConvolutionSpec spec,
      ChannelBlocks blocks,
      KernelSet kernels,
      double boundMacsPerCycle) {
    this.boundMacsPerCycle = boundMacsPerCycle;
    this.layers = pass.layers();
    this.added = pass.shortcut();
    this.output = pass.output();
    this.targets = pass.targets();
    this.spec = spec;
    this.blocks = blocks;
    this.input = (ChannelTrits) pass.input();
    this.kernels = kernels;
    this.macs = pass.layer().kernel().tritCount() * spec.out().pixels();
    this.channels = ChannelsLast.paddedChannels(spec.out().channels());
    this.weights = pass.parts().stream().map(blocks::pack).toList();
    this.parameters = pass.channelsLastParameters();
    this.after = ChannelAffine.of(pass);
  }

  private ChannelConvolution(ChannelConvolution other, KernelSet kernels) {
    this.layers = other.layers;
    this.added = other.added;
    this.output = other.output;
    this.targets = TritMap.on(other.targets, kernels);
    this.spec = other.spec;
    this.blocks = other.blocks;
    this.input = other.input.on(kernels);
    this.kernels = kernels;
    this.weights = other.weights;
    this.parameters = other.parameters;
    this.after = other.after;
    this.macs = other.macs;
    this.channels = other.channels;
    this.boundMacsPerCycle = other.boundMacsPerCycle;
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
  public Set<Class<?>> uses() {
    return added == null || spec.shortcut().window() == null ? Set.of() : Set.of(Pooling.class);
  }

  @Override
  public long macs() {
    return macs;
  }

  @Override
  public String kernel() {
    return ChannelFamily.kernelName(kernels);
  }

  @Override
  public double boundMacsPerCycle() {
    return boundMacsPerCycle;
  }

  @Override
  public long parameterBytes() {
    return weights.stream().mapToLong(packed -> packed.length).sum()
        + 4L * channels * (parameters.counts() + 1);
  }

  @Override
  public boolean canOverwrite(Value value) {
    // Every value of the shortcut is read right before the result at the same index is written.
    return added != null
        && spec.shortcut().window() == null
        && added.equals(value)
        && ChannelsLast.paddedChannels(spec.shortcut().shape().channels()) == channels;
  }

  /** Bytes of one vector of counters. */
  private int counterBytes() {
    return blocks.planes() * blocks.planeBytes;
  }

  /** Integers of a pixel. */
  private int pixelCounts() {
    return parameters.counts() * channels;
  }

  @Override
  public void scratch(Scratch.Need need) {
    Shape out = spec.out();
    need.bytes(TABLE, blocks.tableBytes());
    need.bytes(COUNTERS, Math.multiplyExact(out.pixels() * parameters.counts(), counterBytes()));
    need.bytes(WORK, BitSlicedCounts.workBytes(blocks.lanes));
    // A vector may reach past the last channel of the last pixel.
    need.ints(COUNTS, Math.addExact(Math.multiplyExact(out.width(), pixelCounts()), blocks.lanes));
    need.ints(BIASES, out.pixels());
    if (added != null && spec.shortcut().window() != null) {
      int added = ChannelsLast.paddedChannels(spec.shortcut().shape().channels());
      need.floats(SHORTCUT_ROW, out.width() * added);
      RowPooling.scratch(
          need, spec.shortcut().shape().width() * added, spec.shortcut().window().kernelHeight());
    }
  }

  @Override
  public Operation on(KernelSet kernels) {
    return new ChannelConvolution(this, kernels);
  }

  @Override
  public Step bind(Buffers buffers) {
    return new Bound(buffers);
  }

  private final class Bound implements Step {
    private final char[] entries;
    private final int[] lengths;
    private final float[] values;
    private final float[] shortcut;
    private final RowPacker packer;
    private final RowPooling pooling;
    private final int runs;

    Bound(Buffers buffers) {
      entries = buffers.chars(ListOperation.entries(input));
      lengths = buffers.ints(ListOperation.lengths(input));
      values = buffers.value(output);
      packer = new RowPacker(targets, buffers, values, spec.out().width());
      shortcut = added == null ? null : buffers.value(added);
      pooling =
          added == null || spec.shortcut().window() == null
              ? null
              : new RowPooling(
                  kernels.pooling(), spec.shortcut().shape(), spec.shortcut().window());
      int threads = buffers.threads();
      runs =
          blocks.vectors % threads == 0
              ? 1
              : Math.min(threads, Math.ceilDiv(spec.out().pixels(), 4));
    }

    @Override
    public int chunks() {
      return blocks.vectors * runs;
    }

    @Override
    public void run(int chunk, Scratch scratch) {
      int vector = chunk / runs;
      int pixels = spec.out().pixels();
      int first = chunk % runs * pixels / runs;
      int end = (chunk % runs + 1) * pixels / runs;
      byte[] table = scratch.bytes(TABLE);
      byte[] counters = scratch.bytes(COUNTERS);
      TritExpansion.putNeutral(table, blocks.neutral(), blocks.planeBytes);
      Arrays.fill(counters, 0, (end - first) * parameters.counts() * counterBytes(), (byte) 0);
      for (int part = 0; part < weights.size(); part++) {
        for (int block = 0; block < blocks.blocks; block++) {
          for (int tap = 0; tap < blocks.taps; tap++) {
            expand(part, vector, block, tap, table);
            add(part, block, tap, first, end, table, counters);
          }
        }
      }
      finish(vector, first, end, scratch);
    }

    private void expand(int part, int vector, int block, int tap, byte[] table) {
      kernels
          .bitSliced()
          .expansion()
          .expand(
              weights.get(part),
              blocks.weights(vector, block, tap),
              2 * blocks.planeBytes,
              blocks.planeBytes,
              Math.min(blocks.blockInputs, blocks.inputs - block * blocks.blockInputs),
              NO_SHIFT,
              NO_SHIFT,
              Long.SIZE,
              blocks.planeBytes,
              table);
    }

    /** Index of the counters of a run's pixel. */
    private int counters(int pixel, int part) {
      return (pixel * parameters.counts() + part) * counterBytes();
    }

    /** Adds the products of one tap. */
    private void add(
        int part, int block, int tap, int first, int end, byte[] table, byte[] counters) {
      Window window = spec.window();
      Shape in = spec.in();
      int width = spec.out().width();
      int ky = tap / window.kernelWidth() * window.dilationHeight() - window.padTop();
      int kx = tap % window.kernelWidth() * window.dilationWidth() - window.padLeft();
      for (int pixel = first; pixel < end; pixel++) {
        int y = pixel / width * window.strideHeight() + ky;
        int x = pixel % width * window.strideWidth() + kx;
        if (y < 0 || y >= in.height() || x < 0 || x >= in.width()) {
          continue;
        }
        int list = (block * in.height() + y) * in.width() + x;
        int from = list * blocks.listStride();
        int last = from + lengths[list];
        for (; from < last; from += BitSlicedSum.LONGEST) {
          kernels
              .bitSliced()
              .sum()
              .add(
                  table,
                  blocks.planeBytes,
                  entries,
                  from,
                  Math.min(from + BitSlicedSum.LONGEST, last),
                  counters,
                  counters(pixel - first, part),
                  blocks.planes(),
                  false);
        }
      }
    }

    /** Entries that were added to each pixel of a run, the same for all vectors and parts. */
    private void findBiases(int first, int end, int[] biases) {
      Window window = spec.window();
      Shape in = spec.in();
      int width = spec.out().width();
      for (int pixel = first; pixel < end; pixel++) {
        int top = pixel / width * window.strideHeight() - window.padTop();
        int left = pixel % width * window.strideWidth() - window.padLeft();
        int bias = 0;
        for (int ky = 0; ky < window.kernelHeight(); ky++) {
          int y = top + ky * window.dilationHeight();
          for (int kx = 0; y >= 0 && y < in.height() && kx < window.kernelWidth(); kx++) {
            int x = left + kx * window.dilationWidth();
            for (int block = 0; x >= 0 && x < in.width() && block < blocks.blocks; block++) {
              bias += lengths[(block * in.height() + y) * in.width() + x];
            }
          }
        }
        biases[pixel - first] = bias;
      }
    }

    private void finish(int vector, int first, int end, Scratch scratch) {
      int[] biases = scratch.ints(BIASES);
      findBiases(first, end, biases);
      int width = spec.out().width();
      for (int from = first; from < end; ) {
        int y = from / width;
        int to = Math.min(end, (y + 1) * width);
        int[] counts = scratch.ints(COUNTS);
        for (int pixel = from; pixel < to; pixel++) {
          for (int part = 0; part < weights.size(); part++) {
            kernels
                .bitSliced()
                .counts()
                .interleaved(
                    scratch.bytes(COUNTERS),
                    counters(pixel - first, part),
                    blocks.planes(),
                    biases[pixel - first],
                    scratch.bytes(WORK),
                    counts,
                    (pixel - from) * pixelCounts() + part * channels + vector * blocks.lanes);
          }
        }
        finishRow(vector, y, from - y * width, to - y * width, counts, scratch);
        from = to;
      }
    }

    /** Epilogue of pixels {@code x0} to {@code x1}, exclusive, of a row. */
    private void finishRow(int vector, int y, int x0, int x1, int[] counts, Scratch scratch) {
      int firstChannel = vector * blocks.lanes;
      int endChannel = Math.min(firstChannel + blocks.lanes, channels);
      float[] add = shortcut;
      int addOffset = 0;
      int addChannels = 0;
      if (shortcut != null) {
        addChannels = ChannelsLast.paddedChannels(spec.shortcut().shape().channels());
        if (pooling == null) {
          addOffset = (y * spec.out().width() + x0) * addChannels;
        } else {
          add = scratch.floats(SHORTCUT_ROW);
          addOffset = x0 * addChannels;
          pooling.max(shortcut, y, scratch, add, 0);
        }
      }
      int offset = (y * spec.out().width() + x0) * channels;
      kernels
          .epilogue()
          .fromCounts(
              counts,
              0,
              x1 - x0,
              channels,
              firstChannel,
              endChannel,
              parameters,
              add,
              addOffset,
              addChannels,
              values,
              offset);
      after.apply(kernels.epilogue(), values, offset, x1 - x0, channels, firstChannel, endChannel);
      packer.pack(y, x0, x1, firstChannel, endChannel);
    }
  }
}
