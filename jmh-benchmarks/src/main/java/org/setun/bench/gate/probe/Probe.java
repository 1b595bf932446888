// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.gate.probe;

import com.sun.management.ThreadMXBean;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import org.setun.bench.workload.Networks;
import org.setun.bench.workload.RandomParameters;
import org.setun.cli.ClockProbe;
import org.setun.kernels.Kernels;
import org.setun.kernels.Network;
import org.setun.kernels.NetworkGraph;
import org.setun.kernels.Session;
import org.setun.kernels.StepInfo;

/**
 * The measured process: runs ResNet-18 on one thread and takes the time of each of its passes. A
 * pass is over within 0.2 to 3 ms, less than a scheduler's slice, so even on a busy machine many of
 * them run undisturbed.
 *
 * <p>Takes commands from standard input, one a line, and answers each with one line on standard
 * output that begins with {@value #MARK}:
 *
 * <ul>
 *   <li>{@code warm}: runs until C2 has done its work; {@code settled} or {@code unsettled}
 *   <li>{@code turn RUNS}: a run that is not timed, then so many that are; {@code done}
 *   <li>{@code times}: for each pass, its name and the nanoseconds of all its runs so far,
 *       separated by blanks; a tab between passes
 *   <li>{@code bytes}: bytes that a run allocates
 *   <li>{@code clock}: gigahertz
 * </ul>
 *
 * <p>The first answer, {@code ready IMPLEMENTATION} or {@code incompatible ERROR}, comes without a
 * command. The process ends with its input.
 */
public final class Probe {
  /** Begins every answer: the JVM writes to standard output too. */
  public static final String MARK = "@probe ";

  private static final long WARM_UP_LIMIT_NANOS = 60_000_000_000L;

  /**
   * Warm when in so many runs no pass was faster than before by 3 %. No compilation is under way
   * then, as the gate compiles in the foreground.
   */
  private static final int STEADY_RUNS = 12;

  private static final int ALLOCATION_RUNS = 5;
  private static final int ALLOCATION_TRIES = 5;
  private static final int MOST_RUNS = 10_000;

  private final Session session;
  private final float[] image;
  private final float[] output;
  private final List<String> passes;
  private final long[] nanos;
  private final int[][] times;
  private int runs;

  private Probe() {
    NetworkGraph graph = Networks.resNet18();
    Network network = Network.compile(graph);
    session = network.session();
    image = new RandomParameters(1).normal(graph.inputShape().size(), 1);
    output = new float[graph.outputShape().size()];
    passes = network.steps().stream().map(StepInfo::name).toList();
    nanos = new long[passes.size()];
    times = new int[passes.size()][MOST_RUNS];
  }

  /**
   * Serves until standard input ends.
   *
   * @param arguments none
   */
  public static void main(String[] arguments) throws IOException {
    try {
      Probe probe = new Probe();
      answer("ready " + Kernels.best().implementation());
      BufferedReader commands = new BufferedReader(new InputStreamReader(System.in));
      for (String line = commands.readLine(); line != null; line = commands.readLine()) {
        answer(probe.serve(line.split(" ")));
      }
    } catch (LinkageError e) {
      answer("incompatible " + e);
    }
  }

  private static void answer(String text) {
    System.out.println(MARK + text.replace('\n', ' '));
    System.out.flush();
  }

  private String serve(String[] command) {
    return switch (command[0]) {
      case "warm" -> warmUp() ? "settled" : "unsettled";
      case "turn" -> turn(Integer.parseInt(command[1]));
      case "times" -> allTimes();
      case "bytes" -> Long.toString(allocatedBytes());
      case "clock" -> Double.toString(ClockProbe.gigahertz());
      default -> throw new IllegalArgumentException(command[0]);
    };
  }

  private boolean warmUp() {
    long[] best = new long[nanos.length];
    Arrays.fill(best, Long.MAX_VALUE);
    long start = System.nanoTime();
    for (int steady = 0; steady < STEADY_RUNS; steady++) {
      if (System.nanoTime() - start > WARM_UP_LIMIT_NANOS) {
        return false;
      }
      session.time(image, output, nanos);
      for (int pass = 0; pass < nanos.length; pass++) {
        if (nanos[pass] < best[pass] * 0.97) {
          best[pass] = nanos[pass];
          steady = 0;
        }
      }
    }
    return true;
  }

  private String turn(int length) {
    // Brings back into the caches what another process has evicted.
    session.time(image, output, nanos);
    for (int end = runs + length; runs < end; runs++) {
      session.time(image, output, nanos);
      for (int pass = 0; pass < nanos.length; pass++) {
        times[pass][runs] = (int) Math.min(nanos[pass], Integer.MAX_VALUE);
      }
    }
    return "done";
  }

  private String allTimes() {
    StringBuilder text = new StringBuilder();
    for (int pass = 0; pass < nanos.length; pass++) {
      text.append(pass == 0 ? "" : "\t").append(passes.get(pass).replace(' ', '_'));
      for (int run = 0; run < runs; run++) {
        text.append(' ').append(times[pass][run]);
      }
    }
    return text.toString();
  }

  /** The least of some tries: what a run always allocates, not what a late compilation does. */
  private long allocatedBytes() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long least = Long.MAX_VALUE;
    for (int attempt = 0; attempt < ALLOCATION_TRIES; attempt++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int run = 0; run < ALLOCATION_RUNS; run++) {
        session.run(image, output, 1);
      }
      long after = threads.getCurrentThreadAllocatedBytes();
      least = Math.min(least, (after - before) / ALLOCATION_RUNS);
    }
    return least;
  }
}
