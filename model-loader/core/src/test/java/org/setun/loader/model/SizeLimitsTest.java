// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.model;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.setun.kernels.Layer;
import org.setun.kernels.NetworkGraph;
import org.setun.kernels.NetworkLimits;
import org.setun.kernels.Shape;
import org.setun.kernels.TernaryKernel;
import org.setun.kernels.Thresholds;
import org.setun.kernels.Window;

/** Each array of each layer may have 2^28 elements and not one more. */
class SizeLimitsTest {
  private static void check(Shape input, Layer layer) {
    NetworkLimits.check(new NetworkGraph(input, List.of(layer)));
  }

  private static void assertRefused(String expected, Shape input, Layer layer) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> check(input, layer));
    assertEquals("layer l: " + expected + " takes more than 2^28 elements", e.getMessage());
  }

  @Test
  void channelsCountInBlocksOf64() {
    Layer one = new Layer.PRelu("l", "input", new float[1]);
    Layer most = new Layer.PRelu("l", "input", new float[64]);
    assertDoesNotThrow(() -> check(new Shape(64, 2048, 2048), most));
    assertDoesNotThrow(() -> check(new Shape(1, 2048, 2048), one));
    assertRefused("its input (1x2048x2049)", new Shape(1, 2048, 2049), one);
  }

  @Test
  void valuesThatGrowAreCounted() {
    assertRefused(
        "its value (" + (1 << 29) + "x1x1)",
        new Shape(1, 1, 1),
        new Layer.ChannelPad("l", "input", 1 << 29));
  }

  @Test
  void paddingAndStridesAreCounted() {
    Shape small = new Shape(1, 2, 2);
    Window padded = Window.square(1, 20_000, 10_000);
    assertRefused("its padded input (1x2x2)", small, new Layer.AveragePool("l", "input", padded));
    Window stride = new Window(1, 1, 1, 1 << 30, 0, 0, 0, 0, 1, 1);
    assertRefused("its padded input (1x2x2)", small, new Layer.MaxPool("l", "input", stride));
    // 2^14 rows, 2^14 - 8 columns and 8 of stride, channels as they are: exactly 2^28.
    Shape large = new Shape(1, 1 << 14, (1 << 14) - 8);
    Window down = new Window(1, 1, 1 << 13, 1, 0, 0, 0, 0, 1, 1);
    assertDoesNotThrow(
        () ->
            check(large, new Layer.Convolution("l", "input", down, 1, new float[1], new float[1])));
    Window both = new Window(1, 1, 1 << 13, 2, 0, 0, 0, 0, 1, 1);
    assertRefused(
        "its padded input (" + large + ")",
        large,
        new Layer.Convolution("l", "input", both, 1, new float[1], new float[1]));
  }

  @Test
  void gatheredRowsAreCounted() {
    Window window = new Window(1, 65, 1, 1, 0, 32, 0, 32, 1, 1);
    Layer wide =
        new Layer.TernaryConvolution(
            "l",
            "input",
            window,
            Thresholds.plain(1),
            TernaryKernel.ofTrits(new byte[65], 1, 1, 1, 65),
            new float[1],
            new float[1]);
    assertDoesNotThrow(() -> check(new Shape(1, 1, 1 << 15), wide));
    assertRefused("a row of its products (1x1x65536)", new Shape(1, 1, 1 << 16), wide);
  }

  @Test
  void countsOfTwoScalesAreCounted() {
    int outputs = 1 << 20;
    Layer layer =
        new Layer.AsymmetricTernaryConvolution(
            "l",
            "input",
            Window.square(1, 1, 0),
            Thresholds.plain(1),
            TernaryKernel.ofTrits(new byte[outputs], outputs, 1, 1, 1),
            new float[outputs],
            new float[outputs],
            new float[outputs]);
    // 120 columns and 8 of a tile, a count for plus and one for minus: exactly 2^28.
    assertDoesNotThrow(() -> check(new Shape(1, 1, 120), layer));
    assertRefused("a row of its counts (" + outputs + "x1x121)", new Shape(1, 1, 121), layer);
  }

  /** A convolution of one output that multiplies fp32 activations. */
  private static Layer ternaryWeights(int inputChannels, Window window) {
    byte[] trits = new byte[inputChannels];
    return new Layer.TernaryWeightConvolution(
        "l",
        "input",
        window,
        TernaryKernel.ofTrits(trits, 1, inputChannels, 1, 1),
        new float[1],
        new float[1],
        new float[1]);
  }

  @Test
  void ternaryWeightsOnFp32AreCountedAsFp32Weights() {
    Window point = Window.square(1, 1, 0);
    int most = 1 << 22;
    assertDoesNotThrow(() -> check(new Shape(most, 1, 1), ternaryWeights(most, point)));
    assertRefused(
        "its weights (" + (most + 1) + "x1x1)",
        new Shape(most + 1, 1, 1),
        ternaryWeights(most + 1, point));
    Shape large = new Shape(1, 1 << 14, (1 << 14) - 8);
    Window down = new Window(1, 1, 1 << 13, 1, 0, 0, 0, 0, 1, 1);
    assertDoesNotThrow(() -> check(large, ternaryWeights(1, down)));
    Window both = new Window(1, 1, 1 << 13, 2, 0, 0, 0, 0, 1, 1);
    assertRefused("its padded input (" + large + ")", large, ternaryWeights(1, both));
  }

  @Test
  void weightsAreCountedInBlocksOfOutputs() {
    int most = 1 << 22;
    assertDoesNotThrow(
        () ->
            check(
                new Shape(most, 1, 1),
                new Layer.Linear("l", "input", 1, new float[most], new float[1])));
    assertRefused(
        "its weights (" + (most + 1) + "x1x1)",
        new Shape(most + 1, 1, 1),
        new Layer.Linear("l", "input", 1, new float[most + 1], new float[1]));
  }

  /** {@code count} ReLUs, one after the other. */
  private static NetworkGraph chain(Shape input, int count) {
    List<Layer> layers = new ArrayList<>();
    String previous = "input";
    for (int i = 0; i < count; i++) {
      String name = "l" + i;
      layers.add(new Layer.PRelu(name, previous, new float[input.channels()]));
      previous = name;
    }
    return new NetworkGraph(input, layers);
  }

  @Test
  void whatAllLayersMakeIsCounted() {
    Shape large = new Shape(64, 2048, 2048);
    assertDoesNotThrow(() -> NetworkLimits.check(chain(large, 4)));
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> NetworkLimits.check(chain(large, 5)));
    assertEquals("its layers make 1342177280 elements, more than 2^30", e.getMessage());

    Shape wide = new Shape(1, 1, 1 << 21);
    assertDoesNotThrow(() -> NetworkLimits.check(chain(wide, 2)));
    e = assertThrows(IllegalArgumentException.class, () -> NetworkLimits.check(chain(wide, 3)));
    assertEquals("its layers make 6291456 columns, more than 2^22", e.getMessage());
  }
}
