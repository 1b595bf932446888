// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.workload;

import java.util.ArrayList;
import java.util.List;
import org.setun.kernels.Layer;
import org.setun.kernels.NetworkGraph;
import org.setun.kernels.Shape;
import org.setun.kernels.Window;

/** The networks that the benchmarks run, with random parameters. */
public final class Networks {
  /** Multiply-adds of a 3×3 layer of ResNet-18: the same for 64@56, 128@28, 256@14 and 512@7. */
  public static final long LAYER_MACS = 9L * 64 * 64 * 56 * 56;

  /** Name of the convolution in {@link #halfBlock}. */
  public static final String HALF_BLOCK_CONVOLUTION = "block.0.conv";

  private static final Window SAME_3X3 = Window.square(3, 1, 1);

  private final RandomParameters parameters;
  private final boolean ternary;
  private final List<Layer> layers = new ArrayList<>();

  private Networks(long seed, boolean ternary) {
    this.parameters = new RandomParameters(seed);
    this.ternary = ternary;
  }

  /**
   * Half-blocks of STTN's ResNet-18 with {@code channels} channels on a map of {@code size} ×
   * {@code size}: ternary 3×3 convolution, shortcut, PReLU. There are two of them, so that the
   * first one's pass, {@value #HALF_BLOCK_CONVOLUTION}, also makes the trits of the second one's
   * input, as in the network.
   */
  public static NetworkGraph halfBlock(int channels, int size) {
    Networks net = new Networks(channels, true);
    String value = net.halfBlock("block.0", NetworkGraph.INPUT, channels, channels, 1, 1);
    value = net.halfBlock("block.1", value, channels, channels, 1, 1.4);
    net.layers.add(new Layer.AveragePool("pool", value, Window.square(size, 1, 0)));
    return new NetworkGraph(new Shape(channels, size, size), net.layers);
  }

  /**
   * Bytes of the maps that the first half-block must move at least: trits in and out at 2 bits,
   * shortcut and result in fp32.
   */
  public static double halfBlockMapBytes(int channels, int size) {
    return (double) channels * size * size * 2 * (2 / 8.0 + Float.BYTES);
  }

  /** The fp32 stem of ResNet-18: 7×7/2 convolution, BatchNorm, PReLU, max pooling 3/2. */
  public static NetworkGraph stem() {
    Networks net = new Networks(7, true);
    net.stem(3, 64, 7, 2);
    return new NetworkGraph(new Shape(3, 224, 224), net.layers);
  }

  /** The whole ternary ResNet-18 for 224 × 224 images and 1000 classes. */
  public static NetworkGraph resNet18() {
    return resNet18(true);
  }

  /** The same graph with fp32 weights and activations in place of ternary ones. */
  public static NetworkGraph floatResNet18() {
    return resNet18(false);
  }

  private static NetworkGraph resNet18(boolean ternary) {
    Networks net = new Networks(18, ternary);
    String value = net.stem(3, 64, 7, 2);
    int channels = 64;
    double variance = 1;
    for (int stage = 0; stage < 4; stage++) {
      int outputs = 64 << stage;
      for (int half = 0; half < 4; half++) {
        int stride = stage > 0 && half == 0 ? 2 : 1;
        value =
            net.halfBlock(
                "stage" + stage + "." + half,
                value,
                channels,
                outputs,
                stride,
                Math.sqrt(variance));
        channels = outputs;
        variance++;
      }
    }
    net.classifier(value, channels, 7, 1000);
    return new NetworkGraph(new Shape(3, 224, 224), net.layers);
  }

  /**
   * ResNet-18 as it is known everywhere: fp32, ReLU, a shortcut every two convolutions, with a 1×1
   * convolution where a stage begins; BatchNorms are folded into the convolutions.
   */
  public static NetworkGraph plainResNet18() {
    Networks net = new Networks(50, false);
    String value = net.plainStem();
    int channels = 64;
    for (int block = 0; block < 8; block++) {
      int outputs = 64 << (block / 2);
      int stride = outputs == channels ? 1 : 2;
      String name = "block" + block;
      String inner = net.convolutionRelu(name + ".0", value, channels, outputs, 3, stride);
      net.convolution(name + ".1", inner, outputs, outputs, 3, 1);
      if (stride == 2) {
        net.convolution(name + ".shortcut", value, channels, outputs, 1, 2);
        value = name + ".shortcut";
      }
      net.layers.add(new Layer.Add(name + ".add", name + ".1", value));
      value = net.relu(name + ".relu", name + ".add", outputs);
      channels = outputs;
    }
    net.classifier(value, channels, 7, 1000);
    return new NetworkGraph(new Shape(3, 224, 224), net.layers);
  }

  /**
   * The stem of {@link #plainResNet18} alone. ReLU in the place of PReLU, which ONNX Runtime does
   * not fuse and which would take it four times as long.
   */
  public static NetworkGraph plainStemOnly() {
    Networks net = new Networks(50, false);
    net.plainStem();
    return new NetworkGraph(new Shape(3, 224, 224), net.layers);
  }

  /** {@code depth} plain fp32 3×3 convolutions, each with a ReLU, one after the other. */
  public static NetworkGraph plainLayers(int channels, int size, int depth) {
    Networks net = new Networks(channels, false);
    String value = NetworkGraph.INPUT;
    for (int i = 0; i < depth; i++) {
      value = net.convolutionRelu("layer" + i, value, channels, channels, 3, 1);
    }
    return new NetworkGraph(new Shape(channels, size, size), net.layers);
  }

