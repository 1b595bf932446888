package org.setun.kernels.plan;

import java.util.List;
import java.util.Set;
import org.setun.kernels.Layer.Convolution;
import org.setun.kernels.Shape;
import org.setun.kernels.Window;
import org.setun.kernels.family.RowPacker;
import org.setun.kernels.family.TritMap;
import org.setun.kernels.layout.ChannelsLast;
import org.setun.kernels.op.Epilogue;
import org.setun.kernels.op.FloatConvolution;
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
  private final KernelSet kernels;
  private final Shape convolved;
  private final Shape out;
  private final Window pool;
  private final Pooling.Columns columns;
  private final Value value;
  private final SplitInput input;
  private final List<TritMap> targets;
  private final float[] weights;
  private final float[] bias;
  private final float[] scale;
  private final float[] shift;
  private final float[] slope;
  private final int channels;

  ConvolutionOperation(
      Convolution layer,
      List<String> layers,
      Shape convolved,
      Shape out,
      KernelSet kernels,
      float[] scale,
      float[] shift,
      float[] slope,
      Window pool,
      Value value,
      SplitInput input,
      List<TritMap> targets) {
    this.macs = (long) layer.weights().length * convolved.pixels();
    this.layers = layers;
    this.kernels = kernels;
    this.convolved = convolved;
    this.out = out;
    this.pool = pool;
    this.columns = pool == null ? null : RowPooling.columns(pool);
    this.value = value;
    this.input = input;
    this.targets = targets;
    this.weights =
        input.packWeights(
            layer.weights(), layer.outputChannels(), kernels.convolution().channels());
    this.bias = ChannelsLast.padded(layer.bias(), 0);
    this.scale = scale == null ? null : ChannelsLast.padded(scale, 0);
    this.shift = shift == null ? null : ChannelsLast.padded(shift, 0);
    this.slope = slope == null ? null : ChannelsLast.padded(slope, 0);
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
    return input.inPlace ? List.of(value) : List.of();
  }

  @Override
  public long macs() {
    return macs;
  }

  @Override
  public String kernel() {
    return kernels.convolution().name();
  }

  @Override
  public long parameterBytes() {
    return 4L * weights.length + 4L * 4 * channels;
  }

  @Override
  public Set<Class<?>> uses() {
    return pool == null
        ? Set.of(FloatConvolution.class, Epilogue.class)
        : Set.of(FloatConvolution.class, Epilogue.class, Pooling.class);
  }

  @Override
  public void memory(Buffers.Need need) {
    if (!input.inPlace) {
      need.floats(input.memory(), input.size);
    }
  }

  @Override
  public void scratch(Scratch.Need need) {
    need.floats(RING, ringRows() * rowFloats());
    if (pool != null) {
      RowPooling.scratch(need, convolved.width() * channels, pool.kernelHeight());
    }
  }

  /** Floats of a row before the pooling, rounded up to whole tiles. */
  private int rowFloats() {
    int tile = kernels.convolution().pixels();
    return Math.ceilDiv(convolved.width(), tile) * tile * channels;
  }

  private int ringRows() {
    return pool == null ? 1 : pool.dilationHeight() * (pool.kernelHeight() - 1) + 1;
  }

  @Override
  public Step bind(Buffers buffers) {
    return new Bound(buffers);
  }

  private final class Bound implements Step {
    private final float[] split;
    private final float[] values;
    private final RowPacker packer;
    private final int rowsPerChunk;

    Bound(Buffers buffers) {
      int chunks = buffers.threads() == 1 ? 1 : CHUNKS_PER_THREAD * buffers.threads();
      rowsPerChunk = Math.ceilDiv(out.height(), chunks);
      split = input.inPlace ? buffers.value(value) : buffers.floats(input.memory());
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
      int computed = Integer.MIN_VALUE;
      for (int y = chunk * rowsPerChunk; y < end; y++) {
        int offset = y * out.width() * channels;
        if (pool == null) {
          convolveRow(y, ring, 0);
          System.arraycopy(ring, 0, values, offset, out.width() * channels);
        } else {
          computed = pooledRow(y, computed, ring, scratch);
        }
        packer.pack(y, 0, channels);
      }
    }

    /**
     * Pools output row {@code y}; rows below {@code computed} are in the ring already. Returns the
     * new such bound.
     */
    private int pooledRow(int y, int computed, float[] ring, Scratch scratch) {
      int[] offsets = scratch.ints(RowPooling.ROWS);
      int top = y * pool.strideHeight() - pool.padTop();
      int from = Math.max(Math.max(top, 0), computed);
      int to = Math.min(top + ringRows(), convolved.height());
      for (int row = from; row < to; row++) {
        convolveRow(row, ring, row % ringRows() * rowFloats());
      }
      int rows = 0;
      for (int ky = 0; ky < pool.kernelHeight(); ky++) {
        int row = top + ky * pool.dilationHeight();
        if (row >= 0 && row < convolved.height()) {
          offsets[rows++] = row % ringRows() * rowFloats();
        }
      }
      kernels
          .pooling()
          .max(
              ring,
              offsets,
              rows,
              convolved.width(),
              channels,
              columns,
              scratch.floats(RowPooling.WORK),
              values,
              y * out.width() * channels,
              out.width());
      return to;
    }

    private void convolveRow(int y, float[] rows, int offset) {
      int width = kernels.convolution().channels();
      int tile = kernels.convolution().pixels();
      int taps = input.taps();
      for (int c = 0; c < convolved.channels(); c += width) {
        for (int next = 0; next < convolved.width(); next += tile) {
          int x = input.inPlace ? Math.min(next, convolved.width() - tile) : next;
          kernels
              .convolution()
              .tile(
                  split,
                  y * input.outputRowStride + x * input.pixelStride,
                  input.pixelStride,
                  input.tapOffsets,
                  input.run,
                  weights,
                  c * taps,
                  bias,
                  c,
                  rows,
                  offset + x * channels + c,
                  channels);
        }
      }
      kernels
          .epilogue()
          .inPlace(rows, offset, convolved.width(), channels, 0, channels, scale, shift, slope);
    }
  }
}
