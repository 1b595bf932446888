// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.family;

import java.util.List;
import org.setun.kernels.Layer;
import org.setun.kernels.Layer.AsymmetricTernaryConvolution;
import org.setun.kernels.Layer.TernaryConvolution;
import org.setun.kernels.Layer.TritConvolution;
import org.setun.kernels.TernaryKernel;
import org.setun.kernels.layout.ChannelsLast;
import org.setun.kernels.op.ChannelParameters;
import org.setun.kernels.pass.Value;

/**
 * A ternary convolution with all that its pass takes up.
 *
 * @param layer the convolution
 * @param layers names of the layers that share the pass, in order; the convolution's first
 * @param slope PReLU's factor per output channel, applied to the sum, or {@code null}
 * @param after the multiply-add that is applied last, or {@code null}
 * @param shortcut the value that is added, in the offer's layout, or {@code null}
 * @param output the value that is left, in the offer's layout
 * @param input trits of the convolution's input, as the same offer made it
 * @param targets trits to make of the output, for the convolutions that read it in this layout
 */
public record ConvolutionPass(
    TritConvolution layer,
    List<String> layers,
    float[] slope,
    Layer.Affine after,
    Value shortcut,
    Value output,
    TritMap input,
    List<TritMap> targets) {
  /** The kernels to multiply with: where plus and minus have scales of their own, one for each. */
  public List<TernaryKernel> parts() {
    TernaryKernel kernel = layer.kernel();
    return switch (layer) {
      case TernaryConvolution l -> List.of(kernel);
      case AsymmetricTernaryConvolution l -> List.of(kernel.plusPart(), kernel.minusPart());
    };
  }

  /** What turns counts into {@link ChannelsLast} values. */
  public ChannelParameters channelsLastParameters() {
    float[] shift = ChannelsLast.padded(layer.shift(), 0);
    float[] padded = slope == null ? null : ChannelsLast.padded(slope, 0);
    return switch (layer) {
      case TernaryConvolution l ->
          new ChannelParameters(ChannelsLast.padded(l.scale(), 0), null, shift, padded);
      case AsymmetricTernaryConvolution l ->
          new ChannelParameters(
              ChannelsLast.padded(l.plusScale(), 0),
              ChannelsLast.padded(l.minusScale(), 0),
              shift,
              padded);
    };
  }
}
