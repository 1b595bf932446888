// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Inputs in memory segments, and values that are no numbers. */
class SessionInputTest {
  private static final NetworkGraph GRAPH = TestNetwork.graph();
  private static final int IN = GRAPH.inputShape().size();
  private static final int OUT = GRAPH.outputShape().size();
  private static final float[] IMAGES = RandomValues.floats(new SplittableRandom(6), 2 * IN, 2);

  static List<Kernels> kernels() {
    return TestRun.kernels();
  }

  private static float[] expected() {
    float[] outputs = new float[2 * OUT];
    Network.compile(GRAPH).session().run(IMAGES, outputs, 2);
    return outputs;
  }

  /** Off the heap, in float arrays, in byte arrays, and at addresses that no float begins at. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void segmentsOnAndOffTheHeap(int misaligned) {
    float[] expected = expected();
    try (Arena arena = Arena.ofConfined()) {
      int in = 4 * IMAGES.length;
      int out = 4 * expected.length;
      List<MemorySegment> inputs =
          List.of(
              arena.allocate(in + misaligned).asSlice(misaligned),
              MemorySegment.ofArray(new byte[in + misaligned]).asSlice(misaligned),
              MemorySegment.ofArray(new float[IMAGES.length]));
      List<MemorySegment> outputs =
          List.of(
              MemorySegment.ofArray(new byte[out + misaligned]).asSlice(misaligned),
              MemorySegment.ofArray(new float[expected.length]),
              arena.allocate(out + misaligned).asSlice(misaligned));
      Session session = Network.compile(GRAPH).session();
      for (int i = 0; i < inputs.size(); i++) {
        MemorySegment input = inputs.get(i);
        MemorySegment.copy(IMAGES, 0, input, ValueLayout.JAVA_FLOAT_UNALIGNED, 0, IMAGES.length);
        session.run(input.asReadOnly(), outputs.get(i), 2);
        float[] actual = new float[expected.length];
        MemorySegment.copy(
            outputs.get(i), ValueLayout.JAVA_FLOAT_UNALIGNED, 0, actual, 0, actual.length);
        NetworkAssertions.assertBits(expected, actual, "segments " + i);
      }
    }
  }

  @Test
  void segmentsThatDoNotFit() throws Exception {
    Session session = Network.compile(GRAPH).session();
    MemorySegment image = MemorySegment.ofArray(new float[IN]);
    MemorySegment output = MemorySegment.ofArray(new float[OUT]);
    assertMessage("960 input values, 2 of 3x20x16 need 1920", () -> session.run(image, output, 2));
    assertMessage(
        "room for 9 output values, 1 of 10x1x1 need 10",
        () -> session.run(image, output.asSlice(0, 4 * OUT - 1), 1));
    assertMessage("read-only", () -> session.run(image, output.asReadOnly(), 1));
    Arena closed = Arena.ofConfined();
    MemorySegment gone = closed.allocate(4 * IN);
    closed.close();
    assertThrows(IllegalStateException.class, () -> session.run(gone, output, 1));
    try (Arena own = Arena.ofConfined()) {
      MemorySegment foreign = own.allocate(4 * IN);
      AtomicReference<Throwable> thrown = new AtomicReference<>();
      Thread.ofPlatform()
          .start(
              () ->
                  thrown.set(
                      assertThrows(
                          WrongThreadException.class, () -> session.run(foreign, output, 1))))
          .join();
      assertEquals(WrongThreadException.class, thrown.get().getClass());
    }
    session.run(image, output, 1); // still usable
  }

  private static void assertMessage(String part, Runnable action) {
    String message = assertThrows(IllegalArgumentException.class, action::run).getMessage();
    assertTrue(message.contains(part), message);
  }

  @Test
  void aWarmRunOnSegmentsAllocatesNothing() throws Exception {
    Session session = Network.compile(GRAPH).session();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment image = arena.allocate(4L * IN);
      MemorySegment output = arena.allocate(4L * OUT);
      Allocations.assertNone(100, () -> session.run(image, output, 1));
    }
  }

  /** A ternary layer gives NaN the trit +1, so it computes what it computes of a 1. */
  @ParameterizedTest
  @MethodSource("kernels")
  void notANumberCountsAsOneInTernaryLayers(Kernels kernels) {
    Shape shape = new Shape(70, 5, 4);
    SplittableRandom random = new SplittableRandom(9);
    NetworkGraph ternary =
        new NetworkGraph(
            shape,
            List.of(
                new Layer.TernaryConvolution(
                    "ternary",
                    NetworkGraph.INPUT,
                    Window.square(3, 1, 1),
                    Thresholds.plain(70),
                    RandomValues.kernel(random, 66, 70, 3, 3),
                    RandomValues.floats(random, 66, 0.1),
                    RandomValues.floats(random, 66, 0.5))));
    Session session = Network.compile(ternary, kernels).session();
    float[] image = RandomValues.floats(random, shape.size(), 1);
    float[] ones = image.clone();
    for (int i = 0; i < image.length; i += 7) {
      image[i] = i % 2 == 0 ? Float.NaN : Float.POSITIVE_INFINITY;
      ones[i] = 1;
    }
    NetworkAssertions.assertBits(session.run(ones), session.run(image), "NaN and ∞ against 1");
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void notANumberLeavesNoTraceInTheNextRun(Kernels kernels) {
    Session session = Network.compile(GRAPH, kernels).session();
    float[] image = Arrays.copyOf(IMAGES, IN);
    float[] before = session.run(image);
    float[] nan = new float[IN];
    Arrays.fill(nan, Float.NaN);
    // Behind the fp32 stem a shortcut carries NaN past the ternary layers.
    for (float output : session.run(nan)) {
      assertTrue(Float.isNaN(output), "output " + output);
    }
    NetworkAssertions.assertBits(before, session.run(image), "after a run of NaN");
  }
}
