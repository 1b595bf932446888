// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.setun.kernels.events.RunEvent;
import org.setun.kernels.events.RunRecorder;
import org.setun.kernels.plan.Exchange;
import org.setun.kernels.plan.Plan;
import org.setun.kernels.plan.Runner;

/**
 * Runs a {@link Network}. A session owns all the memory that a run needs, so a run allocates
 * nothing; it serves one thread at a time. Nothing has to be closed.
 *
 * <p>Images and outputs are NCHW, see {@link Shape}. Of a batch, every image is computed by itself:
 * outputs do not depend on their neighbours. A batch of 0 is allowed and does nothing.
 *
 * <p>The first images run on scalar kernels: vectors are slow until the JVM's optimizing compiler
 * has compiled the kernels. Once images have taken a tenth of a second, a daemon thread of the name
 * {@code setun-exchange} runs the vector kernels on images of noise, in memory of its own that is
 * as large as a session's, at most one thread for all networks of a JVM and for at most ten seconds
 * of processor time; it ends when all are compiled, or when the network is no longer reachable.
 * Each pass of a network moves to its vector kernel, in all sessions, when that has become no
 * slower. Results are the same to the bit all the time. {@link #warmUp}, or {@code
 * -Dsetun.start=vector} for all, does without scalar kernels and without the thread; so do networks
 * for which less than four times that memory is free, and those that are compiled for kernels which
 * the caller or {@code -Dsetun.kernels} has asked for.
 *
 * <p>Inputs that are not finite are not refused: where they meet a ternary layer NaN becomes the
 * trit +1, as in the published code, and ±∞ the trit ±1; through fp32 layers they spread as IEEE
 * 754 says, so outputs may be NaN. They leave no trace in later runs.
 *
 * <p>Each run is a Java Flight Recorder event {@code org.setun.Run}, each of its passes one of
 * {@code org.setun.Layer}. Both are disabled unless a recording asks for them by name.
 *
 * @since 0.1
 */
public final class Session {
  private final Runner runner;
  private final RunRecorder recorder;
  private final Shape inputShape;
  private final Shape outputShape;
  private final String outputName;
  private final Network network;
  private final int threads;
  private final AtomicBoolean busy = new AtomicBoolean();

  /** One image and one output on the way from and to memory segments; made when first needed. */
  private float[] segmentImage;

  private float[] segmentOutput;

  Session(
      Network network,
      Plan plan,
      Exchange exchange,
      String outputName,
      int threads,
      Executor executor) {
    this.runner = new Runner(plan, exchange, threads, executor);
    this.recorder =
        new RunRecorder(
            network.name(), network.kernels().implementation(), network.steps(), threads);
    this.inputShape = network.inputShape();
    this.outputShape = network.outputShape();
    this.outputName = outputName;
    this.network = network;
    this.threads = threads;
  }

  /**
   * Receives the values that a traced run leaves behind.
   *
   * @since 0.1
   */
  @FunctionalInterface
  public interface Observer {
    /**
     * A pass has ended.
     *
     * @param name name of the value: that of the last layer of the pass
     * @param shape shape of the value
     * @param nhwc a copy of the value, NHWC as {@link Shape} says
     */
    void value(String name, Shape shape, float[] nhwc);
  }

  /**
   * Runs one image.
   *
   * @param image NCHW, as many values as the input shape has
   * @return the output, NCHW
   * @throws IllegalArgumentException if the length is wrong
   * @throws IllegalStateException if the session is in use by another thread
   */
  public float[] run(float[] image) {
    Objects.requireNonNull(image, "image");
    if (image.length != inputShape.size()) {
      throw new IllegalArgumentException(
          image.length + " input values, an image of " + inputShape + " has " + inputShape.size());
    }
    float[] output = new float[outputShape.size()];
    run(image, output, 1);
    return output;
  }

  /**
   * Runs a batch, image after image.
   *
   * @param images N images, NCHW
   * @param outputs receives N outputs, NCHW
   * @param batch N, at least 0; with 0 nothing is read or written
   * @throws IllegalArgumentException if an array is shorter than the batch needs
   * @throws IllegalStateException if the session is in use by another thread
   */
  public void run(float[] images, float[] outputs, int batch) {
    Objects.requireNonNull(images, "images");
    Objects.requireNonNull(outputs, "outputs");
    check(images.length, outputs.length, batch);
    acquire();
    RunEvent event = recorder.begin();
    try {
      for (int n = 0; n < batch; n++) {
        runner.run(images, n * inputShape.size(), recorder.passes(n));
        runner.copyValueNchw(outputName, outputs, n * outputShape.size());
      }
    } finally {
      recorder.end(event, batch);
      release();
    }
  }

