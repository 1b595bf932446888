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

  /**
   * Allocates all memory.
   *
   * @param plan what to run
   * @param threads threads including the calling one, at least 1
   * @param executor lends the other threads; may be {@code null} if {@code threads} is 1
   */
  public Runner(Plan plan, int threads, Executor executor) {
    this.plan = plan;
    this.buffers = plan.memory().allocate(threads);
    List<Operation> operations = plan.operations();
    this.stepCount = operations.size();
    Step[] steps = new Step[stepCount];
    for (int i = 0; i < stepCount; i++) {
      steps[i] = operations.get(i).bind(buffers);
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
    for (int i = 0; i < stepCount; i++) {
      team.run(i);
      if (listener != null) {
        listener.after(i);
      }
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
