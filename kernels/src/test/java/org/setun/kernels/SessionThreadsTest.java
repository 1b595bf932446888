// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels;

import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Results are the same to the bit for any number of threads and whatever the executor does. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SessionThreadsTest {
  private static final NetworkGraph GRAPH = TestNetwork.graph();
  private static final float[] IMAGE =
      RandomValues.floats(new SplittableRandom(27), GRAPH.inputShape().size(), 2);
  private static final float[] EXPECTED = PlainNetwork.run(GRAPH, IMAGE);

  private static void run(int times, int threads, Executor executor) {
    run(times, Network.compile(GRAPH).session(threads, executor));
  }

  private static void run(int times, Session session) {
    float[] output = new float[EXPECTED.length];
    for (int i = 0; i < times; i++) {
      session.run(IMAGE, output, 1);
      NetworkAssertions.assertBits(EXPECTED, output, "run " + i);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5})
  void manyRuns(int threads) {
    try (ExecutorService pool = Executors.newCachedThreadPool()) {
      run(TestRun.hasVectors() ? 2000 : 200, threads, pool);
    }
  }

  @Test
  void scalarKernels() {
    try (ExecutorService pool = Executors.newCachedThreadPool()) {
      run(20, Network.compile(GRAPH, Kernels.scalar()).session(3, pool));
    }
  }

  @Test
  void batchOnSeveralThreads() {
    int size = IMAGE.length;
    float[] images = new float[4 * size];
    for (int i = 0; i < 4; i++) {
      System.arraycopy(IMAGE, 0, images, i * size, size);
    }
    try (ExecutorService pool = Executors.newCachedThreadPool()) {
      Session session = Network.compile(GRAPH).session(3, pool);
      float[] outputs = new float[4 * EXPECTED.length];
      for (int run = 0; run < 200; run++) {
        session.run(images, outputs, 4);
        for (int i = 0; i < outputs.length; i++) {
          NetworkAssertions.assertBits(
              new float[] {EXPECTED[i % EXPECTED.length]}, new float[] {outputs[i]}, "batch");
        }
      }
    }
  }

  @Test
  void fewerThreadsThanAsked() {
    try (ExecutorService pool = Executors.newSingleThreadExecutor()) {
      run(500, 5, pool);
    }
  }

  @Test
  void twoSessionsOnOneThread() throws Exception {
    try (ExecutorService pool = Executors.newSingleThreadExecutor();
        ExecutorService caller = Executors.newSingleThreadExecutor()) {
      Future<?> other = caller.submit(() -> run(50, 3, pool));
      run(50, 3, pool);
      other.get();
    }
  }

  @Test
  void executorThatRejects() {
    run(
        20,
        5,
        task -> {
          throw new RejectedExecutionException("full");
        });
  }

  @Test
  void executorThatNeverRuns() {
    run(20, 5, task -> {});
  }

  @Test
  void executorThatRunsOnTheCallingThread() {
    run(20, 5, Runnable::run);
  }

  @Test
  void poolWhoseQueueIsFull() {
    try (ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(1),
            new ThreadPoolExecutor.CallerRunsPolicy())) {
      run(200, 5, pool);
    }
  }

  /** Helpers that come when the run they were called for is over. */
  @Test
  void executorThatIsLate() {
    Queue<Runnable> late = new ArrayDeque<>();
    Session session = Network.compile(GRAPH).session(3, late::add);
    for (int i = 0; i < 50; i++) {
      run(1, session);
      while (!late.isEmpty()) {
        late.remove().run();
      }
    }
  }

  /** Such as a pool that cannot start a thread. */
  @Test
  void executorThatFailsOnce() {
    AtomicBoolean failed = new AtomicBoolean();
    try (ExecutorService pool = Executors.newCachedThreadPool()) {
      Session session =
          Network.compile(GRAPH)
              .session(
                  3,
                  task -> {
                    if (failed.compareAndSet(false, true)) {
                      throw new OutOfMemoryError("unable to create native thread");
                    }
                    pool.execute(task);
                  });
      assertThrows(OutOfMemoryError.class, () -> session.run(IMAGE));
      run(100, session);
    }
  }

  @Test
  void threadsAndExecutorMustFit() {
    Network network = Network.compile(GRAPH);
    for (int threads : List.of(0, -1)) {
      assertThrows(IllegalArgumentException.class, () -> network.session(threads, Runnable::run));
    }
    assertThrows(IllegalArgumentException.class, () -> network.session(2, null));
    run(1, network.session(1, null));
  }
}
