// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.onnx;

import java.util.Arrays;
import java.util.Optional;
import org.setun.kernels.Layer;
import org.setun.kernels.Shape;
import org.setun.kernels.TernaryKernel;
import org.setun.kernels.Thresholds;
import org.setun.kernels.Window;

/** A layer with weights, before it is known what else is folded into it. */
sealed interface DeferredLayer {
  /** The node it comes from. */
  Node node();

  /** Shape of its value. */
  Shape shape();

  /** This layer followed by a multiply-add; empty if it cannot absorb that. */
  Optional<DeferredLayer> then(Affine affine);

  /** The layer, under its name. */
  Layer toLayer(String name);

  /**
   * A ternary convolution; its epilogue takes in any multiply-add.
   *
   * @param node the node
   * @param input name of the value it reads
   * @param window kernel extents, stride, padding and dilation
   * @param thresholds what makes its input trits
   * @param kernel the weights
   * @param epilogue what becomes of the sums
   * @param shape shape of its value
   */
  record Ternary(
      Node node,
      String input,
      Window window,
      Thresholds thresholds,
      TernaryKernel kernel,
      Affine epilogue,
      Shape shape)
      implements DeferredLayer {
    @Override
    public Optional<DeferredLayer> then(Affine affine) {
      return Optional.of(withKernel(kernel, epilogue.then(affine)));
    }

    Ternary withKernel(TernaryKernel other, Affine otherEpilogue) {
      return new Ternary(node, input, window, thresholds, other, otherEpilogue, shape);
    }

    @Override
    public Layer toLayer(String name) {
      return new Layer.TernaryConvolution(
          name,
          input,
          window,
          thresholds,
          kernel,
          Affine.round("scale", epilogue.scale()),
          Affine.round("shift", epilogue.shift()));
    }

    /** Whether another reads the same trits through the same window. */
    boolean readsAs(Ternary other) {
      return input.equals(other.input)
          && window.equals(other.window)
          && Arrays.equals(thresholds.low(), other.thresholds.low())
          && Arrays.equals(thresholds.high(), other.thresholds.high())
          && Arrays.equals(thresholds.negated(), other.thresholds.negated());
    }
  }

  /**
   * A ternary convolution whose plus and minus weights have scales of their own.
   *
   * @param node the node
   * @param input name of the value it reads
   * @param window kernel extents, stride, padding and dilation
   * @param thresholds what makes its input trits
   * @param kernel the weights
   * @param scales what becomes of the sums
   * @param shape shape of its value
   */
  record Asymmetric(
      Node node,
      String input,
      Window window,
      Thresholds thresholds,
      TernaryKernel kernel,
      TwoScales scales,
      Shape shape)
      implements DeferredLayer {
    @Override
    public Optional<DeferredLayer> then(Affine affine) {
      TwoScales folded = scales.then(affine);
      return Optional.of(new Asymmetric(node, input, window, thresholds, kernel, folded, shape));
    }

    @Override
    public Layer toLayer(String name) {
      return new Layer.AsymmetricTernaryConvolution(
          name,
          input,
          window,
          thresholds,
          kernel,
          scales.roundedPlus(),
          scales.roundedMinus(),
          scales.roundedShift());
    }
  }

  /**
   * A convolution of fp32 values with ternary weights; its scales take in any multiply-add.
   *
   * @param node the node
   * @param input name of the value it reads
   * @param window kernel extents, stride, padding and dilation
   * @param kernel the weights
   * @param scales what the weights stand for, and the bias
   * @param shape shape of its value
   */
  record TernaryWeight(
      Node node, String input, Window window, TernaryKernel kernel, TwoScales scales, Shape shape)
      implements DeferredLayer {
    @Override
    public Optional<DeferredLayer> then(Affine affine) {
      TwoScales folded = scales.then(affine);
      return Optional.of(new TernaryWeight(node, input, window, kernel, folded, shape));
    }

    @Override
    public Layer toLayer(String name) {
      return new Layer.TernaryWeightConvolution(
          name,
          input,
          window,
          kernel,
          scales.roundedPlus(),
          scales.roundedMinus(),
          scales.roundedShift());
    }
  }

  /**
   * A full-precision convolution, or with no window a fully connected layer; takes in a bias.
   *
   * @param node the node
   * @param input name of the value it reads
   * @param window kernel extents, stride, padding and dilation; null for a fully connected layer
   * @param weights as the layer has them
   * @param bias one per output; null if there is none yet
   * @param shape shape of its value
   */
  record Dense(Node node, String input, Window window, float[] weights, float[] bias, Shape shape)
      implements DeferredLayer {
    @Override
    public Optional<DeferredLayer> then(Affine affine) {
      if (bias != null || Arrays.stream(affine.scale()).anyMatch(s -> s != 1)) {
        return Optional.empty();
      }
      float[] sum = Affine.round("bias", affine.shift());
      return Optional.of(new Dense(node, input, window, weights, sum, shape));
    }

    @Override
    public Layer toLayer(String name) {
      float[] biases = bias == null ? new float[shape.channels()] : bias;
      return window == null
          ? new Layer.Linear(name, input, shape.channels(), weights, biases)
          : new Layer.Convolution(name, input, window, shape.channels(), weights, biases);
    }
  }

  /**
   * A full-precision convolution of each channel by itself; its weights take in any multiply-add.
   *
   * @param node the node
   * @param input name of the value it reads
   * @param window kernel extents, stride, padding and dilation
   * @param weights (channel, row, column)
   * @param bias one per channel
   * @param shape shape of its value
   */
  record Depthwise(
      Node node, String input, Window window, double[] weights, double[] bias, Shape shape)
      implements DeferredLayer {
    @Override
    public Optional<DeferredLayer> then(Affine affine) {
      double[] scaled = weights.clone();
      double[] shifted = bias.clone();
      int taps = window.taps();
      Arrays.setAll(scaled, i -> weights[i] * affine.scale()[i / taps]);
      Arrays.setAll(shifted, c -> bias[c] * affine.scale()[c] + affine.shift()[c]);
      return Optional.of(new Depthwise(node, input, window, scaled, shifted, shape));
    }

    @Override
    public Layer toLayer(String name) {
      return new Layer.DepthwiseConvolution(
          name, input, window, Affine.round("weight", weights), Affine.round("bias", bias));
    }
  }
}
