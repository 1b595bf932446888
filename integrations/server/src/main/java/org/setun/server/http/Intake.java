// SPDX-License-Identifier: Apache-2.0
package org.setun.server.http;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.server.Request;
import org.setun.server.batch.Batcher;
import org.setun.server.batch.Job;
import org.setun.server.input.Inputs;
import org.setun.server.input.Refusal;
import org.setun.server.options.ServerOptions;

/** Reads a request's body and waits for its turn, within limits that all routes share. */
final class Intake {
  private final BodyReader bodies;
  private final MemoryBudget memory;
  private final int maxBody;
  private final Duration timeout;

  /** Decodes a body, on the thread that will run it. */
  @FunctionalInterface
  interface Decoder {
    Inputs decode(byte[] body) throws Refusal;
  }

  Intake(BodyReader bodies, ServerOptions options) {
    this.bodies = bodies;
    // The rest is for decoded images and for what the collector has not got to yet.
    this.memory =
        new MemoryBudget(Math.max(options.maxBody(), Runtime.getRuntime().maxMemory() / 4));
    this.maxBody = options.maxBody();
    this.timeout = options.timeout();
  }

  /**
   * Runs what a request asks for.
   *
   * @param batcher what runs it
   * @param decoder decodes the body
   * @param reading makes of each output what is asked for
   * @return what the network says; empty if the client is gone
   * @throws Refusal if it is not served
   * @throws IOException if the body breaks off
   */
  <T> Optional<Job.Result<T>> run(
      Request request, Batcher batcher, Decoder decoder, Job.Reading<T> reading)
      throws Refusal, IOException {
    boolean compressed = Gzip.isCompressed(request);
    try (MemoryBudget.Lease lease = memory.lease()) {
      if (!batcher.isWarm()) {
        throw new Refusal(503, "the server is warming up").with("Retry-After", "1");
      }
      if (batcher.isFull()) {
        throw full();
      }
      byte[] sent = bodies.read(request, lease);
      byte[] body = compressed ? Gzip.inflate(sent, maxBody, lease) : sent;
      if (body.length == 0) {
        throw new Refusal(400, "the body is empty");
      }
      Job<T> job =
          new Job<>(() -> decoder.decode(body), reading, ClientEndPoint.of(request)::isGone);
      if (!batcher.offer(job)) {
        throw full();
      }
      Optional<Job.Result<T>> result = await(job, timeout);
      result.ifPresent(each -> RequestLog.keep(request, each.times()));
      return result;
    }
  }

  private static Refusal full() {
    return new Refusal(429, "too many requests are waiting").with("Retry-After", "1");
  }

  private static <T> Optional<Job.Result<T>> await(Job<T> job, Duration timeout) throws Refusal {
    CompletableFuture<Job.Result<T>> result = job.result();
    try {
      return Optional.of(result.get(timeout.toNanos(), TimeUnit.NANOSECONDS));
    } catch (CancellationException e) {
      return Optional.empty();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Refusal refusal) {
        throw refusal;
      }
      throw new IllegalStateException("a request could not be run", e.getCause());
    } catch (TimeoutException e) {
      result.cancel(false);
      throw new Refusal(503, "no answer within " + timeout.toMillis() + " ms")
          .with("Retry-After", "1");
    } catch (InterruptedException e) {
      result.cancel(false);
      Thread.currentThread().interrupt();
      throw new Refusal(503, "the server is stopping");
    }
  }
}
