// SPDX-License-Identifier: Apache-2.0
package org.setun.server.http;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Supplier;
import org.setun.server.batch.BatchObserver;

/** What the server counts and measures, in the text format of Prometheus. */
public final class Metrics implements BatchObserver, AutoCloseable {
  /** From a fifth of a small network's run to the longest that a client would wait. */
  private static final Duration[] BUCKETS = {
    Duration.ofNanos(100_000),
    Duration.ofNanos(250_000),
    Duration.ofNanos(500_000),
    Duration.ofMillis(1),
    Duration.ofNanos(2_500_000),
    Duration.ofMillis(5),
    Duration.ofMillis(10),
    Duration.ofMillis(25),
    Duration.ofMillis(50),
    Duration.ofMillis(100),
    Duration.ofMillis(250),
    Duration.ofMillis(500),
    Duration.ofSeconds(1),
    Duration.ofMillis(2500),
    Duration.ofSeconds(5),
    Duration.ofSeconds(10)
  };

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics collector = new JvmGcMetrics();
  private final Timer waiting = timer("setun.queue", "From a request's arrival to its turn");
  private final Timer running = timer("setun.run", "The network's time for a batch");
  private final Counter gone =
      Counter.builder("setun.gone")
          .description("Requests whose client hung up before their turn")
          .register(registry);
  private final DistributionSummary batches =
      DistributionSummary.builder("setun.batch.inputs")
          .description("Inputs of a batch")
          .serviceLevelObjectives(1, 2, 4, 8, 16, 32, 64)
          .register(registry);

  /** Starts with the JVM's own figures. */
  public Metrics() {
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    collector.bindTo(registry);
  }

  /**
   * Adds the length of the queue.
   *
   * @param queued tells it
   */
  public void queue(Supplier<Number> queued) {
    Gauge.builder("setun.queued", queued)
        .description("Requests that wait for a thread")
        .register(registry);
  }

  @Override
  public void waited(Duration time) {
    waiting.record(time);
  }

  @Override
  public void ran(int inputs, Duration time) {
    running.record(time);
    batches.record(inputs);
  }

  /** A request has been answered. */
  void answered(String route, int status, Duration time) {
    Timer.builder("setun.requests")
        .description("From a request's head to its answer")
        .tag("route", route)
        .tag("status", Integer.toString(status))
        .serviceLevelObjectives(BUCKETS)
        .register(registry)
        .record(time);
  }

  /** A client hung up before its request's turn. */
  void gone() {
    gone.increment();
  }

  Answer scrape() {
    return new Answer(
        200,
        "text/plain; version=0.0.4; charset=utf-8",
        registry.scrape().getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void close() {
    collector.close();
    registry.close();
  }

  private Timer timer(String name, String description) {
    return Timer.builder(name)
        .description(description)
        .serviceLevelObjectives(BUCKETS)
        .register(registry);
  }
}
