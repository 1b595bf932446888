// SPDX-License-Identifier: Apache-2.0
package org.setun.server.batch;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.setun.server.input.Inputs;
import org.setun.server.input.Refusal;

/**
 * One request on its way through the queue.
 *
 * @param <T> what is made of the network's output for one input
 */
public final class Job<T> {
  /** Decodes a request's inputs. */
  @FunctionalInterface
  public interface Decoder {
    /**
     * Decodes.
     *
     * @return the inputs
     * @throws Refusal if what the client sent is no good
     */
    Inputs decode() throws Refusal;
  }

  /**
   * Makes of an output what the request asks for.
   *
   * @param <T> that
   */
  @FunctionalInterface
  public interface Reading<T> {
    /**
     * Reads one output.
     *
     * @param outputs the outputs of a batch, which the next one overwrites
     * @param from index of this output's first value
     * @return what it says
     */
    T read(float[] outputs, int from);
  }

  /**
   * What the network says.
   *
   * @param <T> what is made of one output
   * @param outputs one for each input
   * @param several whether the inputs came as several, be it one
   * @param times what it took
   */
  public record Result<T>(List<T> outputs, boolean several, Times times) {}

  /**
   * What a job took, in nanoseconds.
   *
   * @param queue until a thread took it
   * @param decode to decode its inputs
   * @param run in the batches that its inputs were in
   */
  public record Times(long queue, long decode, long run) {}

  private final Decoder decoder;
  private final Reading<T> reading;
  private final BooleanSupplier gone;
  private final CompletableFuture<Result<T>> result = new CompletableFuture<>();
  private final List<T> read = new ArrayList<>();
  private final long arrived = System.nanoTime();
  private Inputs inputs;
  private long waited;
  private long decoded;
  private long ran;

  /**
   * Makes a job.
   *
   * @param decoder decodes the inputs, on the thread that will run them
   * @param reading reads the outputs, on that thread too
   * @param gone tells whether nobody waits for the result any more
   */
  public Job(Decoder decoder, Reading<T> reading, BooleanSupplier gone) {
    this.decoder = decoder;
    this.reading = reading;
    this.gone = gone;
  }

  /**
   * {@return what the network says; cancelling it drops the job, and a client that is gone cancels
   * it}
   */
  public CompletableFuture<Result<T>> result() {
    return result;
  }

  /** {@return when the job was made, in the time of {@link System#nanoTime}} */
  long arrived() {
    return arrived;
  }

  /** A thread has taken it; returns how long it waited, in nanoseconds. */
  long taken() {
    waited = System.nanoTime() - arrived;
    return waited;
  }

  /** A batch with inputs of this job has been run. */
  void ran(long nanos) {
    ran += nanos;
  }

  /** Whether somebody still waits for the result; if not, the job is dropped. */
  boolean isWanted() {
    if (!result.isDone() && gone.getAsBoolean()) {
      result.cancel(false);
    }
    return !result.isDone();
  }

  Inputs decode() throws Refusal {
    long start = System.nanoTime();
    inputs = decoder.decode();
    decoded = System.nanoTime() - start;
    return inputs;
  }

  void fail(Throwable cause) {
    result.completeExceptionally(cause);
  }

  /** Takes the output of the next input: {@code size} values from {@code from} on. */
  void add(float[] outputs, int from, int size) {
    for (int i = from; i < from + size; i++) {
      if (!Float.isFinite(outputs[i])) {
        fail(new Refusal(422, "the network's output overflows fp32"));
        break;
      }
    }
    read.add(reading.read(outputs, from));
    if (read.size() == inputs.count()) {
      result.complete(new Result<>(read, inputs.several(), new Times(waited, decoded, ran)));
    }
  }
}
