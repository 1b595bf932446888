// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.gate.depth;

import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.stream.Collectors;
import org.setun.bench.workload.Networks;
import org.setun.bench.workload.RandomParameters;
import org.setun.kernels.Kernels;
import org.setun.kernels.Network;
import org.setun.kernels.NetworkGraph;
import org.setun.kernels.Session;

/**
 * The measured process: runs ternary layers at all call depths. It is not compiled itself, see
 * {@link DepthCheck}, as that would move the stack while it measures.
 */
public final class DepthProbe {
  /** Begins the line with the kernels. */
  static final String RUNS_ON = "@runs ";

  /**
   * Begins a line with a result: name, median in nanoseconds, and slow depths as {@code 17:1.42}.
   */
  static final String RESULT = "@depths ";

  /** Runs after {@link Session#warmUp}: C1 compiles what is called 200 times. */
  private static final int WARM_UP_RUNS = 300;

  /** What is compiled while it measures may move the stack; it then begins again. */
  private static final int MOST_ATTEMPTS = 4;

  /**
   * It does not begin again after so long: a busy machine takes several times as long as a quiet
   * one.
   */
  private static final long ATTEMPTS_NANOS = 15_000_000_000L;

  private final DepthCallers callers = DepthCallers.make();

  private DepthProbe() {}

  /** A run of a network; a class of its own, because the class of a lambda would be compiled. */
  private static final class Body implements Runnable {
    private final Session session;
    private final float[] image;
    private final float[] output;

    Body(NetworkGraph graph) {
      session = Network.compile(graph).session();
      image = new RandomParameters(1).normal(graph.inputShape().size(), 1);
      output = new float[graph.outputShape().size()];
      session.warmUp();
    }

    @Override
    public void run() {
      session.run(image, output, 1);
    }
  }

  /**
   * Measures two layers of 256 channels at 14 × 14, and two of 512 at 7 × 7.
   *
   * @param arguments none
   */
  public static void main(String[] arguments) {
    DepthProbe probe = new DepthProbe();
    System.out.println(RUNS_ON + Kernels.best().implementation());
    probe.measure("256@14", Networks.halfBlock(256, 14));
    probe.measure("512@7", Networks.halfBlock(512, 7));
  }

  private void measure(String name, NetworkGraph graph) {
    Body body = new Body(graph);
    for (int i = 0; i < WARM_UP_RUNS; i++) {
      callers.call(i % DepthCallers.DEPTHS, body);
    }
    CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();
    DepthSearch search;
    int attempts = 0;
    long begin = System.nanoTime();
    long compiled;
    do {
      compiled = 0;
      search = new DepthSearch(DepthCallers.DEPTHS);
      for (int[] depths = search.next(); depths.length > 0; depths = search.next()) {
        long[] nanos = new long[depths.length];
        compiled -= compiler.getTotalCompilationTime();
        for (int i = 0; i < depths.length; i++) {
          long start = System.nanoTime();
          callers.call(depths[i], body);
          nanos[i] = System.nanoTime() - start;
        }
        compiled += compiler.getTotalCompilationTime();
        search.add(nanos);
      }
      attempts++;
    } while (compiled > 0
        && attempts < MOST_ATTEMPTS
        && System.nanoTime() - begin < ATTEMPTS_NANOS);
    System.out.println(
        RESULT
            + name
            + String.format(Locale.ROOT, " %.0f ", search.medianNanos())
            + search.slow().stream()
                .map(slow -> String.format(Locale.ROOT, "%d:%.3f", slow.depth(), slow.ratio()))
                .collect(Collectors.joining(" ")));
  }
}
