package org.setun.server.batch;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.setun.loader.Prediction;
import org.setun.server.input.Inputs;
import org.setun.server.input.Refusal;

/** One request on its way through the queue. */
public final class Job {
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
   * What the network says.
   *
   * @param predictions for each input the likeliest classes, the best first
   * @param several whether the inputs came as several, be it one
   * @param times what it took
   */
  public record Result(List<List<Prediction>> predictions, boolean several, Times times) {}

  /**
   * What a job took, in nanoseconds.
   *
   * @param queue until a thread took it
   * @param decode to decode its inputs
   * @param run in the batches that its inputs were in
   */
  public record Times(long queue, long decode, long run) {}

  private final Decoder decoder;
  private final int top;
  private final BooleanSupplier gone;
  private final CompletableFuture<Result> result = new CompletableFuture<>();
  private final List<List<Prediction>> predictions = new ArrayList<>();
  private final long arrived = System.nanoTime();
  private Inputs inputs;
  private long waited;
  private long decoded;
  private long ran;

  /**
   * Makes a job.
   *
   * @param decoder decodes the inputs, on the thread that will run them
   * @param top how many classes to name for each input
   * @param gone tells whether nobody waits for the result any more
   */
  public Job(Decoder decoder, int top, BooleanSupplier gone) {
    this.decoder = decoder;
    this.top = top;
    this.gone = gone;
  }

  /**
   * {@return what the network says; cancelling it drops the job, and a client that is gone cancels
   * it}
   */
  public CompletableFuture<Result> result() {
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

  int top() {
    return top;
  }

  void fail(Throwable cause) {
    result.completeExceptionally(cause);
  }

  /** Takes the predictions of the next input. */
  void add(List<Prediction> best) {
    if (!Double.isFinite(best.getFirst().probability())) {
      fail(new Refusal(422, "the network's output overflows fp32"));
    }
    predictions.add(best);
    if (predictions.size() == inputs.count()) {
      result.complete(new Result(predictions, inputs.several(), new Times(waited, decoded, ran)));
    }
  }
}
