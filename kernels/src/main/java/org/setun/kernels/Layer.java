package org.setun.kernels;

import java.util.List;

/**
 * One operation of a {@link NetworkGraph}. A layer produces one value, known by the layer's name,
 * from the values it names as inputs. All values are fp32 with NHWC layout; parameters follow
 * PyTorch's layouts, so that a checkpoint's tensors can be handed over as they are. Arrays are
 * shared, not copied; they must not change once handed over.
 */
public sealed interface Layer {
  /** {@return the unique name of the layer and of the value it produces} */
  String name();

  /** {@return the names of the values this layer reads} */
  List<String> inputs();

  /**
   * Full-precision convolution.
   *
   * @param name name of the layer
   * @param input name of the value read
   * @param window kernel extents, stride, padding (with zeros) and dilation
   * @param outputChannels output channels
   * @param weights (output channel, input channel, row, column)
   * @param bias one per output channel, zeros if the layer has none
   */
  record Convolution(
      String name, String input, Window window, int outputChannels, float[] weights, float[] bias)
      implements Layer {
    @Override
    public List<String> inputs() {
      return List.of(input);
    }
  }

  /**
   * Ternary convolution: the input is ternarized by {@code thresholds}, convolved with trits
   * (padding is the trit 0, whatever the thresholds say), and the exact integer result {@code n}
   * becomes {@code fma(n, scale[o], shift[o])}.
   *
   * @param name name of the layer
   * @param input name of the value read
   * @param window stride, padding and dilation; its kernel extents are those of {@code kernel}
   * @param thresholds one pair of bounds per input channel
   * @param kernel the weights
   * @param scale multiplier per output channel
   * @param shift addend per output channel
   */
  record TernaryConvolution(
      String name,
      String input,
      Window window,
      Thresholds thresholds,
      TernaryKernel kernel,
      float[] scale,
      float[] shift)
      implements Layer {
    @Override
    public List<String> inputs() {
      return List.of(input);
    }
  }

  /**
   * A multiply-add per channel, {@code fma(x, scale[c], shift[c])}: a BatchNorm that stands alone.
   *
   * @param name name of the layer
   * @param input name of the value read
   * @param scale multiplier per channel
   * @param shift addend per channel
   */
  record Affine(String name, String input, float[] scale, float[] shift) implements Layer {
    @Override
    public List<String> inputs() {
      return List.of(input);
    }
  }

  /**
   * Parametric ReLU: {@code x < 0 ? slope[c] * x : x}. A slope of 0 everywhere is the plain ReLU.
   *
   * @param name name of the layer
   * @param input name of the value read
   * @param slope factor for negative values, one per channel
   */
  record PRelu(String name, String input, float[] slope) implements Layer {
    @Override
    public List<String> inputs() {
      return List.of(input);
    }
  }

  /**
   * Maximum over a window; padded pixels do not take part.
   *
   * @param name name of the layer
   * @param input name of the value read
   * @param window the window
   */
  record MaxPool(String name, String input, Window window) implements Layer {
    @Override
    public List<String> inputs() {
      return List.of(input);
    }
  }

  /**
   * Mean over a window; padded pixels count as 0 and the divisor is always the number of taps.
   *
   * @param name name of the layer
   * @param input name of the value read
   * @param window the window
   */
  record AveragePool(String name, String input, Window window) implements Layer {
    @Override
    public List<String> inputs() {
      return List.of(input);
    }
  }

  /**
   * Sum of two values of equal shape.
   *
   * @param name name of the layer
   * @param left name of the first value
   * @param right name of the second value
   */
  record Add(String name, String left, String right) implements Layer {
    @Override
    public List<String> inputs() {
      return List.of(left, right);
    }
  }

  /**
   * Values of equal height and width, one behind the other along the channels.
   *
   * @param name name of the layer
   * @param inputs names of the values, in order
   */
  record Concat(String name, List<String> inputs) implements Layer {}

  /**
   * Channels of zeros appended behind the input's: STTN's parameterless shortcut where a block
   * widens.
   *
   * @param name name of the layer
   * @param input name of the value read
   * @param channels channels of the result, at least the input's
   */
  record ChannelPad(String name, String input, int channels) implements Layer {
    @Override
    public List<String> inputs() {
      return List.of(input);
    }
  }

  /**
   * Full-precision fully connected layer over the flattened input; the result is 1×1 pixel.
   *
   * @param name name of the layer
   * @param input name of the value read
   * @param outputs number of outputs
   * @param weights (output, feature), features in the order (channel, row, column) as PyTorch
   *     flattens them
   * @param bias one per output, zeros if the layer has none
   */
  record Linear(String name, String input, int outputs, float[] weights, float[] bias)
      implements Layer {
    @Override
    public List<String> inputs() {
      return List.of(input);
    }
  }
}
