// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.suite;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.setun.bench.compare.Interval;
import org.setun.bench.workload.Networks;
import org.setun.bench.workload.RandomParameters;
import org.setun.cli.ClockProbe;
import org.setun.kernels.Kernels;
import org.setun.kernels.Network;
import org.setun.kernels.NetworkGraph;
import org.setun.kernels.Session;
import org.setun.kernels.StepInfo;

/**
 * A pass of ResNet-18 on one thread, within a run of the whole network: a row of {@code
 * layers.json}.
 *
 * @param name its last layer
 * @param kernel the kernel it runs on
 * @param macs multiply-adds; 0 if it is not a matrix product
 * @param parameterBytes bytes of its packed parameters
 * @param micros median time
 * @param microsLow lower end of the median's 95 % confidence interval
 * @param microsHigh its upper end
 * @param ofPortBound share of what two vector ports could do; 0 if unknown
 */
public record LayerTimes(
    String name,
    String kernel,
    long macs,
    long parameterBytes,
    double micros,
    double microsLow,
    double microsHigh,
    double ofPortBound) {

  /** Times all passes, over and over, for a given time. */
  static List<LayerTimes> measure(Duration duration) {
    NetworkGraph graph = Networks.resNet18();
    Network network = Network.compile(graph, Kernels.best());
    Session session = network.session();
    session.warmUp();
    float[] image = new RandomParameters(1).normal(graph.inputShape().size(), 1);
    float[] output = new float[graph.outputShape().size()];
    List<long[]> runs = new ArrayList<>();
    long end = System.nanoTime() + duration.toNanos();
    do {
      long[] run = new long[network.steps().size()];
      session.time(image, output, run);
      runs.add(run);
    } while (System.nanoTime() < end);
    double gigahertz = ClockProbe.gigahertz();
    List<LayerTimes> layers = new ArrayList<>();
    for (int i = 0; i < network.steps().size(); i++) {
      int index = i;
      Interval micros =
          Interval.ofMedian(runs.stream().mapToDouble(run -> run[index] / 1e3).toArray());
      layers.add(of(network.steps().get(i), micros, gigahertz));
    }
    return layers;
  }

  private static LayerTimes of(StepInfo step, Interval micros, double gigahertz) {
    double bound = step.boundMacsPerCycle() * gigahertz * micros.median() * 1e3;
    // A bound that was exceeded is none: the machine has more ports than it assumes.
    boolean known = bound >= step.macs() && step.macs() > 0;
    return new LayerTimes(
        step.name(),
        step.kernel(),
        step.macs(),
        step.parameterBytes(),
        micros.median(),
        micros.low(),
        micros.high(),
        known ? step.macs() / bound : 0);
  }
}