  /**
   * Runs a batch that lies in memory segments, on the heap or off it, image after image. Values are
   * 32-bit floats in the machine's byte order at any address; a direct buffer's segment is {@link
   * MemorySegment#ofBuffer}. They are copied to the session and back.
   *
   * @param images N images, NCHW
   * @param outputs receives N outputs, NCHW
   * @param batch N, at least 0; with 0 nothing is read or written
   * @throws IllegalArgumentException if a segment is smaller than the batch needs, or {@code
   *     outputs} is read-only
   * @throws IllegalStateException if the session is in use by another thread, or a segment's arena
   *     is closed
   * @throws WrongThreadException if a segment belongs to another thread
   */
  public void run(MemorySegment images, MemorySegment outputs, int batch) {
    Objects.requireNonNull(images, "images");
    Objects.requireNonNull(outputs, "outputs");
    check(images.byteSize() / Float.BYTES, outputs.byteSize() / Float.BYTES, batch);
    if (outputs.isReadOnly()) {
      throw new IllegalArgumentException("the segment for outputs is read-only");
    }
    acquire();
    RunEvent event = recorder.begin();
    try {
      if (segmentImage == null) {
        segmentImage = new float[inputShape.size()];
        segmentOutput = new float[outputShape.size()];
      }
      for (int n = 0; n < batch; n++) {
        long from = (long) n * Float.BYTES * segmentImage.length;
        MemorySegment.copy(
            images, ValueLayout.JAVA_FLOAT_UNALIGNED, from, segmentImage, 0, segmentImage.length);
        runner.run(segmentImage, 0, recorder.passes(n));
        runner.copyValueNchw(outputName, segmentOutput, 0);
        long to = (long) n * Float.BYTES * segmentOutput.length;
        MemorySegment.copy(
            segmentOutput, 0, outputs, ValueLayout.JAVA_FLOAT_UNALIGNED, to, segmentOutput.length);
      }
    } finally {
      recorder.end(event, batch);
      release();
    }
  }

  /**
   * Runs one image and takes the time of every pass.
   *
   * @param image NCHW
   * @param output receives the output, NCHW
   * @param nanos receives the duration of each pass in nanoseconds, in the order of {@link
   *     Network#steps}
   * @throws IllegalArgumentException if an array is too short
   * @throws IllegalStateException if the session is in use by another thread
   */
  public void time(float[] image, float[] output, long[] nanos) {
    Objects.requireNonNull(image, "image");
    Objects.requireNonNull(output, "output");
    Objects.requireNonNull(nanos, "nanos");
    check(image.length, output.length, 1);
    if (nanos.length < runner.stepCount()) {
      throw new IllegalArgumentException(
          "room for " + nanos.length + " times, " + runner.stepCount() + " passes");
    }
    acquire();
    try {
      nanos[0] = System.nanoTime();
      runner.run(
          image,
          0,
          index -> {
            long now = System.nanoTime();
            nanos[index] = now - nanos[index];
            if (index + 1 < runner.stepCount()) {
              nanos[index + 1] = now;
            }
          });
      runner.copyValueNchw(outputName, output, 0);
    } finally {
      release();
    }
  }

  /**
   * Runs one image and shows every value that is left in memory; layers that share a pass leave one
   * value.
   *
   * @param image NCHW
   * @param observer told of each value in turn
   * @throws IllegalArgumentException if the image is too short
   * @throws IllegalStateException if the session is in use by another thread
   */
  public void trace(float[] image, Observer observer) {
    Objects.requireNonNull(image, "image");
    Objects.requireNonNull(observer, "observer");
    check(image.length, outputShape.size(), 1);
    acquire();
    try {
      runner.run(
          image,
          0,
          index -> {
            String name = runner.output(index);
            if (name != null) {
              Shape shape = runner.shape(name);
              float[] copy = new float[shape.size()];
              runner.copyValue(name, copy, 0);
              observer.value(name, shape, copy);
            }
          });
    } finally {
      release();
    }
  }

  /**
   * Brings the session to full speed: runs images of zeros until the run time has stopped falling,
   * that is until the JVM has compiled the kernels. Takes a few seconds in a new JVM, a few runs in
   * a warm one. All sessions of the network run on its final kernels from now on.
   *
   * @return how long it took
   */
  public Duration warmUp() {
    float[] image = new float[inputShape.size()];
    float[] output = new float[outputShape.size()];
    runner.moveAll();
    long start = System.nanoTime();
    long best = Long.MAX_VALUE;
    long improved = start;
    long now = start;
    int runs = 0;
    // C2 works in the background: at least 20 runs and 300 ms without a run faster by 2 %, but
    // never more than 30 s.
    while (now - start < 30_000_000_000L && (runs < 20 || now - improved < 300_000_000L)) {
      run(image, output, 1);
      long end = System.nanoTime();
      if (end - now < best * 0.98) {
        best = end - now;
        improved = end;
      }
      now = end;
      runs++;
    }
    return Duration.ofNanos(now - start);
  }

  /** {@return the bytes of memory that the session owns} */
  public long memoryBytes() {
    long segments = segmentImage == null ? 0 : inputShape.size() + outputShape.size();
    return runner.bytes() + Float.BYTES * segments;
  }

  private void check(long inputs, long outputs, int batch) {
    if (batch < 0) {
      throw new IllegalArgumentException("batch of " + batch);
    }
    if (inputs < (long) batch * inputShape.size()) {
      throw new IllegalArgumentException(
          inputs
              + " input values, "
              + batch
              + " of "
              + inputShape
              + " need "
              + (long) batch * inputShape.size());
    }
    if (outputs < (long) batch * outputShape.size()) {
      throw new IllegalArgumentException(
          "room for "
              + outputs
              + " output values, "
              + batch
              + " of "
              + outputShape
              + " need "
              + (long) batch * outputShape.size());
    }
  }

  private void acquire() {
    if (!busy.compareAndSet(false, true)) {
      throw new IllegalStateException(
          "the session is in use by another thread;"
              + " give each thread its own, or let them share a SessionPool");
    }
    boolean begun = false;
    try {
      runner.begin();
      begun = true;
    } finally {
      if (!begun) {
        release(); // the executor threw something else than a rejection
      }
    }
  }

  private void release() {
    runner.end();
    busy.set(false);
  }

  /** Network and threads, for messages. */
  @Override
  public String toString() {
    return "Session of " + network + (threads == 1 ? "" : ", " + threads + " threads");
  }
}
