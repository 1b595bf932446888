package org.setun.kernels;

import java.util.List;
import java.util.concurrent.Executor;
import org.setun.kernels.plan.Plan;

/**
 * A network ready to run: parameters packed for the kernels of this JVM. Immutable; any number of
 * threads may share one, each with a {@link Session} of its own.
 *
 * <pre>{@code
 * Network network = Network.compile(graph);
 * Session session = network.session();
 * float[] logits = session.run(image);
 * }</pre>
 */
public final class Network {
  private final Plan plan;
  private final Kernels kernels;
  private final Shape inputShape;
  private final Shape outputShape;
  private final String outputName;

  private Network(NetworkGraph graph, Kernels kernels) {
    this.kernels = kernels;
    this.inputShape = graph.inputShape();
    this.outputShape = graph.outputShape();
    this.outputName = graph.outputName();
    this.plan = new Plan(graph, kernels.set(), kernels::chooseGemm, kernels::boundMacsPerCycle);
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
   * Packs a graph for given kernels.
   *
   * @param graph what to compute
   * @param kernels what to compute it with
   * @return the network
   */
  public static Network compile(NetworkGraph graph, Kernels kernels) {
    return new Network(graph, kernels);
  }

  /** {@return the shape of one input image; images are handed over as NCHW} */
  public Shape inputShape() {
    return inputShape;
  }

  /** {@return the shape of the output of one image} */
  public Shape outputShape() {
    return outputShape;
  }

  /** {@return the kernels that run the network} */
  public Kernels kernels() {
    return kernels;
  }

  /** {@return the passes of a run in order, input preparation included} */
  public List<StepInfo> steps() {
    return plan.describe();
  }

  /**
   * Creates a session that runs on the calling thread alone.
   *
   * @return the session, with memory of its own
   */
  public Session session() {
    return new Session(plan, inputShape, outputShape, outputName, 1, null);
  }

  /**
   * Creates a session that spreads each run over several threads. Results are identical for any
   * number of threads.
   *
   * @param threads threads including the one that calls {@link Session#run}, at least 1
   * @param executor lends the other threads for the length of a run, in which they are busy all the
   *     time; a run ends even if the executor never starts a task
   * @return the session, with memory of its own
   * @throws IllegalArgumentException if {@code threads} is below 1, or above 1 without an executor
   */
  public Session session(int threads, Executor executor) {
    if (threads < 1) {
      throw new IllegalArgumentException(threads + " threads");
    }
    if (threads > 1 && executor == null) {
      throw new IllegalArgumentException(threads + " threads need an executor");
    }
    return new Session(plan, inputShape, outputShape, outputName, threads, executor);
  }
}
