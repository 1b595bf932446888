// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.setun.kernels.Layer.Add;
import org.setun.kernels.Layer.Affine;
import org.setun.kernels.Layer.AsymmetricTernaryConvolution;
import org.setun.kernels.Layer.AveragePool;
import org.setun.kernels.Layer.ChannelPad;
import org.setun.kernels.Layer.Concat;
import org.setun.kernels.Layer.Convolution;
import org.setun.kernels.Layer.Linear;
import org.setun.kernels.Layer.MaxPool;
import org.setun.kernels.Layer.PRelu;
import org.setun.kernels.Layer.TernaryConvolution;
import org.setun.kernels.Layer.TernaryWeightConvolution;
import org.setun.kernels.Layer.TritConvolution;
import org.setun.kernels.plan.WinogradRule;

/**
 * The oracle for networks: evaluates a graph layer by layer, value by value, as the Javadoc of
 * {@link Layer} defines them, with trits as integers and nothing packed, fused or padded. fp32 sums
 * run over taps row by row, channels innermost, from the bias, each step a fused multiply-add, so
 * that results can be compared to the bit; of a fully connected layer 64 features at a time; of the
 * convolutions that {@link WinogradRule} names by transforms, {@link PlainWinograd}.
 */
final class PlainNetwork {
  private final NetworkGraph graph;
  private final Map<String, float[]> values = new HashMap<>();

  private PlainNetwork(NetworkGraph graph) {
    this.graph = graph;
  }

  /** Every value of the graph by name, NHWC. */
  static Map<String, float[]> values(NetworkGraph graph, float[] imageNchw) {
    PlainNetwork network = new PlainNetwork(graph);
    network.values.put(NetworkGraph.INPUT, toNhwc(imageNchw, graph.inputShape()));
    for (Layer layer : graph.layers()) {
      network.values.put(layer.name(), network.evaluate(layer));
    }
    return network.values;
  }

  /** The output, NCHW. */
  static float[] run(NetworkGraph graph, float[] imageNchw) {
    return toNchw(values(graph, imageNchw).get(graph.outputName()), graph.outputShape());
  }

  static float[] toNhwc(float[] nchw, Shape shape) {
    float[] result = new float[shape.size()];
    for (int i = 0; i < result.length; i++) {
      result[i] = nchw[i % shape.channels() * shape.pixels() + i / shape.channels()];
    }
    return result;
  }

  static float[] toNchw(float[] nhwc, Shape shape) {
    float[] result = new float[shape.size()];
    for (int i = 0; i < result.length; i++) {
      result[i] = nhwc[i % shape.pixels() * shape.channels() + i / shape.pixels()];
    }
    return result;
  }

  private float[] evaluate(Layer layer) {
    Shape in = graph.shapes().get(layer.inputs().getFirst());
    Shape out = graph.shapes().get(layer.name());
    float[] x = values.get(layer.inputs().getFirst());
    boolean image = layer.inputs().getFirst().equals(NetworkGraph.INPUT);
    if (layer instanceof Convolution l && WinogradRule.suits(in, l.window(), out, image)) {
      return PlainWinograd.convolve(l, x, in, out);
    }
    if (layer instanceof TernaryWeightConvolution l
        && WinogradRule.suits(in, l.window(), out, image)) {
      return PlainWinograd.convolve(l.expanded(), x, in, out);
    }
    int[] trits = layer instanceof TritConvolution l ? trits(l.thresholds(), x) : null;
    float[] y = new float[out.size()];
    for (int i = 0; i < y.length; i++) {
      int c = i % out.channels();
      int row = i / out.channels() / out.width();
      int column = i / out.channels() % out.width();
      y[i] =
          switch (layer) {
            case Convolution l ->
                convolve(
                    l.window(), (o, f) -> weight(l, in, o, f), l.bias()[c], x, in, c, row, column);
            case TernaryWeightConvolution l ->
                convolve(
                    l.window(), (o, f) -> weight(l, in, o, f), l.bias()[c], x, in, c, row, column);
            case TernaryConvolution l -> {
              int[] sums = sums(l, trits, in, c, row, column);
              yield Math.fma((float) (sums[0] - sums[1]), l.scale()[c], l.shift()[c]);
            }
            case AsymmetricTernaryConvolution l -> {
              int[] sums = sums(l, trits, in, c, row, column);
              float plus = Math.fma((float) sums[0], l.plusScale()[c], l.shift()[c]);
              yield Math.fma((float) -sums[1], l.minusScale()[c], plus);
            }
            case Affine l -> Math.fma(x[i], l.scale()[c], l.shift()[c]);
            case PRelu l -> x[i] < 0 ? x[i] * l.slope()[c] : x[i];
            case MaxPool l -> max(l.window(), x, in, c, row, column);
            case AveragePool l -> mean(l, x, in, c, row, column);
            case Layer.Softmax l -> softmax(l, pixel(x, in, i / out.channels()), c);
            case Layer.LocalResponseNormalization l ->
                normalized(l, pixel(x, in, i / out.channels()), c);
            case Add l -> x[i] + values.get(l.right())[i];
            case Concat l -> concatenated(l, c, i / out.channels());
            case ChannelPad l -> c < in.channels() ? x[i / out.channels() * in.channels() + c] : 0;
            case Linear l -> product(l, x, in, c);
            case Layer.Activation l -> l.function().apply(x[i], l.parameters());
            case Layer.Flatten _ -> x[i % in.pixels() * in.channels() + i / in.pixels()];
            case Layer.ChannelSelection l ->
                x[i / out.channels() * in.channels() + l.channels()[c]];
            case Layer.Multiply l -> x[i] * factor(l, c, i / out.channels());
            case Layer.DepthwiseConvolution l -> depthwise(l, x, in, c, row, column);
          };
    }
    return y;
  }

