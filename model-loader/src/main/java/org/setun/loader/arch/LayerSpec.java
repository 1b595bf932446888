package org.setun.loader.arch;

import java.util.List;
import java.util.Optional;
import org.setun.kernels.Shape;
import org.setun.kernels.Window;
import org.setun.loader.method.Method;

/**
 * One layer of an {@link Architecture}: what it computes, what it reads, and the key in the
 * checkpoint under which its parameters lie. The shorthand for a residual block is expanded when
 * the description is read, so these are plain layers.
 *
 * @since 0.1
 */
public sealed interface LayerSpec {
  /**
   * The layer's name.
   *
   * @return a name unique in its architecture, also that of the value the layer produces
   */
  String name();

  /**
   * The values the layer reads.
   *
   * @return names of earlier layers, or {@code input}
   */
  List<String> inputs();

  /**
   * Infers the shape of the layer's value.
   *
   * @param inputs shapes of {@link #inputs()}, in their order
   * @return the shape
   * @throws IllegalArgumentException if the layer cannot read these
   */
  Shape outputShape(List<Shape> inputs);

  /**
   * A layer that reads one value.
   *
   * @since 0.1
   */
  sealed interface Unary extends LayerSpec {
    /**
     * The value the layer reads.
     *
     * @return name of an earlier layer, or {@code input}
     */
    String input();

    @Override
    default List<String> inputs() {
      return List.of(input());
    }

    @Override
    default Shape outputShape(List<Shape> inputs) {
      return outputShape(inputs.getFirst());
    }

    /**
     * Infers the shape of the layer's value.
     *
     * @param input shape of the value read
     * @return the shape
     * @throws IllegalArgumentException if the layer cannot read this
     */
    Shape outputShape(Shape input);
  }

  /**
   * Full-precision convolution; reads {@code key.weight} and {@code key.bias}.
   *
   * @param name name of the layer
   * @param input value read
   * @param key prefix of its keys
   * @param outputChannels output channels
   * @param window kernel, stride, padding and dilation
   * @param bias whether it has a bias
   * @since 0.1
   */
  record Convolution(
      String name, String input, String key, int outputChannels, Window window, boolean bias)
      implements Unary {
    @Override
    public Shape outputShape(Shape in) {
      return window.outputShape(in, outputChannels);
    }
  }

  /**
   * Convolution with ternary or binary weights, what makes trits of its input, and what folds into
   * them. Reads {@code key.weight}, or the latent pair {@code key_1.weight}, {@code key_2.weight},
   * and their biases.
   *
   * @param name name of the layer
   * @param input value read
   * @param key prefix of its keys
   * @param outputChannels output channels
   * @param window kernel, stride, padding and dilation
   * @param bias whether it has a bias
   * @param inputNorm prefix of the keys of the BatchNorm before the input becomes trits
   * @param outputNorm prefix of the keys of the BatchNorm after the convolution
   * @param epsilon ε of both
   * @param activations what becomes of the input
   * @param method how the weights were trained, {@link Method#AUTO} if that is to be found
   * @since 0.1
   */
  record TernaryConvolution(
      String name,
      String input,
      String key,
      int outputChannels,
      Window window,
      boolean bias,
      Optional<String> inputNorm,
      Optional<String> outputNorm,
      double epsilon,
      Activations activations,
      Method method)
      implements Unary {
    /**
     * Checks what fits what.
     *
     * @throws IllegalArgumentException if there is a BatchNorm to fold into fp32 activations
     */
    public TernaryConvolution {
      if (activations == Activations.FLOAT && inputNorm.isPresent()) {
        throw new IllegalArgumentException(
            "input_norm folds into the rule that makes trits, which float activations have not");
      }
    }

    @Override
    public Shape outputShape(Shape in) {
      return window.outputShape(in, outputChannels);
    }
  }

