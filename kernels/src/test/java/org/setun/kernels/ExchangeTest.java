// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.setun.kernels.family.TernaryFamily;
import org.setun.kernels.op.KernelSet;
import org.setun.kernels.plan.Exchange;
import org.setun.kernels.plan.Plan;
import org.setun.kernels.plan.Runner;
import org.setun.kernels.scalar.ScalarKernels;
import org.setun.kernels.select.Capabilities;
import org.setun.kernels.select.Families;
import org.setun.kernels.vector.VectorKernels;

/** Networks that start on scalar kernels and are moved to others, step by step. */
@EnabledIf("org.setun.kernels.TestRun#hasVectors")
class ExchangeTest {
  private static final ExecutorService HELPERS =
      Executors.newFixedThreadPool(2, Thread.ofPlatform().daemon().factory());

  /** Kernels that prefer one family wherever it can run a convolution. */
  private static Kernels preferring(String family) {
    KernelSet set = VectorKernels.kernels();
    List<TernaryFamily> all = Families.all(set, Capabilities.detect().machine());
    return Kernels.of(set, Families.pinned(all, family).orElseThrow(), null).startingOnScalar();
  }

  private static float[] run(Runner runner, NetworkGraph graph, float[] image) {
    float[] output = new float[graph.outputShape().size()];
    runner.begin();
    runner.run(image, 0, null);
    runner.copyValueNchw(graph.outputName(), output, 0);
    runner.end();
    return output;
  }

  /** A residual network, a stem that is run by transforms, then random graphs. */
  private static NetworkGraph graph(int seed, SplittableRandom random, int layers) {
    return switch (seed) {
      case 0 -> TestNetwork.graph();
      case 1 -> stem(random);
      default -> RandomGraph.of(random, layers);
    };
  }

  private static NetworkGraph stem(SplittableRandom random) {
    String in = NetworkGraph.INPUT;
    return new NetworkGraph(
        new Shape(3, 37, 37),
        List.of(
            new Layer.Convolution(
                "conv",
                in,
                Window.square(7, 2, 3),
                65,
                RandomValues.floats(random, 65 * 3 * 49, 0.2),
                RandomValues.floats(random, 65, 1)),
            new Layer.Affine(
                "bn",
                "conv",
                RandomValues.floats(random, 65, 1),
                RandomValues.floats(random, 65, 1)),
            new Layer.PRelu("prelu", "bn", RandomValues.floats(random, 65, 1)),
            new Layer.MaxPool("pool", "prelu", Window.square(3, 2, 1))));
  }

  /** Whichever steps are moved when, and on however many threads: outputs are the oracle's. */
  @ParameterizedTest
  @ValueSource(strings = {"tile", "pixels", "channels"})
  void anyStepMayMoveAtAnyTime(String family) {
    Kernels kernels = preferring(family);
    for (int seed = 0; seed < 20; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      NetworkGraph graph = graph(seed, random, 1 + random.nextInt(24));
      Kernels.Compiled compiled = kernels.compile(graph);
      Exchange exchange = compiled.exchange();
      List<Runner> runners = new ArrayList<>();
      for (int threads = 1; threads <= 3; threads++) {
        runners.add(new Runner(compiled.plan(), exchange, threads, HELPERS));
      }
      int steps = compiled.plan().describe().size();
      for (int moved = 0; moved <= steps; moved++) {
        float[] image = RandomValues.floats(random, graph.inputShape().size(), 2);
        float[] expected = PlainNetwork.run(graph, image);
        for (Runner runner : runners) {
          NetworkAssertions.assertBits(
              expected, run(runner, graph, image), family + ", seed " + seed + ", " + moved);
        }
        exchange.move(random.nextInt(steps));
      }
    }
  }

  /** A step that keeps one vector kernel would be slow for as long as that is not compiled. */
  @ParameterizedTest
  @ValueSource(strings = {"tile", "pixels", "channels"})
  void substitutesHoldNoVectorKernel(String family) throws IllegalAccessException {
    Kernels kernels = preferring(family);
    for (int seed = 0; seed < 40; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      NetworkGraph graph = graph(seed, random, 30);
      Plan plan = kernels.compile(graph).plan();
      KernelSet like = ScalarKernels.like(VectorKernels.kernels());
      assertEquals(Set.of(), vectorClasses(plan.on(like)), family + ", seed " + seed);
      KernelSet apart = ScalarKernels.apart(like);
      assertEquals(Set.of(), vectorClasses(plan.on(apart)), family + ", seed " + seed);
      assertFalse(vectorClasses(plan.on(VectorKernels.kernels())).isEmpty(), "they can be found");
    }
  }

  /** Classes of the vector kernels among all objects that can be reached. */
  private static Set<Class<?>> vectorClasses(Object root) throws IllegalAccessException {
    Set<Class<?>> found = Collections.newSetFromMap(new IdentityHashMap<>());
    Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    List<Object> left = new ArrayList<>(List.of(root));
    while (!left.isEmpty()) {
      Object object = left.removeLast();
      if (object == null || !seen.add(object)) {
        continue;
      }
      if (object.getClass().getPackage() == VectorKernels.class.getPackage()) {
        found.add(object.getClass());
      } else if (object instanceof Iterable<?> elements) {
        elements.forEach(left::add);
      } else if (object instanceof Object[] elements) {
        for (int i = 0; i < Array.getLength(elements); i++) {
          left.add(elements[i]);
        }
      } else if (object.getClass().getName().startsWith("org.setun.")) {
        for (Field field : object.getClass().getDeclaredFields()) {
          if (!Modifier.isStatic(field.getModifiers()) && !field.getType().isPrimitive()) {
            field.setAccessible(true);
            left.add(field.get(object));
          }
        }
      }
    }
    return found;
  }

  @Test
  void warmUpMovesAllSessions() {
    NetworkGraph graph = TestNetwork.graph();
    Kernels kernels = Kernels.vector().startingOnScalar();
    Kernels.Compiled compiled = kernels.compile(graph);
    Exchange exchange = compiled.exchange();
    Network network = Network.compile(graph, kernels);
    Session session =
        new Session(network, compiled.plan(), exchange, graph.outputName(), 1, Runnable::run);
    float[] image = RandomValues.floats(new SplittableRandom(3), graph.inputShape().size(), 2);
    float[] before = session.run(image);
    session.warmUp();
    assertTrue(exchange.isOver());
    for (int i = 0; i < compiled.plan().describe().size(); i++) {
      assertTrue(exchange.isMoved(i), "step " + i);
    }
    NetworkAssertions.assertBits(before, session.run(image), "after warmUp");
  }

  /** Whoever asks for kernels has them from the first image on. */
  @Test
  void onlyKernelsThatNobodyAskedForStartOnScalarOnes() {
    NetworkGraph graph = TestNetwork.graph();
    Kernels vector = Kernels.vector();
    assertEquals(null, vector.compile(graph).exchange());
    assertEquals(null, Kernels.scalar().startingOn("scalar", null).compile(graph).exchange());
    assertEquals(null, vector.startingOn("vector", null).compile(graph).exchange());
    assertEquals(null, vector.startingOn(null, "vector").compile(graph).exchange());
    assertTrue(vector.startingOn(null, null).compile(graph).exchange() != null);
    assertTrue(vector.startingOn("scalar", "vector").compile(graph).exchange() != null);
    KernelSelectionException e =
        assertThrows(KernelSelectionException.class, () -> vector.startingOn("slow", null));
    assertEquals("-Dsetun.start=slow: expected scalar or vector", e.getMessage());
  }
}
