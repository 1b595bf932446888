// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.family;

import org.setun.kernels.Layer.AsymmetricTernaryConvolution;
import org.setun.kernels.Layer.TritConvolution;
import org.setun.kernels.Shape;
import org.setun.kernels.Thresholds;
import org.setun.kernels.Window;

/**
 * What a family is asked to run: a ternary convolution and what is added to its result, without
 * parameters.
 *
 * @param in shape of the input
 * @param out shape of the output
 * @param window stride, padding and dilation
 * @param scales 1, or 2 where weights of +1 and of -1 have scales of their own
 * @param nonzeroWeights share of the weights that are not 0
 * @param nonzeroActivations share of the trits of the input that are expected not to be 0
 * @param shortcut what is added to the result, or {@code null}
 */
public record ConvolutionSpec(
    Shape in,
    Shape out,
    Window window,
    int scales,
    double nonzeroWeights,
    double nonzeroActivations,
    Shortcut shortcut) {
  /** Share of nonzero trits where thresholds allow zeros: measured on trained networks. */
  private static final double TERNARY_NONZERO = 0.6;

  /**
   * A value that is added to the result.
   *
   * @param shape its shape; it may have fewer channels than the output, in whole blocks of {@link
   *     org.setun.kernels.layout.ChannelsLast#CHANNEL_BLOCK}: nothing is added to the others
   * @param window window of the max pooling that is applied to it first, or {@code null}
   */
  public record Shortcut(Shape shape, Window window) {}

  /**
   * Describes a layer.
   *
   * @param layer the layer
   * @param in shape of its input
   * @param out shape of its output
   * @param shortcut what is added to the result, or {@code null}
   */
  public static ConvolutionSpec of(TritConvolution layer, Shape in, Shape out, Shortcut shortcut) {
    return new ConvolutionSpec(
        in,
        out,
        layer.window(),
        layer instanceof AsymmetricTernaryConvolution ? 2 : 1,
        1 - (double) layer.kernel().zeroCount() / layer.kernel().tritCount(),
        isBinary(layer.thresholds()) ? 1 : TERNARY_NONZERO,
        shortcut);
  }

  private static boolean isBinary(Thresholds thresholds) {
    for (int c = 0; c < thresholds.channels(); c++) {
      if (thresholds.low()[c] != thresholds.high()[c]) {
        return false;
      }
    }
    return true;
  }

  /** Share of a convolution's taps that lie inside the map. */
  public double tapsInside() {
    return inside(
            in.height(),
            out.height(),
            window.kernelHeight(),
            window.strideHeight(),
            window.padTop(),
            window.dilationHeight())
        * inside(
            in.width(),
            out.width(),
            window.kernelWidth(),
            window.strideWidth(),
            window.padLeft(),
            window.dilationWidth());
  }

  private static double inside(int in, int out, int kernel, int stride, int pad, int dilation) {
    int inside = 0;
    for (int i = 0; i < out; i++) {
      for (int k = 0; k < kernel; k++) {
        int at = i * stride - pad + k * dilation;
        inside += at >= 0 && at < in ? 1 : 0;
      }
    }
    return (double) inside / ((double) out * kernel);
  }
}
