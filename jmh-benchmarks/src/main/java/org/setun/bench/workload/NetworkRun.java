// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.workload;

import java.util.Arrays;
import java.util.concurrent.Executor;
import org.setun.kernels.Kernels;
import org.setun.kernels.Network;
import org.setun.kernels.NetworkGraph;
import org.setun.kernels.Session;
import org.setun.kernels.StepInfo;

/** A whole network in a session, with a batch of random images. */
public final class NetworkRun {
  private final String name;
  private final NetworkGraph graph;
  private final Network network;
  private final Session session;
  private final int batch;
  private final int threads;
  private final float[] images;
  private final float[] outputs;

  /**
   * Compiles a network.
   *
   * @param network see {@link #graph}
   * @param implementation {@code scalar} or {@code vector}
   * @param batch images in a run
   * @param threads threads of the session
   * @param executor lends all but one of them
   */
  public NetworkRun(
      String network, String implementation, int batch, int threads, Executor executor) {
    this.name = network;
    this.graph = graph(network);
    this.network = Network.compile(graph, kernels(implementation));
    this.session = this.network.session(threads, executor);
    this.batch = batch;
    this.threads = threads;
    this.images = new RandomParameters(1).normal(batch * graph.inputShape().size(), 1);
    this.outputs = new float[batch * graph.outputShape().size()];
  }

  /**
   * A network by name: {@code resnet18}, {@code resnet18-fp32} or {@code small}.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static NetworkGraph graph(String name) {
    return switch (name) {
      case "resnet18" -> Networks.resNet18();
      case "resnet18-fp32" -> Networks.floatResNet18();
      case "small" -> Networks.small();
      default -> throw new IllegalArgumentException("no network '" + name + "'");
    };
  }

  private static Kernels kernels(String implementation) {
    return switch (implementation) {
      case "scalar" -> Kernels.scalar();
      case "vector" -> Kernels.vector();
      default -> throw new IllegalArgumentException("neither scalar nor vector: " + implementation);
    };
  }

  /**
   * Compares the first and last image's outputs with those of the other kind of kernels.
   *
   * @throws IllegalStateException if they differ
   */
  public void check() {
    boolean scalar = network.kernels().implementation().equals("scalar");
    Kernels other = scalar ? Kernels.vector() : Kernels.scalar();
    Session reference = Network.compile(graph, other).session();
    run();
    int in = graph.inputShape().size();
    int out = graph.outputShape().size();
    for (int n = 0; n < batch; n += Math.max(1, batch - 1)) {
      Agreement.check(
          describe(),
          Arrays.copyOfRange(outputs, n * out, (n + 1) * out),
          other.implementation(),
          reference.run(Arrays.copyOfRange(images, n * in, (n + 1) * in)),
          1e-3);
    }
  }

  /** Runs the batch; returns the outputs, which the next run overwrites. */
  public float[] run() {
    session.run(images, outputs, batch);
    return outputs;
  }

  /** What one {@link #run} does; no bound is known of its fp32 layers. */
  public Cost cost() {
    double macs = network.steps().stream().mapToLong(StepInfo::macs).sum();
    return Cost.ofMacs(1, macs).times(batch);
  }

  /** The network and what it runs on, for people to read. */
  public String describe() {
    return "%s, batch %d, %d thread(s), %s"
        .formatted(name, batch, threads, network.kernels().implementation());
  }

  /** The compiled network. */
  public Network network() {
    return network;
  }
}
