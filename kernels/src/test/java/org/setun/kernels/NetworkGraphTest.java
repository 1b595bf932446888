// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.setun.kernels.Layer.Add;
import org.setun.kernels.Layer.Affine;
import org.setun.kernels.Layer.AsymmetricTernaryConvolution;
import org.setun.kernels.Layer.AveragePool;
import org.setun.kernels.Layer.ChannelPad;
import org.setun.kernels.Layer.ChannelSelection;
import org.setun.kernels.Layer.Concat;
import org.setun.kernels.Layer.Convolution;
import org.setun.kernels.Layer.Linear;
import org.setun.kernels.Layer.MaxPool;
import org.setun.kernels.Layer.PRelu;
import org.setun.kernels.Layer.TernaryConvolution;
import org.setun.kernels.Layer.TernaryWeightConvolution;

/** Shapes are inferred; what does not fit is refused with the layer's name and the reason. */
class NetworkGraphTest {
  private static final Shape INPUT_SHAPE = new Shape(2, 5, 7);
  private static final String IN = NetworkGraph.INPUT;
  private static final Window ONE = Window.square(1, 1, 0);
  private static final Window THREE = Window.square(3, 2, 1);

  private static NetworkGraph graph(Layer... layers) {
    return new NetworkGraph(INPUT_SHAPE, List.of(layers));
  }

  private static void assertRefused(String layer, String reason, Layer... layers) {
    String message = assertThrows(InvalidNetworkException.class, () -> graph(layers)).getMessage();
    assertTrue(message.contains(layer) && message.contains(reason), message);
  }

  private static TernaryConvolution ternary(Window window, int thresholds, int scales) {
    return new TernaryConvolution(
        "t",
        IN,
        window,
        Thresholds.plain(thresholds),
        TernaryKernel.ofTrits(new byte[4 * 2], 4, 2, 1, 1),
        new float[scales],
        new float[4]);
  }

  @Test
  void shapes() {
    NetworkGraph graph =
        graph(
            new Convolution("conv", IN, THREE, 4, new float[4 * 2 * 9], new float[4]),
            new MaxPool("pool", "conv", Window.square(2, 1, 0)),
            new ChannelPad("pad", "pool", 9),
            new Concat("concat", List.of("pad", "pool")),
            new AveragePool("mean", "concat", Window.square(2, 1, 0)),
            new Linear("fc", "mean", 10, new float[10 * 13 * 2], new float[10]));
    assertEquals(
        "{input=2x5x7, conv=4x3x4, pool=4x2x3, pad=9x2x3, concat=13x2x3, mean=13x1x2, fc=10x1x1}",
        graph.shapes().toString());
    assertEquals("fc", graph.outputName());
    assertEquals(new Shape(10, 1, 1), graph.outputShape());
    assertEquals(6, graph.layers().size());
  }

  @Test
  void names() {
    Add sum = new Add("sum", IN, IN);
    assertRefused("'sum'", "two values", sum, sum);
    assertRefused("'input'", "two values", new Add(IN, IN, IN));
    assertRefused("layer late", "reads 'sum'", new Add("late", IN, "sum"), sum);
    assertRefused("layer self", "reads 'self'", new Add("self", IN, "self"));
    assertRefused("layer none", "reads nothing", new Concat("none", List.of()));
    assertThrows(InvalidNetworkException.class, () -> graph());
  }

  @Test
  void parametersOfConvolutions() {
    float[] bias = new float[4];
    float[] weights = new float[4 * 2];
    assertRefused("layer c", "7 weights", new Convolution("c", IN, ONE, 4, new float[7], bias));
    assertRefused("layer c", "3 biases", new Convolution("c", IN, ONE, 4, weights, new float[3]));
    assertRefused(
        "layer c", "at least 1", new Convolution("c", IN, ONE, 0, new float[0], new float[0]));
    assertRefused("layer t", "3 thresholds", ternary(ONE, 3, 4));
    assertRefused("layer t", "5 scales", ternary(ONE, 2, 5));
    assertRefused("layer t", "kernel rows", ternary(THREE, 2, 4));
    assertRefused(
        "layer t",
        "2 input channels of the kernel where 3",
        new ChannelPad("x", IN, 3),
        new TernaryConvolution(
            "t",
            "x",
            ONE,
            Thresholds.plain(3),
            TernaryKernel.ofTrits(new byte[8], 4, 2, 1, 1),
            bias,
            bias));
  }

  private static AsymmetricTernaryConvolution asymmetric(int thresholds, int plus, int minus) {
    return new AsymmetricTernaryConvolution(
        "t",
        IN,
        ONE,
        Thresholds.plain(thresholds),
        TernaryKernel.ofTrits(new byte[4 * 2], 4, 2, 1, 1),
        new float[plus],
        new float[minus],
        new float[4]);
  }

