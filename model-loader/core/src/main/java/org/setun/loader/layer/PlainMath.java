// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.layer;

import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import org.setun.kernels.Shape;
import org.setun.kernels.Window;

/** The operations of a network by their definitions, on values laid out (channel, row, column). */
final class PlainMath {
  private PlainMath() {}

  /**
   * Convolution with zero padding; weights (output channel, input channel of its group, row,
   * column).
   */
  static Value convolve(Value in, float[] weights, int outputChannels, Window window, int groups) {
    Shape from = in.shape();
    Shape to = window.outputShape(from, outputChannels);
    float[] out = new float[to.size()];
    int taps = window.taps();
    int own = from.channels() / groups;
    for (int o = 0; o < outputChannels; o++) {
      int first = o / (outputChannels / groups) * own;
      for (int c = 0; c < own; c++) {
        for (int tap = 0; tap < taps; tap++) {
          float weight = weights[(o * own + c) * taps + tap];
          if (weight != 0) {
            addTap(in, first + c, tap, window, weight, to, out, o * to.pixels());
          }
        }
      }
    }
    return new Value(to, out);
  }

  private static void addTap(
      Value in, int channel, int tap, Window window, float weight, Shape to, float[] out, int at) {
    Shape from = in.shape();
    int dy = tap / window.kernelWidth() * window.dilationHeight() - window.padTop();
    int dx = tap % window.kernelWidth() * window.dilationWidth() - window.padLeft();
    for (int y = 0; y < to.height(); y++) {
      int row = y * window.strideHeight() + dy;
      if (row < 0 || row >= from.height()) {
        continue;
      }
      int line = (channel * from.height() + row) * from.width();
      for (int x = 0; x < to.width(); x++) {
        int column = x * window.strideWidth() + dx;
        if (column >= 0 && column < from.width()) {
          out[at + y * to.width() + x] += weight * in.data()[line + column];
        }
      }
    }
  }

  /** How the values under a window become one. */
  interface Reduction {
    /** Combines two values. */
    float combine(float left, float right);
  }

  /** Combines the values under a window, starting from {@code initial}, padding left out. */
  static Value pool(Value in, Window window, float initial, Reduction reduction) {
    Shape from = in.shape();
    Shape to = window.outputShape(from, from.channels());
    float[] out = new float[to.size()];
    for (int i = 0; i < out.length; i++) {
      int x = i % to.width();
      int y = i / to.width() % to.height();
      int c = i / to.pixels();
      float value = initial;
      for (int tap = 0; tap < window.taps(); tap++) {
        int row =
            y * window.strideHeight()
                + tap / window.kernelWidth() * window.dilationHeight()
                - window.padTop();
        int column =
            x * window.strideWidth()
                + tap % window.kernelWidth() * window.dilationWidth()
                - window.padLeft();
        if (row >= 0 && row < from.height() && column >= 0 && column < from.width()) {
          value =
              reduction.combine(
                  value, in.data()[(c * from.height() + row) * from.width() + column]);
        }
      }
      out[i] = value;
    }
    return new Value(to, out);
  }

  /** Fully connected layer; weights (output, feature). */
  static Value linear(Value in, float[] weights, float[] bias, int outputs) {
    int features = in.data().length;
    float[] out = new float[outputs];
    for (int o = 0; o < outputs; o++) {
      double sum = bias == null ? 0 : bias[o];
      for (int f = 0; f < features; f++) {
        sum += (double) weights[o * features + f] * in.data()[f];
      }
      out[o] = (float) sum;
    }
    return new Value(new Shape(outputs, 1, 1), out);
  }

  /** Applies a function of the channel to every value. */
  static Value perChannel(Value in, ChannelFunction function) {
    float[] out = new float[in.data().length];
    int pixels = in.shape().pixels();
    for (int i = 0; i < out.length; i++) {
      out[i] = function.apply(i / pixels, in.data()[i]);
    }
    return new Value(in.shape(), out);
  }

  /** A function that may differ from channel to channel. */
  interface ChannelFunction {
    /** The function's value. */
    float apply(int channel, float x);
  }

  /** Applies a function to every value. */
  static Value map(Value in, DoubleUnaryOperator function) {
    return perChannel(in, (channel, x) -> (float) function.applyAsDouble(x));
  }

  /** Combines two values of one shape. */
  static Value combine(Value left, Value right, DoubleBinaryOperator function) {
    float[] out = new float[left.data().length];
    for (int i = 0; i < out.length; i++) {
      out[i] = (float) function.applyAsDouble(left.data()[i], right.data()[i]);
    }
    return new Value(left.shape(), out);
  }

  /** Adds a number to every value of a channel. */
  static Value addPerChannel(Value in, float[] addends) {
    return perChannel(in, (c, x) -> x + addends[c]);
  }

  /** Magnitudes. */
  static float[] absolute(float[] values) {
    float[] magnitudes = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      magnitudes[i] = Math.abs(values[i]);
    }
    return magnitudes;
  }

  /**
   * The distribution function of the normal distribution, by the power series of the error function
   * near 0 and its continued fraction far from it.
   */
  static double normalDistribution(double x) {
    double density = Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
    if (Math.abs(x) > 4) {
      double fraction = Math.abs(x);
      for (int n = 60; n >= 1; n--) {
        fraction = Math.abs(x) + n / fraction;
      }
      return x < 0 ? density / fraction : 1 - density / fraction;
    }
    double term = x;
    double sum = x;
    for (int n = 3; Math.abs(term) > 1e-18; n += 2) {
      term *= x * x / n;
      sum += term;
    }
    return 0.5 + density * sum;
  }
}
