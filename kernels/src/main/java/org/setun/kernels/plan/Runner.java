// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.plan;

import java.util.List;
import java.util.concurrent.Executor;
import org.setun.kernels.Shape;
import org.setun.kernels.pass.Buffers;
import org.setun.kernels.pass.Operation;
import org.setun.kernels.pass.Step;
import org.setun.kernels.pass.Value;

/** A plan bound to memory and threads: runs one image at a time. Not thread-safe. */
public final class Runner {
  private final Plan plan;
  private final Buffers buffers;
  private final Team team;
  private final int stepCount;

  /** The steps as the team runs them. */
  private final Step[] steps;

  /** The steps on the plan's own kernels. */
  private final Step[] own;

  /** What some steps run on as yet; {@code null} when all are moved. */
  private Exchange exchange;

  /**
   * Allocates all memory; runs on the plan's own kernels.
   *
   * @param plan what to run
   * @param threads threads including the calling one, at least 1
   * @param executor lends the other threads; may be {@code null} if {@code threads} is 1
   */
  public Runner(Plan plan, int threads, Executor executor) {
    this(plan, null, threads, executor);
  }

  /**
   * Allocates all memory.
   *
   * @param plan what to run
   * @param exchange what to start on; {@code null}: on the plan's own kernels
   * @param threads threads including the calling one, at least 1
   * @param executor lends the other threads; may be {@code null} if {@code threads} is 1
   */
  public Runner(Plan plan, Exchange exchange, int threads, Executor executor) {
    this.plan = plan;
    this.exchange = exchange;
    this.buffers = plan.memory().allocate(threads);
    List<Operation> operations = plan.operations();
    this.stepCount = operations.size();
    this.own = new Step[stepCount];
    this.steps = new Step[stepCount];
    for (int i = 0; i < stepCount; i++) {
      own[i] = operations.get(i).bind(buffers);
      steps[i] =
          exchange == null || exchange.isMoved(i) ? own[i] : exchange.substitute(i).bind(buffers);
    }
    this.team = new Team(steps, threads, executor, plan.memory().scratch());
  }

  /** What is told after each step. */
  @FunctionalInterface
  public interface Listener {
    /**
     * A step has ended.
     *
     * @param index which one
     */
    void after(int index);
  }

  /** Number of steps. */
  public int stepCount() {
    return stepCount;
  }

  /** Calls the helping threads; they stay until {@link #end}. */
  public void begin() {
    team.call();
  }

  /** Lets the helping threads go. */
  public void end() {
    team.dismiss();
    buffers.image(null, 0);
  }

  /**
   * Runs all steps on one image.
   *
   * @param images NCHW
   * @param offset index of the image's first value
   * @param listener told after each step, or {@code null}
   */
  public void run(float[] images, int offset, Listener listener) {
    buffers.image(images, offset);
    long start = 0;
    if (exchange != null) {
      moveSteps();
      start = System.nanoTime();
    }
    for (int i = 0; i < stepCount; i++) {
      team.run(i);
      if (listener != null) {
        listener.after(i);
      }
    }
    if (exchange != null) {
      exchange.afterImage(System.nanoTime() - start);
    }
  }

  /**
   * Moves the steps that are to be moved. Helpers of the last image's last step may still look at
   * the steps; whichever of two they see does the same.
   */
  private void moveSteps() {
    int moved = 0;
    for (int i = 0; i < stepCount; i++) {
      if (exchange.isMoved(i)) {
        steps[i] = own[i];
        moved++;
      }
    }
    if (moved == stepCount) {
      exchange = null;
    }
  }

  /** Runs on the plan's own kernels from now on, and lets all other sessions do so too. */
  public void moveAll() {
    if (exchange != null) {
      exchange.moveAll();
    }
  }

  /**
   * Runs one step of the last run once more, on the same buffers: what a benchmark of a single
   * layer repeats.
   */
  public void repeat(int index) {
    team.run(index);
  }

  /**
   * Name of the value that step {@code index} leaves behind, or {@code null} if it only prepares
   * another step's input.
   */
  public String output(int index) {
    Operation operation = plan.operations().get(index);
    return operation.layers().isEmpty() ? null : operation.output().name();
  }

  /** Shape of a value. */
  public Shape shape(String name) {
    return plan.shape(name);
  }

  /** Copies a value, NHWC without gaps. Valid right after the step that made it. */
  public void copyValue(String name, float[] out, int offset) {
    Value value = plan.value(name);
    value.layout().toNhwc(plan.shape(name), buffers.value(value), out, offset);
  }

  /** Copies a value, NCHW without gaps. Valid right after the step that made it. */
  public void copyValueNchw(String name, float[] out, int offset) {
    Value value = plan.value(name);
    value.layout().toNchw(plan.shape(name), buffers.value(value), out, offset);
  }

  /** Bytes of memory that the runner owns. */
  public long bytes() {
    return plan.memory().bytes() + buffers.threads() * plan.memory().scratch().bytes();
  }
}
