// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels;

import java.util.List;
import java.util.Objects;

/**
 * One operation of a {@link NetworkGraph}. A layer produces one value, known by the layer's name,
 * from the values it names as inputs. A value is fp32 and has a {@link Shape}; how it lies in
 * memory is chosen when the graph is compiled, and no layer depends on it. Parameters follow
 * PyTorch's layouts, so that a checkpoint's tensors can be handed over as they are. Arrays are
 * shared, not copied; they must not change once handed over. Layers are equal if all they consist
 * of is, arrays value by value.
 *
 * @since 0.1
 */
public sealed interface Layer {
  /** {@return the unique name of the layer and of the value it produces} */
  String name();

  /** {@return the names of the values this layer reads} */
  List<String> inputs();

  /**
   * Infers the shape of the value and checks that the parameters fit.
   *
   * @param in shapes of {@link #inputs()}, in their order
   * @return the shape
   * @throws IllegalArgumentException if parameters or inputs do not fit each other
   */
  Shape outputShape(List<Shape> in);

  /**
   * The size of the parameters as they are: 4 bytes a number, two bits a ternary weight in whole
   * words of 64, a byte a flag.
   *
   * @return the size in bytes
   */
  long parameterBytes();

  /**
   * Full-precision convolution.
   *
   * @param name name of the layer
   * @param input name of the value read
   * @param window kernel extents, stride, padding (with zeros) and dilation
   * @param outputChannels output channels
   * @param weights (output channel, input channel, row, column)
   * @param bias one per output channel, zeros if the layer has none
   * @since 0.1
   */
  record Convolution(
      String name, String input, Window window, int outputChannels, float[] weights, float[] bias)
      implements Layer {
    /**
     * Refuses what is missing.
     *
     * @throws NullPointerException if a component is {@code null}; the message names it
     */
    public Convolution {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(input, "input");
      Objects.requireNonNull(window, "window");
      Objects.requireNonNull(weights, "weights");
      Objects.requireNonNull(bias, "bias");
    }

    @Override
    public List<String> inputs() {
      return List.of(input);
    }

    @Override
    public Shape outputShape(List<Shape> in) {
      Shape from = in.getFirst();
      expect("weights", weights.length, (long) outputChannels * from.channels() * window.taps());
      expect("biases", bias.length, outputChannels);
      return window.outputShape(from, outputChannels);
    }

    @Override
    public long parameterBytes() {
      return floatBytes(weights, bias);
    }

    @Override
    public boolean equals(Object other) {
      return RecordValues.equal(this, other);
    }

    @Override
    public int hashCode() {
      return RecordValues.hash(this);
    }

    @Override
    public String toString() {
      return RecordValues.text(this);
    }
  }

  /**
   * Convolution of trits with trits: the input is ternarized by {@code thresholds} and convolved
   * with {@code kernel}; padding is the trit 0, whatever the thresholds say. The sums are exact
   * integers, and the two kinds differ in what they make of them.
   *
   * @since 0.1
   */
  sealed interface TritConvolution extends Layer {
    /** {@return the name of the value read} */
    String input();

    /** {@return stride, padding and dilation; its kernel extents are those of the kernel} */
    Window window();

    /** {@return one pair of bounds per input channel} */
    Thresholds thresholds();

    /** {@return the weights} */
    TernaryKernel kernel();

    /** {@return the addend per output channel} */
    float[] shift();

    @Override
    default List<String> inputs() {
      return List.of(input());
    }
  }