  private static TernaryWeightConvolution weights(Window window, int plus, int minus, int biases) {
    return new TernaryWeightConvolution(
        "t",
        IN,
        window,
        TernaryKernel.ofTrits(new byte[4 * 2], 4, 2, 1, 1),
        new float[plus],
        new float[minus],
        new float[biases]);
  }

  @Test
  void parametersOfConvolutionsWithTwoScales() {
    assertEquals(new Shape(4, 5, 7), graph(asymmetric(2, 4, 4)).outputShape());
    assertRefused("layer t", "3 thresholds", asymmetric(3, 4, 4));
    assertRefused("layer t", "5 scales of plus", asymmetric(2, 5, 4));
    assertRefused("layer t", "1 scales of minus", asymmetric(2, 4, 1));
    assertEquals(new Shape(4, 5, 7), graph(weights(ONE, 4, 4, 4)).outputShape());
    assertRefused("layer t", "5 scales of plus", weights(ONE, 5, 4, 4));
    assertRefused("layer t", "1 scales of minus", weights(ONE, 4, 1, 4));
    assertRefused("layer t", "3 biases", weights(ONE, 4, 4, 3));
    assertRefused("layer t", "kernel rows", weights(THREE, 4, 4, 4));
    assertRefused(
        "layer t",
        "2 input channels of the kernel where 9",
        new ChannelPad("input9", IN, 9),
        new TernaryWeightConvolution(
            "t",
            "input9",
            ONE,
            TernaryKernel.ofTrits(new byte[4 * 2], 4, 2, 1, 1),
            new float[4],
            new float[4],
            new float[4]));
  }

  @Test
  void parametersOfOtherLayers() {
    float[] one = new float[1];
    float[] two = new float[2];
    assertRefused("layer a", "1 scales", new Affine("a", IN, one, two));
    assertRefused("layer a", "1 shifts", new Affine("a", IN, two, one));
    assertRefused("layer p", "1 slopes", new PRelu("p", IN, one));
    assertRefused("layer l", "2 weights where 70", new Linear("l", IN, 1, two, one));
    assertRefused("layer l", "2 biases", new Linear("l", IN, 1, new float[70], two));
    assertRefused("layer p", "pad 2 channels to 1", new ChannelPad("p", IN, 1));
  }

  @Test
  void shapesThatDoNotMeet() {
    ChannelPad wide = new ChannelPad("wide", IN, 3);
    MaxPool small = new MaxPool("small", IN, Window.square(2, 2, 0));
    assertRefused("layer sum", "'wide' (3x5x7)", wide, new Add("sum", IN, "wide"));
    assertRefused("layer cat", "'small' (2x2x3)", small, new Concat("cat", List.of(IN, "small")));
  }

  @Test
  void windows() {
    assertRefused("layer p", "does not fit", new MaxPool("p", IN, Window.square(6, 1, 0)));
    assertRefused("layer p", "in the padding", new MaxPool("p", IN, Window.square(2, 1, 2)));
    Window vast = new Window(5, 1, 1, 1, 0, 0, 0, 0, 1 << 30, 1);
    assertRefused("layer p", "does not fit", new AveragePool("p", IN, vast));
    assertRefused("layer p", "in the padding", new MaxPool("p", IN, Window.square(1, 1, 1)));
  }

  @Test
  void extentsOfWindowsAndShapes() {
    assertThrows(IllegalArgumentException.class, () -> Window.square(0, 1, 0));
    assertThrows(IllegalArgumentException.class, () -> Window.square(1, 0, 0));
    assertThrows(IllegalArgumentException.class, () -> Window.square(1, 1, -1));
    assertThrows(IllegalArgumentException.class, () -> new Window(1, 1, 1, 1, 0, 0, 0, 0, 1, 0));
    assertThrows(IllegalArgumentException.class, () -> new Shape(0, 1, 1));
    assertThrows(IllegalArgumentException.class, () -> new Shape(1 << 16, 1 << 16, 1));
    int most = Integer.MAX_VALUE;
    Window padded = new Window(1, 1, 1, 1, most, 0, most, 0, 1, 1);
    assertThrows(IllegalArgumentException.class, () -> padded.outputHeight(most));
    assertEquals(4, Window.square(3, 2, 1).outputHeight(8));
    assertEquals(4, Window.square(3, 2, 1).outputWidth(7));
  }

  @Test
  void channelsThatAreNotThereAreNotSelected() {
    assertRefused("s", "selects channel 2 of 2", new ChannelSelection("s", IN, new int[] {0, 2}));
    assertRefused("s", "selects channel -1 of 2", new ChannelSelection("s", IN, new int[] {-1}));
    assertThrows(
        InvalidNetworkException.class, () -> graph(new ChannelSelection("s", IN, new int[0])));
    assertEquals(
        new Shape(3, 5, 7),
        graph(new ChannelSelection("s", IN, new int[] {1, 0, 1})).outputShape());
  }
}