  /**
   * A BatchNorm that stands alone; reads {@code weight}, {@code bias}, {@code running_mean} and
   * {@code running_var} under its key.
   *
   * @param name name of the layer
   * @param input value read
   * @param key prefix of its keys
   * @param epsilon ε
   * @param affine whether it has γ and β, {@code weight} and {@code bias}; else they are 1 and 0
   * @since 0.1
   */
  record BatchNorm(String name, String input, String key, double epsilon, boolean affine)
      implements Unary {
    @Override
    public Shape outputShape(Shape in) {
      return in;
    }
  }

  /**
   * Parametric ReLU; reads {@code key.weight}, one slope per channel or one for all.
   *
   * @param name name of the layer
   * @param input value read
   * @param key prefix of its key
   * @since 0.1
   */
  record PRelu(String name, String input, String key) implements Unary {
    @Override
    public Shape outputShape(Shape in) {
      return in;
    }
  }

  /**
   * ReLU; no parameters.
   *
   * @param name name of the layer
   * @param input value read
   * @since 0.1
   */
  record Relu(String name, String input) implements Unary {
    @Override
    public Shape outputShape(Shape in) {
      return in;
    }
  }

  /**
   * Maximum over a window; no parameters.
   *
   * @param name name of the layer
   * @param input value read
   * @param window the window
   * @since 0.1
   */
  record MaxPool(String name, String input, Window window) implements Unary {
    @Override
    public Shape outputShape(Shape in) {
      return window.outputShape(in, in.channels());
    }
  }

  /**
   * Mean over a window, padded pixels counted as 0; no parameters.
   *
   * @param name name of the layer
   * @param input value read
   * @param window the window
   * @since 0.1
   */
  record AveragePool(String name, String input, Window window) implements Unary {
    @Override
    public Shape outputShape(Shape in) {
      return window.outputShape(in, in.channels());
    }
  }

  /**
   * Zeros appended behind the channels; no parameters.
   *
   * @param name name of the layer
   * @param input value read
   * @param channels channels of the result
   * @since 0.1
   */
  record ChannelPad(String name, String input, int channels) implements Unary {
    @Override
    public Shape outputShape(Shape in) {
      if (channels < in.channels()) {
        throw new IllegalArgumentException(
            "cannot pad " + in.channels() + " channels to " + channels);
      }
      return new Shape(channels, in.height(), in.width());
    }
  }

  /**
   * Fully connected layer over the flattened input; reads {@code key.weight} and {@code key.bias}.
   *
   * @param name name of the layer
   * @param input value read
   * @param key prefix of its keys
   * @param outputs number of outputs
   * @param bias whether it has a bias
   * @since 0.1
   */
  record Linear(String name, String input, String key, int outputs, boolean bias) implements Unary {
    @Override
    public Shape outputShape(Shape in) {
      return new Shape(outputs, 1, 1);
    }
  }

  /**
   * Sum of two values; no parameters.
   *
   * @param name name of the layer
   * @param left first value
   * @param right second value
   * @since 0.1
   */
  record Add(String name, String left, String right) implements LayerSpec {
    @Override
    public List<String> inputs() {
      return List.of(left, right);
    }

    @Override
    public Shape outputShape(List<Shape> in) {
      if (!in.get(0).equals(in.get(1))) {
        throw new IllegalArgumentException(
            "cannot add " + left + " (" + in.get(0) + ") and " + right + " (" + in.get(1) + ")");
      }
      return in.getFirst();
    }
  }

  /**
   * Values one behind the other along the channels; no parameters.
   *
   * @param name name of the layer
   * @param inputs values read, at least one
   * @since 0.1
   */
  record Concat(String name, List<String> inputs) implements LayerSpec {
    /** Copies the list. */
    public Concat {
      inputs = List.copyOf(inputs);
    }

    @Override
    public Shape outputShape(List<Shape> in) {
      Shape first = in.getFirst();
      int channels = 0;
      for (Shape part : in) {
        if (part.height() != first.height() || part.width() != first.width()) {
          throw new IllegalArgumentException("cannot join " + first + " and " + part);
        }
        channels = Math.addExact(channels, part.channels());
      }
      return new Shape(channels, first.height(), first.width());
    }
  }
}
