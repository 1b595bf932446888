package org.setun.loader.reference;

import java.util.function.DoubleUnaryOperator;
import org.setun.kernels.Shape;
import org.setun.kernels.Window;
import org.setun.loader.arch.Activations;

/** The operations of a network by their definitions, on values laid out (channel, row, column). */
final class PlainMath {
  private PlainMath() {}

  /** Convolution with zero padding; weights (output channel, input channel, row, column). */
  static Value convolve(Value in, float[] weights, int outputChannels, Window window) {
    Shape from = in.shape();
    Shape to = window.outputShape(from, outputChannels);
    float[] out = new float[to.size()];
    int taps = window.taps();
    for (int o = 0; o < outputChannels; o++) {
      for (int c = 0; c < from.channels(); c++) {
        for (int tap = 0; tap < taps; tap++) {
          float weight = weights[(o * from.channels() + c) * taps + tap];
          if (weight != 0) {
            addTap(in, c, tap, window, weight, to, out, o * to.pixels());
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

  /** What a ternary layer makes of an input. */
  static double activation(Activations activations, double x) {
    return switch (activations) {
      case TERNARY -> x < -0.5 ? -1 : x < 0.5 ? 0 : 1;
      case BINARY -> x < 0 ? -1 : 1;
      case SIGN -> x < 0 ? -1 : x == 0 ? 0 : 1;
      case FLOAT -> x;
    };
  }
}