  /**
   * Ternary convolution with one scale a channel: the sum {@code n} of products of trits becomes
   * {@code fma(n, scale[o], shift[o])}.
   *
   * @param name name of the layer
   * @param input name of the value read
   * @param window stride, padding and dilation; its kernel extents are those of {@code kernel}
   * @param thresholds one pair of bounds per input channel
   * @param kernel the weights
   * @param scale multiplier per output channel
   * @param shift addend per output channel
   * @since 0.1
   */
  record TernaryConvolution(
      String name,
      String input,
      Window window,
      Thresholds thresholds,
      TernaryKernel kernel,
      float[] scale,
      float[] shift)
      implements TritConvolution {
    /**
     * Refuses what is missing.
     *
     * @throws NullPointerException if a component is {@code null}; the message names it
     */
    public TernaryConvolution {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(input, "input");
      Objects.requireNonNull(window, "window");
      Objects.requireNonNull(thresholds, "thresholds");
      Objects.requireNonNull(kernel, "kernel");
      Objects.requireNonNull(scale, "scale");
      Objects.requireNonNull(shift, "shift");
    }

    @Override
    public Shape outputShape(List<Shape> in) {
      expect("scales", scale.length, kernel.outputChannels());
      return convolved(this, in.getFirst());
    }

    @Override
    public long parameterBytes() {
      return tritBytes(this) + floatBytes(scale, shift);
    }

    @Override
    public boolean equals(Object other) {
      return RecordValues.equal(this, other);
    }

    @Override
    public int hashCode() {
      return RecordValues.hash(this);
    }

    @Override
    public String toString() {
      return RecordValues.text(this);
    }
  }

  /**
   * Ternary convolution whose plus and minus weights have scales of their own, as Trained Ternary
   * Quantization (Zhu et al., ICLR 2017) makes them. With the sums {@code P} of the trits under
   * weights of +1 and {@code M} of those under weights of -1, the result is {@code fma(-M,
   * minusScale[o], fma(P, plusScale[o], shift[o]))}.
   *
   * @param name name of the layer
   * @param input name of the value read
   * @param window stride, padding and dilation; its kernel extents are those of {@code kernel}
   * @param thresholds one pair of bounds per input channel
   * @param kernel the weights
   * @param plusScale what a weight of +1 stands for, per output channel
   * @param minusScale what a weight of -1 stands for, its sign left out, per output channel
   * @param shift addend per output channel
   * @since 0.1
   */
  record AsymmetricTernaryConvolution(
      String name,
      String input,
      Window window,
      Thresholds thresholds,
      TernaryKernel kernel,
      float[] plusScale,
      float[] minusScale,
      float[] shift)
      implements TritConvolution {
    /**
     * Refuses what is missing.
     *
     * @throws NullPointerException if a component is {@code null}; the message names it
     */
    public AsymmetricTernaryConvolution {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(input, "input");
      Objects.requireNonNull(window, "window");
      Objects.requireNonNull(thresholds, "thresholds");
      Objects.requireNonNull(kernel, "kernel");
      Objects.requireNonNull(plusScale, "plusScale");
      Objects.requireNonNull(minusScale, "minusScale");
      Objects.requireNonNull(shift, "shift");
    }

    @Override
    public Shape outputShape(List<Shape> in) {
      expectScales(kernel, plusScale, minusScale);
      return convolved(this, in.getFirst());
    }

    @Override
    public long parameterBytes() {
      return tritBytes(this) + floatBytes(plusScale, minusScale, shift);
    }

    @Override
    public boolean equals(Object other) {
      return RecordValues.equal(this, other);
    }

    @Override
    public int hashCode() {
      return RecordValues.hash(this);
    }

    @Override
    public String toString() {
      return RecordValues.text(this);
    }
  }

