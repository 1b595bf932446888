// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SessionTest {
  private static final NetworkGraph GRAPH = TestNetwork.graph();
  private static final int IN = GRAPH.inputShape().size();
  private static final int OUT = GRAPH.outputShape().size();

  static List<Kernels> kernels() {
    return TestRun.kernels();
  }

  private static float[] images(int count) {
    return RandomValues.floats(new SplittableRandom(5), count * IN, 2);
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void batches(Kernels kernels) {
    Session session = Network.compile(GRAPH, kernels).session();
    float[] images = images(3);
    float[] outputs = RandomValues.constant(4 * OUT, 7);
    session.run(images, outputs, 0);
    assertArrayEquals(RandomValues.constant(4 * OUT, 7), outputs, "a batch of 0 writes nothing");
    session.run(images, outputs, 3);
    for (int i = 0; i < 3; i++) {
      float[] image = Arrays.copyOfRange(images, i * IN, (i + 1) * IN);
      float[] output = Arrays.copyOfRange(outputs, i * OUT, (i + 1) * OUT);
      NetworkAssertions.assertBits(PlainNetwork.run(GRAPH, image), output, "image " + i);
    }
    assertEquals(7, outputs[3 * OUT], "nothing is written behind the batch");
  }

  @Test
  void lengths() {
    Session session = Network.compile(GRAPH).session();
    float[] output = new float[OUT];
    assertMessage("input values", () -> session.run(new float[IN - 1]));
    assertMessage("input values", () -> session.run(new float[IN + 1]));
    assertMessage("input values", () -> session.run(new float[2 * IN - 1], new float[2 * OUT], 2));
    assertMessage("output values", () -> session.run(new float[2 * IN], new float[OUT], 2));
    assertMessage("batch of -1", () -> session.run(new float[IN], output, -1));
    assertMessage("room for 1 times", () -> session.time(new float[IN], output, new long[1]));
    assertMessage("input values", () -> session.trace(new float[0], (name, shape, value) -> {}));
    assertEquals(OUT, session.run(new float[IN]).length, "still usable");
  }

  private static void assertMessage(String part, Runnable action) {
    String message = assertThrows(IllegalArgumentException.class, action::run).getMessage();
    assertTrue(message.contains(part), message);
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void traceShowsTheValueOfEveryPass(Kernels kernels) {
    Network network = Network.compile(GRAPH, kernels);
    float[] image = images(1);
    Map<String, float[]> expected = PlainNetwork.values(GRAPH, image);
    List<String> names = new ArrayList<>();
    network
        .session()
        .trace(
            image,
            (name, shape, value) -> {
              names.add(name);
              assertEquals(GRAPH.shapes().get(name), shape);
              NetworkAssertions.assertBits(expected.get(name), value, name);
            });
    List<String> passes =
        network.steps().stream()
            .filter(step -> !step.layers().isEmpty())
            .map(StepInfo::name)
            .toList();
    assertEquals(passes, names);
    assertEquals(GRAPH.outputName(), names.getLast());
  }

  @Test
  void timesOfEveryPass() {
    Network network = Network.compile(GRAPH);
    float[] image = images(1);
    float[] output = new float[OUT];
    long[] nanos = new long[network.steps().size() + 1];
    Arrays.fill(nanos, -1);
    long start = System.nanoTime();
    network.session().time(image, output, nanos);
    long whole = System.nanoTime() - start;
    NetworkAssertions.assertBits(PlainNetwork.run(GRAPH, image), output, "output");
    assertEquals(-1, nanos[nanos.length - 1], "nothing behind the passes");
    long sum = Arrays.stream(nanos, 0, nanos.length - 1).peek(n -> assertTrue(n >= 0)).sum();
    assertTrue(sum > 0 && sum <= whole, sum + " of " + whole + " ns");
  }

  @Test
  void sessionsOfOneNetworkShareNothing() {
    Network network = Network.compile(GRAPH);
    float[] images = images(2);
    float[] first = Arrays.copyOf(images, IN);
    float[] second = Arrays.copyOfRange(images, IN, 2 * IN);
    Session inner = network.session();
    network
        .session()
        .trace(
            first,
            (name, shape, value) -> {
              inner.run(second);
              float[] expected = PlainNetwork.values(GRAPH, first).get(name);
              NetworkAssertions.assertBits(expected, value, name);
            });
  }

  @Test
  void onlyOneThreadAtATime() throws Exception {
    Session session = Network.compile(GRAPH).session();
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch tried = new CountDownLatch(1);
    Thread other =
        Thread.ofPlatform()
            .start(
                () ->
                    session.trace(
                        new float[IN],
                        (name, shape, value) -> {
                          running.countDown();
                          await(tried);
                        }));
    await(running);
    try {
      assertThrows(IllegalStateException.class, () -> session.run(new float[IN]));
    } finally {
      tried.countDown();
      other.join();
    }
    assertEquals(OUT, session.run(new float[IN]).length, "usable again");
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void anObserverThatThrowsLeavesTheSessionUsable() {
    Session session = Network.compile(GRAPH).session();
    Session.Observer broken =
        (name, shape, value) -> {
          throw new ArithmeticException(name);
        };
    assertThrows(ArithmeticException.class, () -> session.trace(new float[IN], broken));
    assertEquals(OUT, session.run(new float[IN]).length);
  }

  @Test
  void warmUpSaysHowLongItTook() {
    long start = System.nanoTime();
    Duration duration = Network.compile(GRAPH).session().warmUp();
    assertTrue(duration.toNanos() <= System.nanoTime() - start);
    assertTrue(duration.toMillis() >= 300, "at least 300 ms without getting faster: " + duration);
  }

  @Test
  void memoryCoversEveryValueThatIsAliveAtOnce() {
    long bytes = Network.compile(GRAPH).session().memoryBytes();
    long stem = 4L * 64 * 10 * 8; // the residual stream behind the pooling
    assertTrue(bytes > stem && bytes < 100 * stem, bytes + " bytes");
  }
}
