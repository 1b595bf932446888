// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.setun.kernels.Kernels;
import org.setun.kernels.Network;
import org.setun.kernels.NetworkGraph;
import org.setun.kernels.Shape;
import org.setun.loader.convert.ConversionException;

/** Graphs with channels last give what the same graph gives with channels first. */
class LayoutTest {
  private static final List<Integer> TO_FRONT = List.of(0, 3, 1, 2);
  private static final List<Integer> TO_BACK = List.of(0, 2, 3, 1);

  private final Random random = new Random(7);

  @TempDir Path folder;

  private float[] random(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = random.nextInt(-8, 9) / 8f;
    }
    return values;
  }

  private NetworkGraph convert(TestGraph test) throws Exception {
    return OnnxConverter.convert(test.write(folder), Optional.empty()).graph();
  }

  private static float[] run(NetworkGraph graph, float[] image) {
    float[] output = new float[graph.outputShape().size()];
    Network.compile(graph, Kernels.scalar()).session().run(image, output, 1);
    return output;
  }

  /** A graph in the layout of Keras, and the same in PyTorch's: pairs of nodes. */
  private void same(TestGraph last, TestGraph first) throws Exception {
    NetworkGraph graph = convert(last);
    assertEquals(new Shape(3, 4, 5), graph.inputShape());
    float[] image = random(60);
    float[] expected = run(convert(first), image);
    float[] actual = run(graph, image);
    assertEquals(expected.length, actual.length);
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], actual[i], 1e-5f * (1 + Math.abs(expected[i])), "output " + i);
    }
  }

  private TestGraph[] pair() {
    TestGraph last = TestGraph.reading(4, 5, 3);
    TestGraph first = TestGraph.reading(3, 4, 5);
    float[] weights = random(2 * 3 * 2 * 2);
    for (TestGraph test : List.of(last, first)) {
      test.tensor("w", List.of(2, 3, 2, 2), weights).tensor("half", List.of(), 0.5f);
    }
    last.node("i = Transpose(x)", "perm", TO_FRONT).node("c = Conv(i, w)");
    first.node("c = Conv(x, w)");
    last.node("l = Transpose(c)", "perm", TO_BACK);
    return new TestGraph[] {last, first};
  }

  @Test
  void aFlattenedPictureVanishesIntoTheMatrix() throws Exception {
    TestGraph[] pair = pair();
    float[] byChannelsFirst = random(24 * 3);
    float[] byChannelsLast = new float[24 * 3];
    for (int c = 0; c < 2; c++) {
      for (int p = 0; p < 12; p++) {
        System.arraycopy(byChannelsFirst, (c * 12 + p) * 3, byChannelsLast, (p * 2 + c) * 3, 3);
      }
    }
    pair[0].tensor("m", List.of(24, 3), byChannelsLast).integers("shape", -1, 24);
    pair[0].node("f = Reshape(l, shape)").node("y = MatMul(f, m)");
    pair[1].tensor("m", List.of(24, 3), byChannelsFirst).node("f = Flatten(c)", "axis", 1);
    pair[1].node("y = MatMul(f, m)");
    same(pair[0], pair[1]);
  }

  @Test
  void constantsPerChannelStandInTheLastAxis() throws Exception {
    TestGraph[] pair = pair();
    pair[0].tensor("b", List.of(2), 0.5f, -1).node("a = Add(l, b)").node("r = Relu(a)");
    pair[0].tensor("s", List.of(1, 1, 1, 2), 3, -1).node("p = PRelu(r, s)").node("q = Mul(p, s)");
    pair[0].node("y = ReduceMean(q)", "axes", List.of(1, 2), "keepdims", 0);
    pair[1].tensor("b", List.of(2, 1, 1), 0.5f, -1).node("a = Add(c, b)").node("r = Relu(a)");
    pair[1].tensor("s", List.of(2, 1, 1), 3, -1).node("p = PRelu(r, s)").node("q = Mul(p, s)");
    pair[1].node("y = ReduceMean(q)", "axes", List.of(2, 3), "keepdims", 0);
    same(pair[0], pair[1]);
  }

  @Test
  void picturesAreJoinedPaddedAndStridedInTheirOwnOrder() throws Exception {
    TestGraph[] pair = pair();
    pair[0].integers("pads", 0, 1, 2, 0, 0, 0, 1, 3).node("a = Concat(l, l)", "axis", 3);
    pair[0].node("p = Pad(a, pads)").node("t = Transpose(p)", "perm", TO_FRONT);
    pair[0].node("y = AveragePool(t)", "kernel_shape", List.of(2, 2));
    pair[1].integers("pads", 0, 0, 1, 2, 0, 3, 0, 1).node("a = Concat(c, c)", "axis", 1);
    pair[1].node("p = Pad(a, pads)").node("y = AveragePool(p)", "kernel_shape", List.of(2, 2));
    same(pair[0], pair[1]);

    TestGraph[] strided = pair();
    strided[0].integers("f", 0, 0).integers("t", 99, 99).integers("a", 1, 2).integers("s", 2, 3);
    strided[0].node("z = Slice(l, f, t, a, s)").node("y = Transpose(z)", "perm", TO_FRONT);
    strided[1].integers("f", 0, 0).integers("t", 99, 99).integers("a", 2, 3).integers("s", 2, 3);
    strided[1].node("y = Slice(c, f, t, a, s)");
    same(strided[0], strided[1]);
  }

  @Test
  void mergedAxesMoveTogether() throws Exception {
    TestGraph[] pair = pair();
    pair[0].integers("flat", 1, 12, 2).node("f = Reshape(l, flat)");
    pair[0].node("t = Transpose(f)", "perm", List.of(0, 2, 1)).integers("all", 1, 24);
    pair[0].node("y = Reshape(t, all)");
    pair[1].node("y = Flatten(c)", "axis", 1);
    same(pair[0], pair[1]);
  }

  @Test
  void theInputMayBeScaledBeforeItsChannelsMove() throws Exception {
    TestGraph last = TestGraph.reading(4, 5, 3).tensor("mean", List.of(3), 1, 2, 3);
    last.node("s = Sub(x, mean)").node("t = Transpose(s)", "perm", TO_FRONT).node("y = Relu(t)");
    TestGraph first = TestGraph.reading(3, 4, 5).tensor("mean", List.of(3, 1, 1), 1, 2, 3);
    first.node("s = Sub(x, mean)").node("y = Relu(s)");
    same(last, first);
  }

  @Test
  void anOutputWithItsChannelsLastIsNamed() throws Exception {
    TestGraph last = pair()[0].node("y = Relu(l)");
    ConversionException e = assertThrows(ConversionException.class, () -> convert(last));
    assertTrue(e.getMessage().contains("are not in the order channels, rows"), e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5})
  void placesFollowTheOrder(int channels) {
    Shape shape = new Shape(channels, 2, 3);
    int[] places = Layout.CHANNELS_LAST.places(shape);
    for (int i = 0; i < places.length; i++) {
      assertEquals(i % channels * 6 + i / channels, places[i]);
    }
  }
}