  /**
   * Convolution of fp32 values with ternary weights: to the bit what a {@link Convolution} computes
   * whose weights are {@code plusScale[o]}, 0 and {@code -minusScale[o]}. Only stored as trits: one
   * multiply-add does the work of an fp32 activation whatever the weight, and there are no bits of
   * it to count, so a compiled network holds the weights as fp32.
   *
   * @param name name of the layer
   * @param input name of the value read
   * @param window stride, padding with zeros, and dilation; its kernel extents are those of {@code
   *     kernel}
   * @param kernel the weights
   * @param plusScale what a weight of +1 stands for, per output channel
   * @param minusScale what a weight of -1 stands for, its sign left out, per output channel
   * @param bias one per output channel, zeros if the layer has none
   * @since 0.1
   */
  record TernaryWeightConvolution(
      String name,
      String input,
      Window window,
      TernaryKernel kernel,
      float[] plusScale,
      float[] minusScale,
      float[] bias)
      implements Layer {
    /**
     * Refuses what is missing.
     *
     * @throws NullPointerException if a component is {@code null}; the message names it
     */
    public TernaryWeightConvolution {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(input, "input");
      Objects.requireNonNull(window, "window");
      Objects.requireNonNull(kernel, "kernel");
      Objects.requireNonNull(plusScale, "plusScale");
      Objects.requireNonNull(minusScale, "minusScale");
      Objects.requireNonNull(bias, "bias");
    }

    @Override
    public List<String> inputs() {
      return List.of(input);
    }

    /** {@return the same layer with its weights as fp32} */
    public Convolution expanded() {
      float[] weights = new float[Math.toIntExact(kernel.tritCount())];
      int i = 0;
      for (int o = 0; o < kernel.outputChannels(); o++) {
        for (int c = 0; c < kernel.inputChannels(); c++) {
          for (int y = 0; y < kernel.kernelHeight(); y++) {
            for (int x = 0; x < kernel.kernelWidth(); x++) {
              int trit = kernel.trit(o, c, y, x);
              weights[i++] = trit == 0 ? 0 : trit > 0 ? plusScale[o] : -minusScale[o];
            }
          }
        }
      }
      return new Convolution(name, input, window, kernel.outputChannels(), weights, bias);
    }

    @Override
    public Shape outputShape(List<Shape> in) {
      expectScales(kernel, plusScale, minusScale);
      expect("biases", bias.length, kernel.outputChannels());
      return convolved(kernel, window, in.getFirst());
    }

    @Override
    public long parameterBytes() {
      return kernel.byteSize() + floatBytes(plusScale, minusScale, bias);
    }

    @Override
    public boolean equals(Object other) {
      return RecordValues.equal(this, other);
    }

    @Override
    public int hashCode() {
      return RecordValues.hash(this);
    }

    @Override
    public String toString() {
      return RecordValues.text(this);
    }
  }

  /**
   * A multiply-add per channel, {@code fma(x, scale[c], shift[c])}: a BatchNorm that stands alone.
   *
   * @param name name of the layer
   * @param input name of the value read
   * @param scale multiplier per channel
   * @param shift addend per channel
   * @since 0.1
   */
  record Affine(String name, String input, float[] scale, float[] shift) implements Layer {
    /**
     * Refuses what is missing.
     *
     * @throws NullPointerException if a component is {@code null}; the message names it
     */
    public Affine {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(input, "input");
      Objects.requireNonNull(scale, "scale");
      Objects.requireNonNull(shift, "shift");
    }

    @Override
    public List<String> inputs() {
      return List.of(input);
    }

    @Override
    public Shape outputShape(List<Shape> in) {
      expect("scales", scale.length, in.getFirst().channels());
      expect("shifts", shift.length, in.getFirst().channels());
      return in.getFirst();
    }

    @Override
    public long parameterBytes() {
      return floatBytes(scale, shift);
    }

    @Override
    public boolean equals(Object other) {
      return RecordValues.equal(this, other);
    }

    @Override
    public int hashCode() {
      return RecordValues.hash(this);
    }

    @Override
    public String toString() {
      return RecordValues.text(this);
    }
  }

  /**
   * Parametric ReLU: {@code x < 0 ? slope[c] * x : x}. A slope of 0 everywhere is the plain ReLU.
   *
   * @param name name of the layer
   * @param input name of the value read
   * @param slope factor for negative values, one per channel
   * @since 0.1
   */
  record PRelu(String name, String input, float[] slope) implements Layer {
    /**
     * Refuses what is missing.
     *
     * @throws NullPointerException if a component is {@code null}; the message names it
     */
    public PRelu {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(input, "input");
      Objects.requireNonNull(slope, "slope");
    }

    @Override
    public List<String> inputs() {
      return List.of(input);
    }

    @Override
    public Shape outputShape(List<Shape> in) {
      expect("slopes", slope.length, in.getFirst().channels());
      return in.getFirst();
    }

    @Override
    public long parameterBytes() {
      return floatBytes(slope);
    }

    @Override
    public boolean equals(Object other) {
      return RecordValues.equal(this, other);
    }