  /** The trit of one value: -1 below the lower bound, 0 below the upper one, else +1. */
  static int trit(Thresholds thresholds, int channel, float value) {
    float v = thresholds.negated()[channel] ? -value : value;
    return v < thresholds.low()[channel] ? -1 : v < thresholds.high()[channel] ? 0 : 1;
  }

  private static int[] trits(Thresholds thresholds, float[] nhwc) {
    int[] trits = new int[nhwc.length];
    Arrays.setAll(trits, i -> trit(thresholds, i % thresholds.channels(), nhwc[i]));
    return trits;
  }

  /** Receives the taps of a window, row by row. */
  private interface Tap {
    /** {@code pixel} is the input pixel's index, or -1 in the padding. */
    void at(int ky, int kx, int pixel);
  }

  private static void forEachTap(Window w, Shape in, int row, int column, Tap tap) {
    for (int ky = 0; ky < w.kernelHeight(); ky++) {
      for (int kx = 0; kx < w.kernelWidth(); kx++) {
        int y = row * w.strideHeight() - w.padTop() + ky * w.dilationHeight();
        int x = column * w.strideWidth() - w.padLeft() + kx * w.dilationWidth();
        boolean inside = y >= 0 && y < in.height() && x >= 0 && x < in.width();
        tap.at(ky, kx, inside ? y * in.width() + x : -1);
      }
    }
  }

  /** The sums of the trits under weights of +1 and of those under weights of -1. */
  private static int[] sums(TritConvolution l, int[] trits, Shape in, int o, int row, int column) {
    int[] sums = new int[2];
    forEachTap(
        l.window(),
        in,
        row,
        column,
        (ky, kx, pixel) -> {
          for (int c = 0; pixel >= 0 && c < in.channels(); c++) {
            int weight = l.kernel().trit(o, c, ky, kx);
            if (weight != 0) {
              sums[weight > 0 ? 0 : 1] += trits[pixel * in.channels() + c];
            }
          }
        });
    return sums;
  }

  /** An fp32 weight. */
  private interface Weights {
    /** {@code index} counts the weights of the output channel as they lie in memory. */
    float at(int output, int index);
  }

  private static float weight(Convolution l, Shape in, int output, int index) {
    return l.weights()[output * in.channels() * l.window().taps() + index];
  }

  private static float weight(TernaryWeightConvolution l, Shape in, int output, int index) {
    int taps = l.window().taps();
    int columns = l.window().kernelWidth();
    int trit =
        l.kernel().trit(output, index / taps, index % taps / columns, index % taps % columns);
    return trit == 0 ? 0 : trit > 0 ? l.plusScale()[output] : -l.minusScale()[output];
  }

