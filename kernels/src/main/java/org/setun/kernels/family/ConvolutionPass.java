package org.setun.kernels.family;

import java.util.List;
import org.setun.kernels.Layer.TritConvolution;
import org.setun.kernels.pass.Value;

/**
 * A ternary convolution with all that its pass takes up.
 *
 * @param layer the convolution
 * @param layers names of the layers that share the pass, in order; the convolution's first
 * @param slope PReLU's factor per output channel, applied last, or {@code null}
 * @param shortcut the value that is added, in the offer's layout, or {@code null}
 * @param output the value that is left, in the offer's layout
 * @param input trits of the convolution's input, as the same offer made it
 * @param targets trits to make of the output, for the convolutions that read it in this layout
 */
public record ConvolutionPass(
    TritConvolution layer,
    List<String> layers,
    float[] slope,
    Value shortcut,
    Value output,
    TritMap input,
    List<TritMap> targets) {}
