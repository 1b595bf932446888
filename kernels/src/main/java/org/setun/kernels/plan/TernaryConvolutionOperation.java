package org.setun.kernels.plan;

import java.util.ArrayList;
import java.util.List;
import org.setun.kernels.Layer;
import org.setun.kernels.Layer.TernaryConvolution;
import org.setun.kernels.Shape;
import org.setun.kernels.TernaryKernel;
import org.setun.kernels.Window;
import org.setun.kernels.op.KernelSet;
import org.setun.kernels.op.Layout;
import org.setun.kernels.op.TernaryGemm;

/**
 * Ternary convolution with all that can follow it while its results are in cache: multiply-add,
 * shortcut, PReLU, and the trits of the next ternary convolutions. Output pixels are worked off in
 * blocks:
 *
 * <pre>{@code
 * for each block of pixels (a chunk)
 *   gather the block's trits into panels of T pixels          im2col on packed words
 *   for each panel of P output channels                       stays in L1 for the whole block
 *     for each panel of T pixels: micro-kernel → counts
 *   for each row of the block: counts → values → packed trits of the next layers
 * }</pre>
 */
final class TernaryConvolutionOperation implements Operation {
  /**
   * Bytes of gathered activations in a block: half of a 32 KiB first-level cache, the rest is for
   * the panel of weights (9 KiB for 4608 inputs) and the counts.
   */
  private static final int BLOCK_BYTES = 16 * 1024;

  private final TernaryConvolution layer;
  private final List<String> layers;
  private final KernelSet kernels;
  private final TernaryGemm gemm;
  private final Shape in;
  private final Shape out;
  private final Shortcut shortcut;
  private final PackedInput packedInput;
  private final List<PackedInput> targets;
  private final long[] weights;
  private final float[] scale;
  private final float[] shift;
  private final float[] slope;
  private final int[] tapOffsets;
  private final int[] pixelOffsets;
  private final int words;
  private final int blockPixels;
  private final int channels;

  /**
   * What is added to the result.
   *
   * @param value name of the value
   * @param shape its shape
   * @param window window of the max pooling that is applied to it first, or {@code null}
   * @param absorbed names of the layers that this stands for
   */
  record Shortcut(String value, Shape shape, Window window, List<String> absorbed) {}

  TernaryConvolutionOperation(
      TernaryConvolution layer,
      Shape in,
      Shape out,
      KernelSet kernels,
      TernaryGemm gemm,
      Shortcut shortcut,
      List<Layer> followers,
      float[] slope,
      PackedInput packedInput,
      List<PackedInput> targets) {
    this.layer = layer;
    this.kernels = kernels;
    this.gemm = gemm;
    this.in = in;
    this.out = out;
    this.shortcut = shortcut;
    this.packedInput = packedInput;
    this.targets = targets;
    List<String> names = new ArrayList<>();
    names.add(layer.name());
    if (shortcut != null) {
      names.addAll(shortcut.absorbed());
    }
    followers.forEach(follower -> names.add(follower.name()));
    this.layers = List.copyOf(names);
    this.channels = Layout.paddedChannels(out.channels());
    this.scale = Layout.padded(layer.scale(), 0);
    this.shift = Layout.padded(layer.shift(), 0);
    this.slope = slope == null ? null : Layout.padded(slope, 0);
    this.words = layer.kernel().wordsPerOutput();
    this.weights = WeightPanels.pack(layer.kernel(), gemm);
    int tile = gemm.pixels();
    int fitting = Math.max(1, BLOCK_BYTES / (words * 2 * Long.BYTES * tile));
    this.blockPixels = Math.min(fitting, Math.ceilDiv(out.pixels(), tile)) * tile;
    this.tapOffsets = tapOffsets();
    this.pixelOffsets = pixelOffsets();
  }

  private int[] tapOffsets() {
    Window window = layer.window();
    int[] offsets = new int[window.taps()];
    for (int ky = 0; ky < window.kernelHeight(); ky++) {
      for (int kx = 0; kx < window.kernelWidth(); kx++) {
        offsets[ky * window.kernelWidth() + kx] =
            ky * window.dilationHeight() * packedInput.rowWords
                + kx * window.dilationWidth() * packedInput.pixelWords;
      }
    }
    return offsets;
  }

  /**
   * Offsets of all output pixels' first taps; the last one is repeated to fill up the last tile,
   * whose results are not used.
   */
  private int[] pixelOffsets() {
    Window window = layer.window();
    int[] offsets = new int[Math.ceilDiv(out.pixels(), gemm.pixels()) * gemm.pixels()];
    for (int p = 0; p < offsets.length; p++) {
      int pixel = Math.min(p, out.pixels() - 1);
      offsets[p] =
          pixel / out.width() * window.strideHeight() * packedInput.rowWords
              + pixel % out.width() * window.strideWidth() * packedInput.pixelWords;
    }
    return offsets;
  }

