// SPDX-License-Identifier: Apache-2.0
package org.setun.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.setun.cli.BenchResult.LayerTime;
import org.setun.kernels.Network;
import org.setun.kernels.Session;
import org.setun.kernels.StepInfo;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code setun bench}: how fast a model runs, and where the time goes. */
@Command(
    name = "bench",
    description = "Measures latency and throughput of a model, and the time of each layer.")
final class BenchCommand implements Callable<Integer> {
  /** Fewer runs say nothing of the 95th percentile. */
  private static final int FEWEST_RUNS = 40;

  @Mixin private ModelArgument model;

  @Option(
      names = "--batch",
      paramLabel = "B",
      defaultValue = "1",
      description = "Run B images at a time. The default is ${DEFAULT-VALUE}.")
  private int batch;

  @Option(
      names = "--threads",
      paramLabel = "T",
      defaultValue = "1",
      description = "Use a session of T threads. The default is ${DEFAULT-VALUE}.")
  private int threads;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "2",
      description =
          "Measure runs for S seconds, and then layers for as long. The default is"
              + " ${DEFAULT-VALUE}.")
  private double seconds;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    if (batch < 1 || threads < 1 || !(seconds > 0)) {
      throw new ParameterException(
          spec.commandLine(), "--batch, --threads and --seconds must be positive");
    }
    Network network = model.load().network();
    BenchResult result;
    try (ExecutorService executor = Executors.newFixedThreadPool(Math.max(1, threads - 1))) {
      Session session = network.session(threads, executor);
      double warmUp = session.warmUp().toNanos() / 1e9;
      result = measure(network, session);
      if (!json) {
        spec.commandLine().getOut().println(Units.format("warm-up         %.1f s", warmUp));
      }
    }
    if (json) {
      spec.commandLine().getOut().println(result.toJson());
    } else {
      print(result);
    }
    return 0;
  }

  private BenchResult measure(Network network, Session session) {
    float[] images = new float[Math.multiplyExact(batch, network.inputShape().size())];
    float[] outputs = new float[Math.multiplyExact(batch, network.outputShape().size())];
    List<Long> runs = new ArrayList<>();
    long end = System.nanoTime() + (long) (seconds * 1e9);
    while (System.nanoTime() < end || runs.size() < FEWEST_RUNS) {
      long start = System.nanoTime();
      session.run(images, outputs, batch);
      runs.add(System.nanoTime() - start);
    }
    long[] nanos = runs.stream().mapToLong(Long::longValue).sorted().toArray();
    return new BenchResult(
        percentile(nanos, 0.5) / 1e6,
        percentile(nanos, 0.95) / 1e6,
        threads,
        batch,
        network.kernels().implementation(),
        BenchResult.Machine.of(network.kernels()),
        layers(network, session, images, outputs));
  }

  /** The median time of each pass over one image. */
  private List<LayerTime> layers(Network network, Session session, float[] image, float[] output) {
    List<StepInfo> steps = network.steps();
    List<long[]> times = new ArrayList<>();
    long end = System.nanoTime() + (long) (seconds * 1e9);
    while (System.nanoTime() < end || times.size() < FEWEST_RUNS) {
      long[] run = new long[steps.size()];
      session.time(image, output, run);
      times.add(run);
    }
    double gigahertz = ClockProbe.gigahertz();
    List<LayerTime> layers = new ArrayList<>();
    for (int i = 0; i < steps.size(); i++) {
      StepInfo step = steps.get(i);
      int index = i;
      long[] sorted = times.stream().mapToLong(run -> run[index]).sorted().toArray();
      double nanos = Math.max(1, percentile(sorted, 0.5));
      double bound = step.boundMacsPerCycle() * gigahertz * threads;
      layers.add(
          new LayerTime(step.name(), step.kernel(), nanos / 1e3, step.macs() / nanos, bound));
    }
    return layers;
  }

  private void print(BenchResult result) {
    PrintWriter out = spec.commandLine().getOut();
    out.println("implementation  " + result.implementation());
    out.println(
        Units.format(
            "latency         %.3f ms median, %.3f ms 95th percentile (batch %d, threads %d)",
            result.medianMillis(), result.p95Millis(), batch, threads));
    out.println(Units.format("throughput      %,.1f images/s", result.imagesPerSecond()));
    if (result.layersDiffer()) {
      out.println(
          Units.format(
              "note            the layers below add up to %.3f ms an image, the runs took %.3f:"
                  + " measure again on a quiet machine",
              result.layersMillis(), result.medianMillis() / batch));
    }
    Table table = new Table("layer", "µs>", "GMAC/s>", "of bound>", "kernel");
    for (LayerTime layer : result.layers()) {
      table.row(
          layer.name(),
          Units.format("%.1f", layer.micros()),
          layer.gmacsPerSecond() == 0 ? "" : Units.format("%.1f", layer.gmacsPerSecond()),
          Double.isNaN(layer.shareOfBound()) ? "" : Units.percent(layer.shareOfBound()),
          layer.kernel());
    }
    table.print(out);
  }

  /** The value that a share of the sorted values does not exceed. */
  private static double percentile(long[] sorted, double share) {
    return sorted[(int) Math.ceil(share * sorted.length) - 1];
  }
}