    @Override
    public int hashCode() {
      return RecordValues.hash(this);
    }

    @Override
    public String toString() {
      return RecordValues.text(this);
    }
  }

  /**
   * Maximum over a window; padded pixels do not take part.
   *
   * @param name name of the layer
   * @param input name of the value read
   * @param window the window
   * @since 0.1
   */
  record MaxPool(String name, String input, Window window) implements Layer {
    /**
     * Refuses what is missing.
     *
     * @throws NullPointerException if a component is {@code null}; the message names it
     */
    public MaxPool {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(input, "input");
      Objects.requireNonNull(window, "window");
    }

    @Override
    public List<String> inputs() {
      return List.of(input);
    }

    @Override
    public Shape outputShape(List<Shape> in) {
      requireTapInside(window);
      return window.outputShape(in.getFirst(), in.getFirst().channels());
    }

    @Override
    public long parameterBytes() {
      return 0;
    }
  }

  /**
   * Mean over a window. Padded pixels count as 0 and the divisor is the number of taps; or they do
   * not count, and the divisor is the number of taps that lie inside.
   *
   * @param name name of the layer
   * @param input name of the value read
   * @param window the window
   * @param countPadding whether padded pixels count
   * @since 0.1
   */
  record AveragePool(String name, String input, Window window, boolean countPadding)
      implements Layer {
    /**
     * Refuses what is missing.
     *
     * @throws NullPointerException if a component is {@code null}; the message names it
     */
    public AveragePool {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(input, "input");
      Objects.requireNonNull(window, "window");
    }

    /**
     * Counts padded pixels.
     *
     * @param name name of the layer
     * @param input name of the value read
     * @param window the window
     */
    public AveragePool(String name, String input, Window window) {
      this(name, input, window, true);
    }

    @Override
    public List<String> inputs() {
      return List.of(input);
    }

    @Override
    public Shape outputShape(List<Shape> in) {
      if (!countPadding) {
        requireTapInside(window);
      }
      return window.outputShape(in.getFirst(), in.getFirst().channels());
    }

    @Override
    public long parameterBytes() {
      return 0;
    }
  }

  /**
   * Sum of two values of equal shape.
   *
   * @param name name of the layer
   * @param left name of the first value
   * @param right name of the second value
   * @since 0.1
   */
  record Add(String name, String left, String right) implements Layer {
    /**
     * Refuses what is missing.
     *
     * @throws NullPointerException if a component is {@code null}; the message names it
     */
    public Add {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(left, "left");
      Objects.requireNonNull(right, "right");
    }

    @Override
    public List<String> inputs() {
      return List.of(left, right);
    }

    @Override
    public Shape outputShape(List<Shape> in) {
      if (!in.getFirst().equals(in.getLast())) {
        throw new IllegalArgumentException(
            "cannot add '"
                + left
                + "' ("
                + in.getFirst()
                + ") and '"
                + right
                + "' ("
                + in.getLast()
                + ")");
      }
      return in.getFirst();
    }

    @Override
    public long parameterBytes() {
      return 0;
    }
  }

  /**
   * Values of equal height and width, one after the other along the channels.
   *
   * @param name name of the layer
   * @param inputs names of the values, in order
   * @since 0.1
   */
  record Concat(String name, List<String> inputs) implements Layer {
    /**
     * Refuses what is missing.
     *
     * @throws NullPointerException if a component is {@code null}; the message names it
     */
    public Concat {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(inputs, "inputs");
    }

    @Override
    public Shape outputShape(List<Shape> in) {
      Shape first = in.getFirst();
      int channels = 0;
      for (int i = 0; i < in.size(); i++) {
        Shape part = in.get(i);
        if (part.height() != first.height() || part.width() != first.width()) {
          throw new IllegalArgumentException(
              "'"
                  + inputs.get(i)
                  + "' ("
                  + part
                  + ") differs from "
                  + first
                  + " in height or width");
        }
        channels = Math.addExact(channels, part.channels());
      }
      return new Shape(channels, first.height(), first.width());
    }

