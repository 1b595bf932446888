package org.setun.loader.model;

import org.setun.kernels.Layer;
import org.setun.kernels.NetworkGraph;
import org.setun.kernels.Shape;
import org.setun.kernels.Window;

/**
 * How large the arrays may be that a network needs to run. A file of a few hundred bytes can
 * describe values of any size; it must be refused when it is read, not when memory runs out.
 */
final class SizeLimits {
  /** Binary logarithm of the most elements an array may have: 1 GiB of fp32. */
  private static final int MOST_LOG2 = 28;

  /** Binary logarithm of the most elements of all values together: 4 GiB of fp32. */
  private static final int MOST_TOGETHER_LOG2 = 30;

  /** Binary logarithm of the most columns of all values together: kernels keep an index of each. */
  private static final int MOST_COLUMNS_LOG2 = 22;

  /** Kernels keep channels in multiples of this. */
  private static final int CHANNEL_BLOCK = 64;

  /**
   * Kernels lay out a row by column phase, each phase with room for one more tile of pixels: at
   * most 7 of them, and one for what the division by the stride rounds up.
   */
  private static final int EXTRA_STRIDES = 8;

  private SizeLimits() {}

  /**
   * Checks what each layer reads, with its padding, what it makes, and its parameters; then what
   * all of them make, since a layer takes a few bytes of a description.
   *
   * @throws IllegalArgumentException naming the layer and the array that is too large
   */
  static void check(NetworkGraph graph) {
    long together = 0;
    long columns = 0;
    for (Layer layer : graph.layers()) {
      for (String input : layer.inputs()) {
        checkRead(layer, graph.shapes().get(input));
      }
      Shape out = graph.shapes().get(layer.name());
      check(layer, "its value", out, out.pixels(), blocks(out.channels()));
      checkParameters(layer, graph.shapes().get(layer.inputs().getFirst()), out);
      together += out.size();
      columns += out.width();
    }
    checkTogether("elements", together, MOST_TOGETHER_LOG2);
    checkTogether("columns", columns, MOST_COLUMNS_LOG2);
  }

  private static void checkTogether(String what, long count, int mostLog2) {
    if (count > 1L << mostLog2) {
      throw new IllegalArgumentException(
          "its layers make " + count + " " + what + ", more than 2^" + mostLog2);
    }
  }

  private static void checkRead(Layer layer, Shape in) {
    switch (layer) {
      // The only layers whose input need not be kept in blocks of channels.
      case Layer.Convolution l -> checkPadded(l, in, l.window(), in.channels());
      case Layer.TernaryWeightConvolution l -> checkPadded(l, in, l.window(), in.channels());
      case Layer.TritConvolution l -> checkPadded(l, in, l.window(), blocks(in.channels()));
      case Layer.MaxPool l -> checkPadded(l, in, l.window(), blocks(in.channels()));
      case Layer.AveragePool l -> checkPadded(l, in, l.window(), blocks(in.channels()));
      case Layer.Affine _,
          Layer.PRelu _,
          Layer.Add _,
          Layer.Concat _,
          Layer.ChannelPad _,
          Layer.Linear _ ->
          check(layer, "its input", in, in.pixels(), blocks(in.channels()));
    }
  }

  private static void checkPadded(Layer layer, Shape in, Window window, double channels) {
    double rows = (double) window.padTop() + in.height() + window.padBottom();
    double columns = (double) window.padLeft() + in.width() + window.padRight();
    columns += (double) EXTRA_STRIDES * window.strideWidth();
    check(layer, "its padded input", in, rows, columns, channels);
  }

  private static void checkParameters(Layer layer, Shape in, Shape out) {
    double outputs = blocks(out.channels());
    switch (layer) {
      case Layer.Convolution l ->
          check(l, "its weights", in, outputs, in.channels(), l.window().taps());
      case Layer.TernaryWeightConvolution l ->
          check(l, "its weights", in, outputs, in.channels(), l.window().taps());
      case Layer.TritConvolution l -> {
        double perOutput = blocks(in.channels()) * l.window().taps();
        check(l, "its weights", in, outputs, perOutput);
        // im2col gathers a row of outputs, rounded up to whole tiles.
        double columns = (double) out.width() + EXTRA_STRIDES;
        check(l, "a row of its products", in, columns, perOutput);
        check(l, "a row of its counts", out, columns, 2 * outputs);
      }
      case Layer.Linear l -> check(l, "its weights", in, outputs, in.size());
      case Layer.Affine _,
          Layer.PRelu _,
          Layer.MaxPool _,
          Layer.AveragePool _,
          Layer.Add _,
          Layer.Concat _,
          Layer.ChannelPad _ -> {}
    }
  }

  /** Counts in double, where no product of these factors overflows. */
  private static void check(Layer layer, String what, Shape shape, double... factors) {
    double elements = 1;
    for (double factor : factors) {
      elements *= factor;
    }
    if (elements > 1L << MOST_LOG2) {
      throw new IllegalArgumentException(
          "layer "
              + layer.name()
              + ": "
              + what
              + " ("
              + shape
              + ") takes more than 2^"
              + MOST_LOG2
              + " elements");
    }
  }

  private static double blocks(int channels) {
    return (double) Math.ceilDiv(channels, CHANNEL_BLOCK) * CHANNEL_BLOCK;
  }
}
