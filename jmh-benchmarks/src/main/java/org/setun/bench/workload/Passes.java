// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.workload;

import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.setun.kernels.NetworkGraph;
import org.setun.kernels.StepInfo;
import org.setun.kernels.plan.Plan;
import org.setun.kernels.plan.Runner;

/**
 * Some passes of a network, repeated on the values that one run left in memory: a layer without
 * what brings an image in and logits out. Runs on the calling thread; allocates nothing.
 */
public final class Passes {
  private final Plan plan;
  private final Runner runner;
  private final String output;
  private final int outputSize;
  private final int[] selected;
  private final float[] image;

  /**
   * Runs the network once.
   *
   * @param graph the network
   * @param implementation the kernels
   * @param selection which passes to repeat
   * @throws IllegalArgumentException if no pass is selected
   */
  public Passes(NetworkGraph graph, Implementation implementation, Predicate<StepInfo> selection) {
    plan = implementation.plan(graph);
    runner = new Runner(plan, 1, null);
    output = graph.outputName();
    outputSize = graph.outputShape().size();
    List<StepInfo> steps = plan.describe();
    selected = IntStream.range(0, steps.size()).filter(i -> selection.test(steps.get(i))).toArray();
    if (selected.length == 0) {
      throw new IllegalArgumentException("no pass of " + steps + " is selected");
    }
    image = new RandomParameters(1).normal(graph.inputShape().size(), 1);
    runner.run(image, 0, null);
  }

  /** The pass of one layer, with all layers that share it. */
  public static Predicate<StepInfo> of(String layer) {
    return step -> step.layers().contains(layer);
  }

  /** All passes but the one that only rearranges the caller's image. */
  public static Predicate<StepInfo> allButImage() {
    return step -> !step.name().equals(NetworkGraph.INPUT);
  }

  /** Runs the selected passes. */
  public void run() {
    for (int index : selected) {
      runner.repeat(index);
    }
  }

  /** Runs the whole network on the one image; returns its output, NCHW. */
  public float[] wholeRun() {
    runner.run(image, 0, null);
    float[] values = new float[outputSize];
    runner.copyValueNchw(output, values, 0);
    return values;
  }

  /** The selected passes. */
  public List<StepInfo> steps() {
    List<StepInfo> steps = plan.describe();
    return IntStream.of(selected).mapToObj(steps::get).toList();
  }

  /** Multiply-adds of the selected passes. */
  public long macs() {
    return steps().stream().mapToLong(StepInfo::macs).sum();
  }

  /** What runs, for people to read. */
  public String describe() {
    return steps().stream()
        .map(step -> step.name() + " on " + step.kernel())
        .collect(Collectors.joining(", "));
  }
}