  @Override
  public String output() {
    return layers.getLast();
  }

  @Override
  public List<String> layers() {
    return layers;
  }

  @Override
  public List<String> reads() {
    return shortcut == null ? List.of() : List.of(shortcut.value());
  }

  @Override
  public long macs() {
    TernaryKernel kernel = layer.kernel();
    return kernel.tritCount() * out.pixels();
  }

  @Override
  public String kernel() {
    return gemm.name();
  }

  @Override
  public long parameterBytes() {
    return 8L * weights.length + 4L * 2 * channels;
  }

  @Override
  public boolean canOverwrite(String input) {
    // Every value of the shortcut is read right before the result at the same index is written.
    return shortcut != null
        && shortcut.window() == null
        && shortcut.value().equals(input)
        && Layout.paddedChannels(shortcut.shape().channels()) == channels;
  }

  @Override
  public void scratch(Scratch.Need need) {
    need.panels(blockPixels * words * 2);
    need.counts(blockPixels * channels);
    if (shortcut != null && shortcut.window() != null) {
      need.rows(out.width() * Layout.paddedChannels(shortcut.shape().channels()));
      need.rowOffsets(shortcut.window().kernelHeight());
    }
  }

  @Override
  public Step bind(Buffers buffers) {
    return new Bound(buffers);
  }

  private final class Bound implements Step {
    private final long[] source;
    private final float[] shortcutValues;
    private final float[] values;
    private final long[][] packed;
    private final RowPooling pooling;

    Bound(Buffers buffers) {
      source = buffers.packed(layer.name());
      values = buffers.value(output());
      packed = new long[targets.size()][];
      for (int i = 0; i < packed.length; i++) {
        packed[i] = buffers.packed(targets.get(i).layer);
      }
      shortcutValues = shortcut == null ? null : buffers.value(shortcut.value());
      pooling =
          shortcut == null || shortcut.window() == null
              ? null
              : new RowPooling(kernels.pooling(), shortcut.shape(), shortcut.window());
    }

    @Override
    public int chunks() {
      return Math.ceilDiv(out.pixels(), blockPixels);
    }

    @Override
    public void run(int chunk, Scratch scratch) {
      int first = chunk * blockPixels;
      int count = Math.min(blockPixels, out.pixels() - first);
      multiply(first, Math.ceilDiv(count, gemm.pixels()), scratch);
      for (int done = 0; done < count; ) {
        int y = (first + done) / out.width();
        int x = (first + done) % out.width();
        int run = Math.min(out.width() - x, count - done);
        finish(done, y, x, run, scratch);
        done += run;
      }
    }

    private void multiply(int first, int panels, Scratch scratch) {
      int tile = gemm.pixels();
      int panelWords = words * 2 * tile;
      for (int i = 0; i < panels; i++) {
        kernels
            .im2col()
            .gather(
                source,
                pixelOffsets,
                first + i * tile,
                tile,
                tapOffsets,
                packedInput.pixelWords / 2,
                scratch.panels,
                i * panelWords);
      }
      int width = gemm.channels();
      for (int c = 0; c < out.channels(); c += width) {
        for (int i = 0; i < panels; i++) {
          gemm.tile(
              scratch.panels,
              i * panelWords,
              weights,
              c * 2 * words,
              words,
              scratch.counts,
              i * tile * channels + c,
              channels);
        }
      }
    }

    /**
     * Epilogue of {@code run} pixels of one row, whose counts start at pixel {@code done} of the
     * block.
     */
    private void finish(int done, int y, int x, int run, Scratch scratch) {
      float[] add = shortcutValues;
      int addOffset = 0;
      int addChannels = 0;
      if (shortcut != null) {
        addChannels = Layout.paddedChannels(shortcut.shape().channels());
        if (pooling == null) {
          addOffset = (y * out.width() + x) * addChannels;
        } else {
          pooling.max(shortcutValues, y, x, run, scratch.rowOffsets, scratch.rows, 0);
          add = scratch.rows;
        }
      }
      int offset = (y * out.width() + x) * channels;
      kernels
          .epilogue()
          .fromCounts(
              scratch.counts,
              done * channels,
              run,
              channels,
              scale,
              shift,
              add,
              addOffset,
              addChannels,
              slope,
              values,
              offset);
      for (int i = 0; i < packed.length; i++) {
        targets.get(i).pack(kernels.ternarizer(), y, x, run, values, offset, packed[i]);
      }
    }
  }
}