  /** A small network for 28 × 28 grey images and 10 classes. */
  public static NetworkGraph small() {
    Networks net = new Networks(28, true);
    String value = net.stem(1, 64, 3, 1);
    value = net.halfBlock("block.0", value, 64, 64, 1, 1);
    value = net.halfBlock("block.1", value, 64, 128, 2, 1.4);
    value = net.halfBlock("block.2", value, 128, 128, 1, 1.7);
    net.classifier(value, 128, 7, 10);
    return new NetworkGraph(new Shape(1, 28, 28), net.layers);
  }

  /**
   * A ternary matrix of {@code size} × {@code size} and an fp32 vector, which is ternarized: a 1×1
   * convolution of one pixel.
   */
  public static NetworkGraph matrixVector(int size) {
    return product(1, size, size);
  }

  /**
   * The matrix product {@code pixels} × {@code inputs} times {@code inputs} × {@code outputs}, that
   * is M × K × N: a 1×1 convolution of fp32 values, which are ternarized.
   */
  public static NetworkGraph product(int pixels, int outputs, int inputs) {
    Networks net = new Networks(inputs, true);
    net.ternaryConvolution(
        "product", NetworkGraph.INPUT, inputs, outputs, Window.square(1, 1, 0), 1);
    return new NetworkGraph(new Shape(inputs, pixels, 1), net.layers);
  }

  private String stem(int channels, int outputs, int kernel, int stride) {
    int terms = channels * kernel * kernel;
    layers.add(
        new Layer.Convolution(
            "stem.conv",
            NetworkGraph.INPUT,
            Window.square(kernel, stride, kernel / 2),
            outputs,
            parameters.normal(outputs * terms, 1 / Math.sqrt(terms)),
            new float[outputs]));
    layers.add(
        new Layer.Affine(
            "stem.bn",
            "stem.conv",
            parameters.uniform(outputs, 0.5f, 1.5f),
            parameters.normal(outputs, 0.1)));
    layers.add(new Layer.PRelu("stem.prelu", "stem.bn", parameters.uniform(outputs, 0, 0.5f)));
    layers.add(new Layer.MaxPool("stem.pool", "stem.prelu", Window.square(3, 2, 1)));
    return "stem.pool";
  }

  private String plainStem() {
    String value = convolutionRelu("stem", NetworkGraph.INPUT, 3, 64, 7, 2);
    layers.add(new Layer.MaxPool("stem.pool", value, Window.square(3, 2, 1)));
    return "stem.pool";
  }

  private String convolutionRelu(
      String name, String input, int channels, int outputs, int kernel, int stride) {
    convolution(name, input, channels, outputs, kernel, stride);
    return relu(name + ".relu", name, outputs);
  }

  private void convolution(
      String name, String input, int channels, int outputs, int kernel, int stride) {
    int terms = channels * kernel * kernel;
    layers.add(
        new Layer.Convolution(
            name,
            input,
            Window.square(kernel, stride, kernel / 2),
            outputs,
            parameters.normal(outputs * terms, 1 / Math.sqrt(terms)),
            parameters.normal(outputs, 0.1)));
  }

  private String relu(String name, String input, int channels) {
    layers.add(new Layer.PRelu(name, input, new float[channels]));
    return name;
  }

  private String halfBlock(
      String name, String input, int channels, int outputs, int stride, double deviation) {
    String product = name + ".conv";
    Window window = stride == 1 ? SAME_3X3 : Window.square(3, stride, 1);
    if (ternary) {
      ternaryConvolution(product, input, channels, outputs, window, deviation);
    } else {
      int terms = channels * 9;
      layers.add(
          new Layer.Convolution(
              product,
              input,
              window,
              outputs,
              parameters.normal(outputs * terms, 1 / (deviation * Math.sqrt(terms))),
              parameters.normal(outputs, 0.1)));
    }
    String shortcut = input;
    if (stride != 1) {
      layers.add(new Layer.MaxPool(name + ".shrink", shortcut, Window.square(stride, stride, 0)));
      shortcut = name + ".shrink";
    }
    if (outputs != channels) {
      layers.add(new Layer.ChannelPad(name + ".widen", shortcut, outputs));
      shortcut = name + ".widen";
    }
    layers.add(new Layer.Add(name + ".add", product, shortcut));
    layers.add(
        new Layer.PRelu(name + ".prelu", name + ".add", parameters.uniform(outputs, 0, 0.5f)));
    return name + ".prelu";
  }

  private void ternaryConvolution(
      String name, String input, int channels, int outputs, Window window, double deviation) {
    layers.add(
        new Layer.TernaryConvolution(
            name,
            input,
            window,
            parameters.thresholds(channels, deviation),
            parameters.kernel(outputs, channels, window.kernelHeight()),
            RandomParameters.unitScale(outputs, channels * window.taps()),
            parameters.normal(outputs, 0.1)));
  }

  private void classifier(String input, int channels, int size, int classes) {
    layers.add(new Layer.AveragePool("pool", input, Window.square(size, 1, 0)));
    layers.add(
        new Layer.Linear(
            "fc",
            "pool",
            classes,
            parameters.normal(classes * channels, 1 / Math.sqrt(channels)),
            parameters.normal(classes, 0.1)));
  }
}
