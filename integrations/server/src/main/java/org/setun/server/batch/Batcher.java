// SPDX-License-Identifier: Apache-2.0
package org.setun.server.batch;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.setun.loader.Model;
import org.setun.server.input.Inputs;
import org.setun.server.input.Refusal;
import org.setun.server.options.ServerOptions;

/** Runs jobs in batches, on threads of which each has its own session. */
public final class Batcher implements AutoCloseable {
  private static final Logger LOG = System.getLogger(Batcher.class.getName());

  private final Supplier<BatchRunner> runners;
  private final BatchObserver observer;
  private final int batch;
  private final int inputSize;
  private final int outputSize;
  private final JobQueue queue;
  private final CountDownLatch cold;
  private volatile boolean failed;
  private final List<Thread> threads = new ArrayList<>();

  /**
   * Prepares the threads; {@link #start} starts them.
   *
   * @param name what the names of its threads end with
   * @param model the model, for the size of its inputs and outputs
   * @param runners makes a warmed-up runner, on the thread that will use it
   * @param options threads, queue and batch
   * @param observer is told what the threads do
   */
  public Batcher(
      String name,
      Model model,
      Supplier<BatchRunner> runners,
      ServerOptions options,
      BatchObserver observer) {
    this.runners = runners;
    this.observer = observer;
    this.batch = options.batch();
    this.inputSize = model.network().inputShape().size();
    this.outputSize = model.network().outputShape().size();
    this.queue =
        new JobQueue(options.queue(), options.threads(), options.batch(), options.batchWait());
    this.cold = new CountDownLatch(options.threads());
    for (int i = 0; i < options.threads(); i++) {
      // Daemons: a JVM that must end does not wait for a run.
      threads.add(
          Thread.ofPlatform().daemon().name("setun-run-" + i + "-" + name).unstarted(this::serve));
    }
  }

  /** Starts the threads, which then warm up. */
  public void start() {
    threads.forEach(Thread::start);
  }

  /** {@return whether every thread has warmed up} */
  public boolean isWarm() {
    return cold.getCount() == 0 && !failed;
  }

  /**
   * Waits until every thread has warmed up, or one has failed to.
   *
   * @return whether all have
   * @throws InterruptedException if the waiting thread is interrupted
   */
  public boolean awaitWarm() throws InterruptedException {
    cold.await();
    return !failed;
  }

  /** {@return jobs that wait} */
  public int queued() {
    return queue.size();
  }

  /** {@return whether a job would be refused now} */
  public boolean isFull() {
    return queue.isFull();
  }

  /**
   * Appends a job to the queue.
   *
   * @param job the job
   * @return false if it is refused: the queue is full, or the batcher is closed
   */
  public boolean offer(Job<?> job) {
    return queue.offer(job);
  }

  /** From now on no batch waits for others to join it. */
  public void hurry() {
    queue.hurry();
  }

  /** Refuses further jobs, and lets the threads end when those accepted have been run. */
  public void shutDown() {
    queue.close();
  }

  /** Shuts down and waits for that, unless it is still warming up. */
  @Override
  public void close() {
    shutDown();
    if (!isWarm()) {
      return;
    }
    try {
      for (Thread thread : threads) {
        thread.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void serve() {
    try {
      Rows rows = new Rows(warmRunner());
      for (List<Job<?>> jobs = queue.take(); !jobs.isEmpty(); jobs = queue.take()) {
        run(rows, jobs);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) {
      LOG.log(Level.ERROR, "a thread that runs the network has ended", e);
    }
  }

  private BatchRunner warmRunner() {
    try {
      return runners.get();
    } catch (RuntimeException | Error e) {
      failed = true;
      throw e;
    } finally {
      cold.countDown();
    }
  }

  private void run(Rows rows, List<Job<?>> jobs) {
    for (Job<?> job : jobs) {
      observer.waited(Duration.ofNanos(job.taken()));
      if (job.isWanted()) {
        decode(rows, job);
      }
    }
    rows.flush();
  }

  private static void decode(Rows rows, Job<?> job) {
    try {
      Inputs inputs = job.decode();
      for (int i = 0; i < inputs.count(); i++) {
        inputs.copyTo(i, rows.inputs, rows.next());
        rows.add(job);
      }
    } catch (Refusal | RuntimeException | OutOfMemoryError e) {
      // One request must not take the thread, or the rest of its batch, with it.
      job.fail(e);
    }
  }

  /** The inputs of a batch side by side, and whose they are. */
  private final class Rows {
    private final BatchRunner runner;
    private final float[] inputs = new float[Math.multiplyExact(batch, inputSize)];
    private final float[] outputs = new float[Math.multiplyExact(batch, outputSize)];
    private final List<Job<?>> owners = new ArrayList<>();

    Rows(BatchRunner runner) {
      this.runner = runner;
    }

    /** Where the next input goes. */
    int next() {
      return owners.size() * inputSize;
    }

    void add(Job<?> owner) {
      owners.add(owner);
      if (owners.size() == batch) {
        flush();
      }
    }

    void flush() {
      if (!owners.isEmpty()) {
        try {
          runAll();
        } catch (RuntimeException | OutOfMemoryError e) {
          owners.forEach(owner -> owner.fail(e));
        }
        owners.clear();
      }
    }

    private void runAll() {
      long start = System.nanoTime();
      runner.run(inputs, outputs, owners.size());
      long nanos = System.nanoTime() - start;
      observer.ran(owners.size(), Duration.ofNanos(nanos));
      // Several inputs of a job may be in a batch; they lie side by side.
      for (int i = 0; i < owners.size(); i++) {
        if (i == 0 || owners.get(i) != owners.get(i - 1)) {
          owners.get(i).ran(nanos);
        }
      }
      for (int i = 0; i < owners.size(); i++) {
        owners.get(i).add(outputs, i * outputSize, outputSize);
      }
    }
  }
}