    @Override
    public long parameterBytes() {
      return 0;
    }
  }

  /**
   * Channels of zeros appended behind the input's: STTN's parameterless shortcut where a block
   * widens.
   *
   * @param name name of the layer
   * @param input name of the value read
   * @param channels channels of the result, at least the input's
   * @since 0.1
   */
  record ChannelPad(String name, String input, int channels) implements Layer {
    /**
     * Refuses what is missing.
     *
     * @throws NullPointerException if a component is {@code null}; the message names it
     */
    public ChannelPad {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(input, "input");
    }

    @Override
    public List<String> inputs() {
      return List.of(input);
    }

    @Override
    public Shape outputShape(List<Shape> in) {
      Shape from = in.getFirst();
      if (channels < from.channels()) {
        throw new IllegalArgumentException(
            "cannot pad " + from.channels() + " channels to " + channels);
      }
      return new Shape(channels, from.height(), from.width());
    }

    @Override
    public long parameterBytes() {
      return 0;
    }
  }

  /**
   * Full-precision fully connected layer over the flattened input; the result is 1×1 pixel. To the
   * bias are added, one after the other, the sums of 64 features each, in the order (row, column,
   * channel), every step of a sum a fused multiply-add.
   *
   * @param name name of the layer
   * @param input name of the value read
   * @param outputs number of outputs
   * @param weights (output, feature), features in the order (channel, row, column) as PyTorch
   *     flattens them
   * @param bias one per output, zeros if the layer has none
   * @since 0.1
   */
  record Linear(String name, String input, int outputs, float[] weights, float[] bias)
      implements Layer {
    /**
     * Refuses what is missing.
     *
     * @throws NullPointerException if a component is {@code null}; the message names it
     */
    public Linear {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(input, "input");
      Objects.requireNonNull(weights, "weights");
      Objects.requireNonNull(bias, "bias");
    }

    @Override
    public List<String> inputs() {
      return List.of(input);
    }

    @Override
    public Shape outputShape(List<Shape> in) {
      expect("weights", weights.length, (long) outputs * in.getFirst().size());
      expect("biases", bias.length, outputs);
      return new Shape(outputs, 1, 1);
    }

    @Override
    public long parameterBytes() {
      return floatBytes(weights, bias);
    }

    @Override
    public boolean equals(Object other) {
      return RecordValues.equal(this, other);
    }

    @Override
    public int hashCode() {
      return RecordValues.hash(this);
    }

    @Override
    public String toString() {
      return RecordValues.text(this);
    }
  }

  /**
   * A function of one number, applied to every value.
   *
   * @param name name of the layer
   * @param input name of the value read
   * @param function the function
   * @param parameters what the function takes besides the value
   * @since 0.1
   */
  record Activation(String name, String input, ActivationFunction function, float[] parameters)
      implements Layer {
    /**
     * Refuses what is missing.
     *
     * @throws NullPointerException if a component is {@code null}; the message names it
     */
    public Activation {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(input, "input");
      Objects.requireNonNull(function, "function");
      Objects.requireNonNull(parameters, "parameters");
    }

    @Override
    public List<String> inputs() {
      return List.of(input);
    }

    @Override
    public Shape outputShape(List<Shape> in) {
      expect("parameters", parameters.length, function.parameters());
      return in.getFirst();
    }

    @Override
    public long parameterBytes() {
      return floatBytes(parameters);
    }

    @Override
    public boolean equals(Object other) {
      return RecordValues.equal(this, other);
    }

    @Override
    public int hashCode() {
      return RecordValues.hash(this);
    }

    @Override
    public String toString() {
      return RecordValues.text(this);
    }
  }

  /**
   * All values as channels of one pixel, in the order (channel, row, column) in which PyTorch
   * flattens them: what a fully connected ternary layer, a 1×1 convolution, reads.
   *
   * @param name name of the layer
   * @param input name of the value read
   * @since 0.1
   */
  record Flatten(String name, String input) implements Layer {
    /**
     * Refuses what is missing.
     *
     * @throws NullPointerException if a component is {@code null}; the message names it
     */
    public Flatten {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(input, "input");
    }