  private static float convolve(
      Window w, Weights weights, float bias, float[] x, Shape in, int o, int row, int column) {
    float[] sum = {bias};
    forEachTap(
        w,
        in,
        row,
        column,
        (ky, kx, pixel) -> {
          for (int c = 0; c < in.channels(); c++) {
            float value = pixel < 0 ? 0 : x[pixel * in.channels() + c];
            int at = (c * w.kernelHeight() + ky) * w.kernelWidth() + kx;
            sum[0] = Math.fma(value, weights.at(o, at), sum[0]);
          }
        });
    return sum[0];
  }

  private static float max(Window w, float[] x, Shape in, int c, int row, int column) {
    float[] max = {Float.NEGATIVE_INFINITY};
    forEachTap(
        w,
        in,
        row,
        column,
        (ky, kx, pixel) ->
            max[0] = pixel < 0 ? max[0] : Math.max(max[0], x[pixel * in.channels() + c]));
    return max[0];
  }

  private static float mean(AveragePool l, float[] x, Shape in, int c, int row, int column) {
    float[] sum = new float[1];
    int[] taps = new int[1];
    forEachTap(
        l.window(),
        in,
        row,
        column,
        (ky, kx, pixel) -> {
          sum[0] += pixel < 0 ? 0 : x[pixel * in.channels() + c];
          taps[0] += pixel < 0 && !l.countPadding() ? 0 : 1;
        });
    return sum[0] / taps[0];
  }

  private static float[] pixel(float[] nhwc, Shape shape, int pixel) {
    return Arrays.copyOfRange(nhwc, pixel * shape.channels(), (pixel + 1) * shape.channels());
  }

  private static float softmax(Layer.Softmax l, float[] x, int channel) {
    double largest = Double.NEGATIVE_INFINITY;
    for (float value : x) {
      largest = Math.max(largest, value);
    }
    double sum = 0;
    for (float value : x) {
      sum += StrictMath.exp(value - largest);
    }
    double above = x[channel] - largest;
    return (float) (l.logarithm() ? above - StrictMath.log(sum) : StrictMath.exp(above) / sum);
  }

  private static float normalized(Layer.LocalResponseNormalization l, float[] x, int channel) {
    double sum = 0;
    for (int c = 0; c < x.length; c++) {
      int place = c - channel + (l.size() - 1) / 2;
      sum += place >= 0 && place < l.size() ? (double) x[c] * x[c] : 0;
    }
    double base = l.bias() + l.alpha() / l.size() * sum;
    return (float) (x[channel] / StrictMath.pow(base, l.beta()));
  }

  private float concatenated(Concat l, int channel, int pixel) {
    int c = channel;
    for (String name : l.inputs()) {
      int channels = graph.shapes().get(name).channels();
      if (c < channels) {
        return values.get(name)[pixel * channels + c];
      }
      c -= channels;
    }
    throw new AssertionError("channel " + channel + " of " + l.name());
  }

  /** Features in the order in which values lie in memory: pixel by pixel. */
  private static float product(Linear l, float[] x, Shape in, int o) {
    float sum = l.bias()[o];
    float part = 0;
    for (int i = 0; i < x.length; i++) {
      int feature = i % in.channels() * in.pixels() + i / in.channels();
      part = Math.fma(x[i], l.weights()[o * x.length + feature], part);
      if (i % 64 == 63 || i == x.length - 1) {
        sum += part;
        part = 0;
      }
    }
    return sum;
  }

  private float factor(Layer.Multiply l, int channel, int pixel) {
    Shape right = graph.shapes().get(l.right());
    int c = right.channels() == 1 ? 0 : channel;
    return values.get(l.right())[(right.pixels() == 1 ? 0 : pixel) * right.channels() + c];
  }

  private static float depthwise(
      Layer.DepthwiseConvolution l, float[] x, Shape in, int c, int row, int column) {
    Window w = l.window();
    float[] sum = {l.bias()[c]};
    forEachTap(
        w,
        in,
        row,
        column,
        (ky, kx, pixel) -> {
          if (pixel >= 0) {
            float weight = l.weights()[(c * w.kernelHeight() + ky) * w.kernelWidth() + kx];
            sum[0] = Math.fma(x[pixel * in.channels() + c], weight, sum[0]);
          }
        });
    return sum[0];
  }
}
