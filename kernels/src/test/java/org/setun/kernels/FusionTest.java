// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Which layers share a pass and which cannot, and that the results are the same either way. */
class FusionTest {
  private static final String INPUT = NetworkGraph.INPUT;

  private final SplittableRandom random = new SplittableRandom(243);
  private final List<Layer> layers = new ArrayList<>();

  private void ternary(String name, String in, int inputs, int outputs, int stride) {
    int size = stride == 1 ? 3 : 2;
    layers.add(
        new Layer.TernaryConvolution(
            name,
            in,
            Window.square(size, stride, stride == 1 ? 1 : 0),
            RandomValues.thresholds(random, inputs),
            RandomValues.kernel(random, outputs, inputs, size, size),
            RandomValues.floats(random, outputs, 0.1),
            RandomValues.floats(random, outputs, 0.5)));
  }

  private void asymmetric(String name, String in, int inputs, int outputs, int stride) {
    int size = stride == 1 ? 3 : 2;
    layers.add(
        new Layer.AsymmetricTernaryConvolution(
            name,
            in,
            Window.square(size, stride, stride == 1 ? 1 : 0),
            RandomValues.thresholds(random, inputs),
            RandomValues.kernel(random, outputs, inputs, size, size),
            RandomValues.floats(random, outputs, 0.1),
            RandomValues.floats(random, outputs, 0.1),
            RandomValues.floats(random, outputs, 0.5)));
  }

  private void convolution(String name, String in, int inputs, int outputs) {
    layers.add(
        new Layer.Convolution(
            name,
            in,
            Window.square(3, 1, 1),
            outputs,
            RandomValues.floats(random, outputs * inputs * 9, 0.3),
            RandomValues.floats(random, outputs, 0.5)));
  }

  private void affine(String name, String in, int channels) {
    float[] scale = RandomValues.floats(random, channels, 1);
    layers.add(new Layer.Affine(name, in, scale, RandomValues.floats(random, channels, 1)));
  }

  private void prelu(String name, String in, int channels) {
    layers.add(new Layer.PRelu(name, in, RandomValues.floats(random, channels, 1)));
  }

  private void add(String name, String left, String right) {
    layers.add(new Layer.Add(name, left, right));
  }

  private void pool(String name, String in) {
    layers.add(new Layer.MaxPool(name, in, Window.square(2, 2, 0)));
  }

  private void pad(String name, String in, int channels) {
    layers.add(new Layer.ChannelPad(name, in, channels));
  }

  /**
   * Checks the result, and the layers of every pass: passes in order, layers of a pass joined by +.
   */
  private void assertPasses(int channels, String... passes) {
    NetworkGraph graph = new NetworkGraph(new Shape(channels, 6, 8), layers);
    NetworkAssertions.assertComputes(graph, random, Arrays.toString(passes));
    for (Kernels kernels : TestRun.kernels()) {
      List<String> actual =
          Network.compile(graph, kernels).steps().stream()
              .filter(step -> !step.layers().isEmpty())
              .map(step -> String.join("+", step.layers()))
              .toList();
      assertEquals(List.of(passes), actual, kernels.implementation());
    }
  }

  @Test
  void stem() {
    convolution("conv", INPUT, 3, 20);
    affine("bn", "conv", 20);
    prelu("relu", "bn", 20);
    layers.add(new Layer.MaxPool("pool", "relu", Window.square(3, 2, 1)));
    assertPasses(3, "conv+bn+relu+pool");
  }

  @Test
  void stemWhoseMiddleIsReadAgain() {
    convolution("conv", INPUT, 3, 20);
    affine("bn", "conv", 20);
    prelu("relu", "bn", 20);
    add("sum", "relu", "bn");
    assertPasses(3, "conv+bn", "relu", "sum");
  }

  @Test
  void stemOfTernaryWeights() {
    layers.add(
        new Layer.TernaryWeightConvolution(
            "conv",
            INPUT,
            Window.square(3, 1, 1),
            RandomValues.kernel(random, 20, 3, 3, 3),
            RandomValues.floats(random, 20, 0.3),
            RandomValues.floats(random, 20, 0.3),
            RandomValues.floats(random, 20, 0.5)));
    affine("bn", "conv", 20);
    prelu("relu", "bn", 20);
    pool("pool", "relu");
    assertPasses(3, "conv+bn+relu+pool");
  }

  @Test
  void asymmetricHalfBlocks() {
    asymmetric("conv", INPUT, 40, 40, 1);
    add("sum", "conv", INPUT);
    prelu("relu", "sum", 40);
    asymmetric("wide", "relu", 40, 130, 1);
    prelu("wide-relu", "wide", 130);
    asymmetric("next", "wide-relu", 130, 130, 1);
    add("last", "wide-relu", "next");
    assertPasses(40, "conv+sum+relu", "wide+wide-relu", "next+last");
  }

  @Test
  void asymmetricWideningShortcut() {
    affine("x", INPUT, 64);
    asymmetric("conv", "x", 64, 130, 2);
    pool("pool", "x");
    pad("pad", "pool", 130);
    add("sum", "pad", "conv");
    prelu("relu", "sum", 130);
    assertPasses(64, "x", "conv+pool+pad+sum+relu");
  }

  @Test
  void halfBlock() {
    ternary("conv", INPUT, 40, 40, 1);
    add("sum", "conv", INPUT);
    prelu("relu", "sum", 40);
    assertPasses(40, "conv+sum+relu");
  }