    @Override
    public List<String> inputs() {
      return List.of(input);
    }

    @Override
    public Shape outputShape(List<Shape> in) {
      return new Shape(in.getFirst().size(), 1, 1);
    }

    @Override
    public long parameterBytes() {
      return 0;
    }
  }

  /**
   * Channels of the input in another order, left out or repeated: a channel shuffle, or what one
   * group of a grouped convolution reads.
   *
   * @param name name of the layer
   * @param input name of the value read
   * @param channels the input channel that each output channel is, at least one
   * @since 0.1
   */
  record ChannelSelection(String name, String input, int[] channels) implements Layer {
    /**
     * Refuses what is missing.
     *
     * @throws NullPointerException if a component is {@code null}; the message names it
     */
    public ChannelSelection {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(input, "input");
      Objects.requireNonNull(channels, "channels");
    }

    @Override
    public List<String> inputs() {
      return List.of(input);
    }

    @Override
    public Shape outputShape(List<Shape> in) {
      Shape from = in.getFirst();
      for (int channel : channels) {
        if (channel < 0 || channel >= from.channels()) {
          throw new IllegalArgumentException(
              "selects channel " + channel + " of " + from.channels());
        }
      }
      return new Shape(channels.length, from.height(), from.width());
    }

    @Override
    public long parameterBytes() {
      return (long) Integer.BYTES * channels.length;
    }

    @Override
    public boolean equals(Object other) {
      return RecordValues.equal(this, other);
    }

    @Override
    public int hashCode() {
      return RecordValues.hash(this);
    }

    @Override
    public String toString() {
      return RecordValues.text(this);
    }
  }

  /**
   * Product of two values of equal shape. The right one may also have one pixel, and is then one
   * factor per channel, or one channel, and is then one factor per pixel.
   *
   * @param name name of the layer
   * @param left name of the first value
   * @param right name of the second value
   * @since 0.1
   */
  record Multiply(String name, String left, String right) implements Layer {
    /**
     * Refuses what is missing.
     *
     * @throws NullPointerException if a component is {@code null}; the message names it
     */
    public Multiply {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(left, "left");
      Objects.requireNonNull(right, "right");
    }

    @Override
    public List<String> inputs() {
      return List.of(left, right);
    }

    @Override
    public Shape outputShape(List<Shape> in) {
      Shape shape = in.getFirst();
      Shape factor = in.getLast();
      Shape perChannel = new Shape(shape.channels(), 1, 1);
      Shape perPixel = new Shape(1, shape.height(), shape.width());
      if (!factor.equals(shape) && !factor.equals(perChannel) && !factor.equals(perPixel)) {
        throw new IllegalArgumentException(
            "cannot multiply '" + left + "' (" + shape + ") by '" + right + "' (" + factor + ")");
      }
      return shape;
    }

    @Override
    public long parameterBytes() {
      return 0;
    }
  }

  /**
   * Full-precision convolution of each channel by itself. The sum starts at the bias and adds the
   * taps row by row, each with a fused multiply-add; taps in the padding do not take part.
   *
   * @param name name of the layer
   * @param input name of the value read
   * @param window kernel extents, stride, padding (with zeros) and dilation
   * @param weights (channel, row, column)
   * @param bias one per channel, zeros if the layer has none
   * @since 0.1
   */
  record DepthwiseConvolution(
      String name, String input, Window window, float[] weights, float[] bias) implements Layer {
    /**
     * Refuses what is missing.
     *
     * @throws NullPointerException if a component is {@code null}; the message names it
     */
    public DepthwiseConvolution {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(input, "input");
      Objects.requireNonNull(window, "window");
      Objects.requireNonNull(weights, "weights");
      Objects.requireNonNull(bias, "bias");
    }

    @Override
    public List<String> inputs() {
      return List.of(input);
    }

    @Override
    public Shape outputShape(List<Shape> in) {
      int channels = in.getFirst().channels();
      expect("weights", weights.length, (long) channels * window.taps());
      expect("biases", bias.length, channels);
      return window.outputShape(in.getFirst(), channels);
    }

    @Override
    public long parameterBytes() {
      return floatBytes(weights, bias);
    }

    @Override
    public boolean equals(Object other) {
      return RecordValues.equal(this, other);
    }

    @Override
    public int hashCode() {
      return RecordValues.hash(this);
    }

    @Override
    public String toString() {
      return RecordValues.text(this);
    }
  }

