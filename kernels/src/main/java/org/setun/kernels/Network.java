// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import org.setun.kernels.plan.Exchange;
import org.setun.kernels.plan.Plan;
import org.setun.kernels.plan.Team;

/**
 * A network ready to run: parameters packed for the kernels of this JVM. Immutable; any number of
 * threads may share one, each with a {@link Session} of its own or one from a {@link SessionPool}.
 * All of it lies on the heap: there is nothing to close, and no file stays open or mapped.
 *
 * <pre>{@code
 * Network network = Network.load(Path.of("model.setun"));
 * Session session = network.session();
 * float[] logits = session.run(image);
 * }</pre>
 *
 * @since 0.1
 */
public final class Network {
  private final Plan plan;

  /** What sessions start on, or {@code null}: on the plan's own kernels. */
  private final Exchange exchange;

  private final Kernels kernels;
  private final String name;
  private final Shape inputShape;
  private final Shape outputShape;
  private final String outputName;

  private Network(NetworkGraph graph, Kernels kernels, String name) {
    Kernels.Compiled compiled = kernels.compile(graph);
    this.kernels = compiled.kernels();
    this.plan = compiled.plan();
    this.exchange = compiled.exchange();
    this.name = name;
    this.inputShape = graph.inputShape();
    this.outputShape = graph.outputShape();
    this.outputName = graph.outputName();
  }

  /**
   * Reads a network from a file and packs it for the best kernels of this JVM.
   *
   * <p>This module reads no files itself: it asks the {@link org.setun.kernels.spi.NetworkReader}s
   * of other modules. That of {@code org.setun:setun-model-loader} reads packed models ({@code
   * .setun}) and training checkpoints; the file may be deleted afterwards.
   *
   * @param file the file
   * @return the network, named after the file
   * @throws IOException if the file cannot be read; the message names it and the cause
   * @throws IllegalStateException if no reader is on the class path or module path; the message
   *     names the dependency to add
   * @throws KernelSelectionException if a system property asks for kernels that cannot be had
   */
  public static Network load(Path file) throws IOException {
    Objects.requireNonNull(file, "file");
    NetworkGraph graph = NetworkReaders.read(file, NetworkReaders.find());
    return compile(graph, Kernels.best(), String.valueOf(file.getFileName()));
  }

  /**
   * Packs a graph for the best kernels of this JVM, see {@link Kernels#best}.
   *
   * @param graph what to compute
   * @return the network
   * @throws KernelSelectionException if a system property asks for kernels that cannot be had
   */
  public static Network compile(NetworkGraph graph) {
    return compile(graph, Kernels.best());
  }

  /**
   * Packs a graph for given kernels. Each kernel that the network runs on is checked once in a JVM
   * beside a plain computation; one that fails is left out, with a warning.
   *
   * @param graph what to compute
   * @param kernels what to compute it with
   * @return the network
   * @throws KernelSelectionException if a system property asks for a kernel that fails its check
   */
  public static Network compile(NetworkGraph graph, Kernels kernels) {
    return compile(graph, kernels, "unnamed");
  }

  /**
   * Packs a graph for given kernels and gives it a name.
   *
   * @param graph what to compute
   * @param kernels what to compute it with
   * @param name for people to read
   * @return the network
   * @throws KernelSelectionException if a system property asks for a kernel that fails its check
   */
  public static Network compile(NetworkGraph graph, Kernels kernels, String name) {
    Objects.requireNonNull(graph, "graph");
    Objects.requireNonNull(kernels, "kernels");
    Objects.requireNonNull(name, "name");
    return new Network(graph, kernels, name);
  }

  /** {@return the name, for people to read} */
  public String name() {
    return name;
  }

  /** {@return the shape of one input image} */
  public Shape inputShape() {
    return inputShape;
  }

  /** {@return the shape of the output of one image} */
  public Shape outputShape() {
    return outputShape;
  }

  /**
   * {@return the kernels that run the network: those it was compiled for, or the scalar ones if
   * those failed their check}
   */
  public Kernels kernels() {
    return kernels;
  }

  /**
   * {@return the passes of a run in order, input preparation included, each with the kernel that it
   * runs on once that is compiled, see {@link Session}}
   */
  public List<StepInfo> steps() {
    return plan.describe();
  }

  /**
   * Creates a session that runs on the calling thread alone.
   *
   * @return the session, with memory of its own
   */
  public Session session() {
    return session(1, null);
  }

  /**
   * Creates a session that spreads each run over several threads. Results are identical for any
   * number of threads.
   *
   * @param threads threads including the one that calls {@link Session#run}, at least 1
   * @param executor lends the other threads for the length of a run, in which they are busy all the
   *     time; a run ends even if the executor never starts a task; may be {@code null} for one
   *     thread
   * @return the session, with memory of its own
   * @throws IllegalArgumentException if {@code threads} is below 1, or above 1 without an executor
   */
  public Session session(int threads, Executor executor) {

    Team.requireThreads(threads, executor);
    return new Session(this, plan, exchange, outputName, threads, executor);
  }

  /**
   * Creates a pool of sessions that run on their borrower's thread alone.
   *
   * @param size how many sessions there may be, at least 1; more than processors gain nothing
   * @return the pool, still without a session
   * @throws IllegalArgumentException if {@code size} is below 1
   */
  public SessionPool pool(int size) {
    return new SessionPool(size, this::session);
  }

  /** Name, extents and kernels, for messages. */
  @Override
  public String toString() {
    return "Network "
        + name
        + ", "
        + inputShape
        + " to "
        + outputShape
        + ", on "
        + kernels.implementation();
  }
}