  @Test
  void halfBlockWithItsShortcutOnTheLeft() {
    ternary("conv", INPUT, 40, 40, 1);
    add("sum", INPUT, "conv");
    assertPasses(40, "conv+sum");
  }

  @Test
  void shortcutThatIsReadAgainIsNotOverwritten() {
    affine("x", INPUT, 64);
    ternary("conv", "x", 64, 64, 1);
    add("sum", "conv", "x");
    prelu("relu", "sum", 64);
    add("again", "relu", "x");
    assertPasses(64, "x", "conv+sum+relu", "again");
  }

  @Test
  void wideningShortcut() {
    affine("x", INPUT, 64);
    ternary("conv", "x", 64, 130, 2);
    pool("pool", "x");
    pad("pad", "pool", 130);
    add("sum", "pad", "conv");
    prelu("relu", "sum", 130);
    assertPasses(64, "x", "conv+pool+pad+sum+relu");
  }

  @Test
  void wideningShortcutListedFirst() {
    affine("x", INPUT, 128);
    pool("pool", "x");
    pad("pad", "pool", 192);
    ternary("conv", "x", 128, 192, 2);
    add("sum", "conv", "pad");
    assertPasses(128, "x", "conv+pool+pad+sum");
  }

  /** The result must not lie over the shortcut: a row of it is read by three rows of the result. */
  @Test
  void shortcutPooledWithOverlap() {
    affine("x", INPUT, 64);
    ternary("conv", "x", 64, 64, 1);
    layers.add(new Layer.MaxPool("pool", "x", Window.square(3, 1, 1)));
    add("sum", "conv", "pool");
    assertPasses(64, "x", "conv+pool+sum");
  }

  /** What lies behind channel 16 of the shortcut's last block must not reach the sum. */
  @Test
  void wideningShortcutWithPaddingChannels() {
    convolution("x", INPUT, 3, 16);
    pool("pool", "x");
    pad("pad", "pool", 32);
    ternary("conv", "x", 16, 32, 2);
    add("sum", "conv", "pad");
    assertPasses(3, "x", "pool", "pad", "conv+sum");
  }

  @Test
  void shortcutOfTheInputItself() {
    ternary("conv", INPUT, 64, 64, 2);
    pool("pool", INPUT);
    add("sum", "conv", "pool");
    pad("wide", "sum", 65);
    assertPasses(64, "conv", "pool", "sum", "wide");
  }

  @Test
  void pooledShortcutThatIsReadAgain() {
    affine("x", INPUT, 64);
    pool("pool", "x");
    ternary("conv", "x", 64, 64, 2);
    add("sum", "conv", "pool");
    add("again", "sum", "pool");
    assertPasses(64, "x", "pool", "conv+sum", "again");
  }

  /** As ReActNet has it: PReLU and a shift, which the next thresholds and shortcut read. */
  @Test
  void multiplyAddThatComesLast() {
    ternary("conv", INPUT, 64, 64, 1);
    add("sum", "conv", INPUT);
    prelu("relu", "sum", 64);
    affine("move", "relu", 64);
    asymmetric("next", "move", 64, 70, 1);
    affine("bn", "next", 70);
    ternary("third", "bn", 70, 64, 1);
    add("last", "third", "move");
    affine("end", "last", 64);
    prelu("out", "end", 64);
    assertPasses(64, "conv+sum+relu+move", "next+bn", "third+last+end", "out");
  }

  @Test
  void multiplyAddOfWhatIsReadAgain() {
    ternary("conv", INPUT, 40, 40, 1);
    prelu("relu", "conv", 40);
    affine("move", "relu", 40);
    add("sum", "move", "relu");
    assertPasses(40, "conv+relu", "move", "sum");
  }

  @Test
  void sumOfTwoTernaryConvolutions() {
    ternary("first", INPUT, 40, 70, 1);
    ternary("second", INPUT, 40, 70, 1);
    add("sum", "first", "second");
    prelu("relu", "sum", 70);
    assertPasses(40, "first", "second+sum+relu");
  }

  @Test
  void chainOfBlocksWithoutActivation() {
    ternary("first", INPUT, 64, 64, 1);
    add("one", "first", INPUT);
    ternary("second", "one", 64, 64, 1);
    add("two", "second", "one");
    ternary("third", "two", 64, 64, 1);
    add("three", "two", "third");
    assertPasses(64, "first+one", "second+two", "third+three");
  }

  @Test
  void ternaryConvolutionThatIsReadTwice() {
    ternary("conv", INPUT, 40, 40, 1);
    add("sum", "conv", INPUT);
    add("again", "sum", "conv");
    assertPasses(40, "conv", "sum", "again");
  }

  @Test
  void doubled() {
    ternary("conv", INPUT, 40, 40, 1);
    add("sum", "conv", "conv");
    assertPasses(40, "conv", "sum");
  }

  @Test
  void tritsForTwoReaders() {
    ternary("x", INPUT, 64, 64, 1);
    ternary("left", "x", 64, 64, 1);
    ternary("right", "x", 64, 64, 1);
    prelu("relu", "right", 64);
    add("sum", "left", "relu");
    assertPasses(64, "x", "left", "right+relu", "sum");
  }

  /** The pass that makes the output is not the last one. */
  @Test
  void layerThatNobodyReads() {
    ternary("conv", INPUT, 64, 64, 1);
    affine("unread", INPUT, 64);
    add("sum", "conv", INPUT);
    assertPasses(64, "conv+sum", "unread");
  }
}