  /**
   * Softmax over the channels of each pixel, {@code e^x / Σ e^x}, or its logarithm; in double, and
   * rounded once.
   *
   * @param name name of the layer
   * @param input name of the value read
   * @param logarithm whether the result is the logarithm
   * @since 0.1
   */
  record Softmax(String name, String input, boolean logarithm) implements Layer {
    /**
     * Refuses what is missing.
     *
     * @throws NullPointerException if a component is {@code null}; the message names it
     */
    public Softmax {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(input, "input");
    }

    @Override
    public List<String> inputs() {
      return List.of(input);
    }

    @Override
    public Shape outputShape(List<Shape> in) {
      return in.getFirst();
    }

    @Override
    public long parameterBytes() {
      return 0;
    }
  }

  /**
   * Local response normalization (Krizhevsky et al., NIPS 2012): {@code x / (bias + alpha / size ·
   * Σ x²)^beta}, the sum over the {@code size} channels around it, {@code (size - 1) / 2} of them
   * before, as far as there are; in double, and rounded once.
   *
   * @param name name of the layer
   * @param input name of the value read
   * @param size channels of a sum, at least 1
   * @param alpha factor of the mean of squares
   * @param beta exponent
   * @param bias what is added
   * @since 0.1
   */
  record LocalResponseNormalization(
      String name, String input, int size, float alpha, float beta, float bias) implements Layer {
    /**
     * Refuses what is missing.
     *
     * @throws NullPointerException if a component is {@code null}; the message names it
     */
    public LocalResponseNormalization {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(input, "input");
    }

    @Override
    public List<String> inputs() {
      return List.of(input);
    }

    @Override
    public Shape outputShape(List<Shape> in) {
      if (size < 1) {
        throw new IllegalArgumentException("a sum over " + size + " channels");
      }
      return in.getFirst();
    }

    @Override
    public long parameterBytes() {
      return 3L * Float.BYTES;
    }
  }

  private static void requireTapInside(Window window) {
    if (window.padTop() >= window.reachHeight()
        || window.padBottom() >= window.reachHeight()
        || window.padLeft() >= window.reachWidth()
        || window.padRight() >= window.reachWidth()) {
      throw new IllegalArgumentException("a window could lie wholly in the padding");
    }
  }

  private static Shape convolved(TritConvolution layer, Shape in) {
    expect("thresholds", layer.thresholds().channels(), in.channels());
    expect("shifts", layer.shift().length, layer.kernel().outputChannels());
    return convolved(layer.kernel(), layer.window(), in);
  }

  private static Shape convolved(TernaryKernel kernel, Window window, Shape in) {
    expect("input channels of the kernel", kernel.inputChannels(), in.channels());
    expect("kernel rows", kernel.kernelHeight(), window.kernelHeight());
    expect("kernel columns", kernel.kernelWidth(), window.kernelWidth());
    return window.outputShape(in, kernel.outputChannels());
  }

  private static void expectScales(TernaryKernel kernel, float[] plusScale, float[] minusScale) {
    expect("scales of plus", plusScale.length, kernel.outputChannels());
    expect("scales of minus", minusScale.length, kernel.outputChannels());
  }

  private static void expect(String what, long actual, long expected) {
    if (actual != expected) {
      throw new IllegalArgumentException(
          actual + " " + what + " where " + expected + " are needed");
    }
  }

  private static long tritBytes(TritConvolution layer) {
    Thresholds thresholds = layer.thresholds();
    return layer.kernel().byteSize()
        + floatBytes(thresholds.low(), thresholds.high())
        + thresholds.channels();
  }

  private static long floatBytes(float[]... arrays) {
    long bytes = 0;
    for (float[] array : arrays) {
      bytes += (long) Float.BYTES * array.length;
    }
    return bytes;
  }
}
