// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels;

import java.util.List;
import java.util.Objects;
import org.setun.kernels.family.ArrayExtent;
import org.setun.kernels.family.ConvolutionSpec;
import org.setun.kernels.family.TernaryFamily;
import org.setun.kernels.layout.ChannelsLast;
import org.setun.kernels.select.Families;

/**
 * How large the arrays may be that a network needs to run. A file of a few hundred bytes can
 * describe values of any size; whoever reads such files refuses them here, before memory runs out.
 * {@link Network#compile} does not ask.
 *
 * @since 0.1
 */
public final class NetworkLimits {
  /** Binary logarithm of the most elements of all values together: 4 GiB of fp32. */
  private static final int MOST_TOGETHER_LOG2 = 30;

  /** Binary logarithm of the most columns of all values together: kernels keep an index of each. */
  private static final int MOST_COLUMNS_LOG2 = 22;

  /**
   * fp32 convolutions and poolings lay out a row by column phase, each phase with room for one more
   * tile of pixels: at most 7 of them, and one for what the division by the stride rounds up.
   */
  private static final int EXTRA_STRIDES = 8;

  private NetworkLimits() {}

  /**
   * Checks what each layer reads, with its padding, what it makes, and its parameters:
   * 2<sup>28</sup> elements an array at most, however this or another machine would run it. Then
   * what all layers make, since a layer takes a few bytes of a description: 2<sup>30</sup> elements
   * and 2<sup>22</sup> columns.
   *
   * @param graph the network
   * @throws IllegalArgumentException naming the layer and the array that is too large
   */
  public static void check(NetworkGraph graph) {
    Objects.requireNonNull(graph, "graph");
    List<TernaryFamily> families = Families.anywhere();
    long together = 0;
    long columns = 0;
    for (Layer layer : graph.layers()) {
      Shape in = graph.shapes().get(layer.inputs().getFirst());
      Shape out = graph.shapes().get(layer.name());
      for (String input : layer.inputs()) {
        checkRead(layer, graph.shapes().get(input), out, families);
      }
      check(layer, value("its value", out));
      switch (layer) {
        case Layer.Convolution l ->
            checkWeights(l, in, out, (double) in.channels() * l.window().taps());
        case Layer.TernaryWeightConvolution l ->
            checkWeights(l, in, out, (double) in.channels() * l.window().taps());
        case Layer.Linear l -> checkWeights(l, in, out, in.size());
        case Layer.DepthwiseConvolution l -> checkWeights(l, in, out, l.window().taps());
        case Layer.TritConvolution _,
            Layer.Activation _,
            Layer.Flatten _,
            Layer.Softmax _,
            Layer.LocalResponseNormalization _,
            Layer.ChannelSelection _,
            Layer.Multiply _,
            Layer.Affine _,
            Layer.PRelu _,
            Layer.MaxPool _,
            Layer.AveragePool _,
            Layer.Add _,
            Layer.Concat _,
            Layer.ChannelPad _ -> {}
      }
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

  private static void checkRead(Layer layer, Shape in, Shape out, List<TernaryFamily> families) {
    switch (layer) {
      case Layer.Convolution l -> checkPadded(l, in, l.window(), channels(l.input(), in));
      case Layer.TernaryWeightConvolution l ->
          checkPadded(l, in, l.window(), channels(l.input(), in));
      case Layer.MaxPool l -> checkPadded(l, in, l.window(), blocks(in.channels()));
      case Layer.AveragePool l -> checkPadded(l, in, l.window(), blocks(in.channels()));
      case Layer.TritConvolution l ->
          checkTernary(l, ConvolutionSpec.of(l, in, out, null), families);
      case Layer.Affine _,
          Layer.Activation _,
          Layer.Flatten _,
          Layer.Softmax _,
          Layer.LocalResponseNormalization _,
          Layer.ChannelSelection _,
          Layer.Multiply _,
          Layer.DepthwiseConvolution _,
          Layer.PRelu _,
          Layer.Add _,
          Layer.Concat _,
          Layer.ChannelPad _,
          Layer.Linear _ ->
          check(layer, value("its input", in));
    }
  }

  /** Only the network's input is not kept in blocks of channels. */
  private static double channels(String input, Shape in) {
    return input.equals(NetworkGraph.INPUT) ? in.channels() : blocks(in.channels());
  }

  private static void checkPadded(Layer layer, Shape in, Window window, double channels) {
    double rows = (double) window.padTop() + in.height() + window.padBottom();
    double columns = (double) window.padLeft() + in.width() + window.padRight();
    columns += (double) EXTRA_STRIDES * window.strideWidth();
    check(layer, new ArrayExtent("its padded input", in, rows * columns * channels));
  }

  private static void checkWeights(Layer layer, Shape in, Shape out, double perOutput) {
    check(layer, new ArrayExtent("its weights", in, blocks(out.channels()) * perOutput));
  }

  /**
   * What it reads and all else it needs: the first family's arrays, which runs every layer. Others
   * run one only where theirs fit.
   */
  private static void checkTernary(
      Layer layer, ConvolutionSpec spec, List<TernaryFamily> families) {
    families.getFirst().arrays(spec).forEach(array -> check(layer, array));
  }

  /** A value in the layout that takes every value; a plan uses others only where they fit. */
  private static ArrayExtent value(String what, Shape shape) {
    try {
      return new ArrayExtent(what, shape, ChannelsLast.LAYOUT.floats(shape));
    } catch (ArithmeticException e) {
      return new ArrayExtent(what, shape, Double.POSITIVE_INFINITY);
    }
  }

  private static void check(Layer layer, ArrayExtent array) {
    if (array.isTooLarge()) {
      throw new IllegalArgumentException(
          "layer "
              + layer.name()
              + ": "
              + array.what()
              + " ("
              + array.shape()
              + ") takes more than 2^"
              + ArrayExtent.MOST_LOG2
              + " elements");
    }
  }

  /** Counts in double, which does not overflow. */
  private static double blocks(int channels) {
    return (double) Math.ceilDiv(channels, ChannelsLast.CHANNEL_BLOCK) * ChannelsLast.CHANNEL_BLOCK;
  }
}
