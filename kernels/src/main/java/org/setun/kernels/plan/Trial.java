// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.plan;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;
import org.setun.kernels.pass.Buffers;
import org.setun.kernels.pass.Operation;
import org.setun.kernels.pass.Scratch;
import org.setun.kernels.pass.Step;

/**
 * Runs a plan's own kernels in the background until C2 has compiled them, on memory of its own and
 * on an image of noise. A step is tried for a slice of time, chunk by chunk, beside the same chunk
 * on the substitutes; it is moved when it is no slower. Then all others have a slice, so that C2
 * gets to see all kernels early.
 */
final class Trial implements Runnable {
  /** Chunks as for so many threads: a single chunk may be a whole layer. */
  private static final int THREADS = 4;

  /** Processor time for which one step is tried. */
  private static final long SLICE_NANOS = 4_000_000;

  /** Processor time that a trial takes at most. */
  private static final long MOST_NANOS = 10_000_000_000L;

  private static final ThreadMXBean THREAD_TIMES = ManagementFactory.getThreadMXBean();
  private static final boolean HAS_THREAD_TIMES = THREAD_TIMES.isCurrentThreadCpuTimeSupported();

  private final List<Operation> own;
  private final List<Operation> substitutes;
  private final Memory memory;
  private final int imageFloats;
  private final Exchange.Progress progress;
  private final BooleanSupplier abandoned;

  /**
   * Prepares a trial.
   *
   * @param plan whose steps are to be moved
   * @param substitutes what they run on now
   * @param progress told of each step
   * @param abandoned whether no session is left
   */
  Trial(
      Plan plan,
      List<Operation> substitutes,
      Exchange.Progress progress,
      BooleanSupplier abandoned) {
    this.own = plan.operations();
    this.substitutes = substitutes;
    this.memory = plan.memory();
    this.imageFloats = plan.imageFloats();
    this.progress = progress;
    this.abandoned = abandoned;
  }

  @Override
  public void run() {
    try {
      if (!isOver()) {
        tryAll();
      }
    } finally {
      progress.end();
    }
  }

  private boolean isOver() {
    return progress.isOver() || abandoned.getAsBoolean();
  }

  private void tryAll() {
    Buffers buffers = memory.allocate(THREADS);
    Scratch scratch = new Scratch(memory.scratch());
    SplittableRandom random = new SplittableRandom(1958);
    float[] image = new float[imageFloats];
    for (int i = 0; i < image.length; i++) {
      image[i] = (float) random.nextDouble(-2, 2);
    }
    buffers.image(image, 0);
    Step[] present = steps(substitutes::get, buffers);
    Step[] next = steps(own::get, buffers);
    for (Step step : present) {
      for (int chunk = 0; chunk < step.chunks(); chunk++) {
        step.run(chunk, scratch);
      }
    }
    long start = now();
    while (!isOver() && now() - start < MOST_NANOS) {
      long passStart = now();
      Set<String> waiting = new HashSet<>();
      for (int i = 0; i < next.length && !isOver(); i++) {
        String kind = Exchange.kind(own.get(i));
        if (progress.isMoved(i) || waiting.contains(kind)) {
          continue;
        }
        if (isNoSlower(next[i], present[i], scratch)) {
          progress.move(i, kind);
        } else {
          waiting.add(kind);
        }
      }
      if (!isOver()) {
        pause(now() - passStart);
      }
    }
  }

  private Step[] steps(IntFunction<Operation> operations, Buffers buffers) {
    Step[] steps = new Step[own.size()];
    for (int i = 0; i < steps.length; i++) {
      steps[i] = operations.apply(i).bind(buffers);
    }
    return steps;
  }

  /** Tries a step for a slice of time. */
  private static boolean isNoSlower(Step next, Step present, Scratch scratch) {
    // Twice each: the first call may meet cold caches.
    long before = Math.min(time(present, 0, scratch), time(present, 0, scratch));
    long deadline = now() + SLICE_NANOS;
    int good = 0;
    do {
      good = time(next, 0, scratch) <= before + before / 8 ? good + 1 : 0;
    } while (good == 1 || good == 0 && now() < deadline);
    return good == 2;
  }

  private static long time(Step step, int chunk, Scratch scratch) {
    long start = now();
    step.run(chunk, scratch);
    return now() - start;
  }

  /** The thread's processor time where the JVM tells it: others may keep the processors busy. */
  private static long now() {
    return HAS_THREAD_TIMES ? THREAD_TIMES.getCurrentThreadCpuTime() : System.nanoTime();
  }

  /** Leaves at least half of a processor to others, C2 among them. */
  private void pause(long nanos) {
    try {
      Thread.sleep(Math.clamp(nanos / 1_000_000, 1, 100));
    } catch (InterruptedException e) {
      progress.end(); // nobody interrupts it; if somebody does, it ends
    }
  }
}
