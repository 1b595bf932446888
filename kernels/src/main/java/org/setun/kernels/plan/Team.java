// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.plan;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.setun.kernels.pass.Scratch;
import org.setun.kernels.pass.Step;

/**
 * Runs a list of steps on the calling thread and on helpers that the caller's executor lends for
 * the length of a run. The calling thread never waits for a helper to start: whoever is there takes
 * the next chunk, and if no helper comes it does them all. Which thread runs a chunk does not
 * change its result.
 *
 * <p>A chunk is taken by adding 1 to {@link #ticket}, whose upper half names the step of the run
 * and whose lower half counts the step's chunks. The step changes only when all its chunks are
 * done, so a ticket that was valid when taken stays valid until then. A run allocates nothing here.
 */
public final class Team {
  /**
   * In the place of a step: no run is going on. (The number of steps stands for a run whose first
   * step is yet to come.)
   */
  private static final int IDLE = -1;

  /** Pauses before yielding the processor: some 50 µs, longer than the gap between two passes. */
  private static final int SPINS = 1000;

  private final Step[] steps;
  private final Executor executor;
  private final Scratch ownScratch;
  private final Helper[] helpers;
  private final AtomicLong ticket = new AtomicLong(pack(IDLE));
  private final AtomicInteger done = new AtomicInteger();
  private final AtomicReference<Throwable> failure = new AtomicReference<>();

  /** The thread that runs the steps. */
  private volatile Thread caller;

  /**
   * Forms a team.
   *
   * @param steps the steps in order
   * @param threads threads including the calling one
   * @param executor lends the others; not used if {@code threads} is 1
   * @param need working memory of a thread
   */
  public Team(Step[] steps, int threads, Executor executor, Scratch.Need need) {
    this.steps = steps;
    this.executor = executor;
    this.ownScratch = new Scratch(need);
    this.helpers = new Helper[threads - 1];
    for (int i = 0; i < helpers.length; i++) {
      helpers[i] = new Helper(new Scratch(need));
    }
  }

  /**
   * Checks what a team is to be formed of.
   *
   * @throws IllegalArgumentException if {@code threads} is below 1, or above 1 without an executor
   */
  public static void requireThreads(int threads, Executor executor) {
    if (threads < 1) {
      throw new IllegalArgumentException(threads + " threads");
    }
    if (threads > 1 && executor == null) {
      throw new IllegalArgumentException(threads + " threads need an executor");
    }
  }

  /** Calls helpers; they work until {@link #dismiss}. */
  public void call() {
    if (helpers.length == 0) {
      return;
    }
    caller = Thread.currentThread();
    ticket.set(pack(steps.length));
    for (Helper helper : helpers) {
      // A helper that the executor has not yet run since the last call is still on its way.
      if (helper.called.compareAndSet(false, true)) {
        boolean accepted = false;
        try {
          executor.execute(helper);
          accepted = true;
        } catch (RejectedExecutionException e) {
          // One helper less.
        } finally {
          if (!accepted) {
            helper.called.set(false);
          }
        }
      }
    }
  }

  /** Lets the helpers go. */
  public void dismiss() {
    ticket.set(pack(IDLE));
  }

  /** Calls helpers, runs the only step to its end, and lets them go. */
  public void runAlone() {
    call();
    try {
      run(0);
    } finally {
      dismiss();
    }
  }

  /** Runs one step to its end. */
  public void run(int index) {
    Step step = steps[index];
    int chunks = step.chunks();
    if (helpers.length == 0 || chunks == 1) {
      for (int chunk = 0; chunk < chunks; chunk++) {
        step.run(chunk, ownScratch);
      }
      return;
    }
    done.set(0);
    ticket.set(pack(index));
    work(ownScratch);
    for (int spins = 0; done.get() < chunks; spins++) {
      pause(spins);
    }
    Throwable thrown = failure.getAndSet(null);
    if (thrown != null) {
      throw new IllegalStateException("a chunk of a step failed", thrown);
    }
  }

  /** Waits a little; on a machine with more to do than processors, lets others go first. */
  private static void pause(int spins) {
    if (spins < SPINS) {
      Thread.onSpinWait();
    } else {
      Thread.yield();
    }
  }

  private static long pack(int index) {
    return (long) index << 32;
  }

  /**
   * Takes and runs chunks until the present step has none left; returns whether the run goes on.
   */
  private boolean work(Scratch scratch) {
    while (true) {
      long taken = ticket.get();
      int index = (int) (taken >> 32);
      int chunk = (int) taken;
      if (index == IDLE) {
        return false;
      }
      if (index == steps.length) {
        return true;
      }
      Step step = steps[index];
      if (chunk >= step.chunks()) {
        return true;
      }
      if (ticket.compareAndSet(taken, taken + 1)) {
        try {
          step.run(chunk, scratch);
        } catch (Throwable t) {
          failure.compareAndSet(null, t);
        } finally {
          done.incrementAndGet();
        }
      }
    }
  }

  private final class Helper implements Runnable {
    private final Scratch scratch;
    private final AtomicBoolean called = new AtomicBoolean();

    Helper(Scratch scratch) {
      this.scratch = scratch;
    }

    @Override
    public void run() {
      if (Thread.currentThread() == caller) {
        // An executor that runs tasks on the thread that hands them in: helping would keep that
        // thread here, waiting for itself.
        called.set(false);
        return;
      }
      do {
        for (int spins = 0; work(scratch); spins++) {
          pause(spins);
        }
        called.set(false);
        // A call that came between the two found this helper still engaged and relies on it.
      } while (ticket.get() != pack(IDLE) && called.compareAndSet(false, true));
    }
  }
}
