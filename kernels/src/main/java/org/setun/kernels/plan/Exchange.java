// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.plan;

import java.lang.ref.WeakReference;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import org.setun.kernels.op.KernelSet;
import org.setun.kernels.pass.Operation;

/**
 * What the steps of a plan run on until C2 has compiled the plan's own kernels: interpreted, a
 * vector is an object, and a first run takes several times as long as on scalar kernels. All
 * sessions of a network share one exchange. After the first image a {@link Trial} begins to run the
 * plan's own kernels on memory of its own; a step that has become faster on them than on the
 * substitutes is moved to them, in each session before its next image. Both leave the same values
 * to the bit, in the same layouts.
 */
public final class Exchange {
  /**
   * At most one trial at a time runs in a JVM, and its thread ends when there is none left. It
   * keeps neither the class loader nor other values of the thread that began it.
   */
  private static final ThreadPoolExecutor TRIALS = trials();

  /**
   * Time that images have to take before a trial begins: who runs a few small ones is done before
   * it would have paid.
   */
  private static final long BEGIN_NANOS = 100_000_000;

  /** Kinds of steps that some network's trial has moved: another network starts on them. */
  private static final Set<String> COMPILED = ConcurrentHashMap.newKeySet();

  private final List<Operation> substitutes;
  private final Progress progress;
  private final Plan plan;
  private final KernelSet apart;
  private final AtomicLong nanos = new AtomicLong();
  private final AtomicBoolean begun = new AtomicBoolean();

  /**
   * Starts a plan on substitutes.
   *
   * @param plan the plan
   * @param substitutes kernels with the layouts of the plan's own
   * @param apart the same as objects of other classes, which the trial compares with
   */
  public Exchange(Plan plan, KernelSet substitutes, KernelSet apart) {
    this.plan = plan;
    this.apart = apart;
    this.substitutes = plan.on(substitutes);
    this.progress = new Progress(plan.operations().size());
    for (int i = 0; i < plan.operations().size(); i++) {
      Operation own = plan.operations().get(i);
      if (own == this.substitutes.get(i) || COMPILED.contains(kind(own))) {
        progress.move(i);
      }
    }
  }

  private static ThreadPoolExecutor trials() {
    ThreadPoolExecutor executor =
        new ThreadPoolExecutor(
            1, 1, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), Exchange::thread);
    executor.allowCoreThreadTimeOut(true);
    return executor;
  }

  private static Thread thread(Runnable work) {
    Thread thread =
        Thread.ofPlatform()
            .daemon()
            .name("setun-exchange")
            .inheritInheritableThreadLocals(false)
            .unstarted(work);
    thread.setContextClassLoader(null);
    return thread;
  }

  static String kind(Operation operation) {
    return operation.getClass().getName() + " " + operation.kernel();
  }

  /** The operation in place of the plan's own. */
  Operation substitute(int index) {
    return substitutes.get(index);
  }

  /** Whether a step is to run on the plan's own kernels. */
  public boolean isMoved(int index) {
    return progress.isMoved(index);
  }

  /** Whether no trial will move any more steps. */
  public boolean isOver() {
    return progress.isOver();
  }

  /**
   * Begins the trial when it is time to; called after an image.
   *
   * @param imageNanos time that the image took
   */
  void afterImage(long imageNanos) {
    if (nanos.addAndGet(imageNanos) < BEGIN_NANOS
        || isOver()
        || !begun.compareAndSet(false, true)) {
      return;
    }
    if (4 * (plan.memory().bytes() + plan.memory().scratch().bytes()) > freeBytes()) {
      moveAll(); // no room for another session's memory
      return;
    }
    WeakReference<Exchange> owner = new WeakReference<>(this);
    TRIALS.execute(new Trial(plan, plan.on(apart), progress, () -> owner.get() == null));
  }

  private static long freeBytes() {
    Runtime runtime = Runtime.getRuntime();
    return runtime.maxMemory() - runtime.totalMemory() + runtime.freeMemory();
  }

  /** Moves a step, whether its kernels are compiled or not. */
  public void move(int index) {
    progress.move(index);
  }

  /** Moves all steps, whether their kernels are compiled or not. */
  public void moveAll() {
    for (int i = 0; i < substitutes.size(); i++) {
      progress.move(i);
    }
    progress.end();
  }

  /** How far an exchange is; shared with a trial, which must not keep the sessions' network. */
  static final class Progress {
    private final AtomicIntegerArray moved;
    private volatile boolean over;

    Progress(int steps) {
      moved = new AtomicIntegerArray(steps);
    }

    boolean isMoved(int index) {
      return moved.get(index) != 0;
    }

    boolean isOver() {
      return over;
    }

    /** Moves a step, and ends with the last. */
    void move(int index) {
      moved.set(index, 1);
      for (int i = 0; i < moved.length(); i++) {
        if (moved.get(i) == 0) {
          return;
        }
      }
      over = true;
    }

    /** Moves a step whose kernels are compiled. */
    void move(int index, String kind) {
      COMPILED.add(kind);
      move(index);
    }

    /** Nothing is moved any more. */
    void end() {
      over = true;
    }
  }
}
