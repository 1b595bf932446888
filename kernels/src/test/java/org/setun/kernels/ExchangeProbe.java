// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.setun.kernels.plan.Exchange;
import org.setun.kernels.plan.Runner;

/** Runs a network from its first call on while its kernels are exchanged; for a JVM of its own. */
final class ExchangeProbe {
  private static final int IMAGES = 8;
  private static final int LAST_RUNS = 30;
  private static final long SOME_NANOS = TimeUnit.SECONDS.toNanos(3);
  private static final long DEADLINE_NANOS = TimeUnit.SECONDS.toNanos(100);

  private static final NetworkGraph GRAPH = TestNetwork.graph();
  private static final float[][] INPUTS = new float[IMAGES][];
  private static final float[][] EXPECTED = new float[IMAGES][];

  private ExchangeProbe() {}

  /**
   * Prints what was seen.
   *
   * @param args {@code moves}: until all is moved; {@code stays}: a few runs; {@code garbage}:
   *     drops the network while its kernels are tried
   */
  public static void main(String[] args) throws Exception {
    SplittableRandom random = new SplittableRandom(1958);
    for (int i = 0; i < IMAGES; i++) {
      INPUTS[i] = RandomValues.floats(random, GRAPH.inputShape().size(), 2);
      EXPECTED[i] = PlainNetwork.run(GRAPH, INPUTS[i]);
    }
    switch (args[0]) {
      case "moves" -> exchange(true);
      case "stays" -> exchange(false);
      default -> System.out.println("collected " + isCollected());
    }
    System.out.println("thread ended " + awaitNoThread());
  }

  private static void exchange(boolean toTheEnd) throws Exception {
    Kernels.Compiled compiled = Kernels.best().compile(GRAPH);
    Exchange exchange = compiled.exchange();
    System.out.println("exchanges " + (exchange != null));
    ExecutorService threads = Executors.newCachedThreadPool(Thread.ofPlatform().daemon().factory());
    List<Callable<Integer>> users = new ArrayList<>();
    for (int size = 1; size <= 3; size++) {
      Runner runner = new Runner(compiled.plan(), exchange, size, threads);
      users.add(() -> wrong(runner, exchange, toTheEnd));
    }
    int wrong = 0;
    for (Future<Integer> user : threads.invokeAll(users)) {
      wrong += user.get();
    }
    System.out.println("wrong " + wrong);
    if (exchange != null) {
      List<StepInfo> steps = compiled.plan().describe();
      long moved = 0;
      for (int i = 0; i < steps.size(); i++) {
        moved += exchange.isMoved(i) ? 1 : 0;
      }
      System.out.println(moved == steps.size() ? "all moved" : "some stay");
    }
  }

  /**
   * Outputs that are not the oracle's to the bit.
   *
   * @param toTheEnd until the exchange is over and a few more runs are done, or for three seconds
   */
  private static int wrong(Runner runner, Exchange exchange, boolean toTheEnd) {
    int wrong = 0;
    int after = 0;
    long start = System.nanoTime();
    long deadline = toTheEnd ? DEADLINE_NANOS : SOME_NANOS;
    float[] output = new float[GRAPH.outputShape().size()];
    for (int run = 0; after < LAST_RUNS && System.nanoTime() - start < deadline; run++) {
      after += toTheEnd && (exchange == null || exchange.isOver()) ? 1 : 0;
      runner.begin();
      runner.run(INPUTS[run % IMAGES], 0, null);
      runner.copyValueNchw(GRAPH.outputName(), output, 0);
      runner.end();
      wrong += Arrays.equals(output, EXPECTED[run % IMAGES]) ? 0 : 1;
    }
    return wrong;
  }

  private static boolean hasThread() {
    return Thread.getAllStackTraces().keySet().stream()
        .anyMatch(thread -> thread.getName().equals("setun-exchange"));
  }

  private static boolean awaitNoThread() throws InterruptedException {
    long start = System.nanoTime();
    while (hasThread() && System.nanoTime() - start < DEADLINE_NANOS) {
      Thread.sleep(20);
    }
    return !hasThread();
  }

  /** Whether a session and its network go while the thread is at work on the network's kernels. */
  private static boolean isCollected() throws InterruptedException {
    WeakReference<Session> session = new WeakReference<>(untilTheThreadRuns());
    long start = System.nanoTime();
    while (session.get() != null && System.nanoTime() - start < DEADLINE_NANOS) {
      System.gc();
      Thread.sleep(20);
    }
    return session.get() == null;
  }

  private static Session untilTheThreadRuns() {
    Session session = Network.compile(GRAPH).session();
    long start = System.nanoTime();
    while (!hasThread() && System.nanoTime() - start < DEADLINE_NANOS) {
      session.run(INPUTS[0]);
    }
    System.out.println("thread began " + hasThread());
    return session;
  }
}
