// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.plan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.setun.kernels.Layer;
import org.setun.kernels.Layer.Convolution;
import org.setun.kernels.Layer.TernaryWeightConvolution;
import org.setun.kernels.NetworkGraph;
import org.setun.kernels.Shape;
import org.setun.kernels.StepInfo;
import org.setun.kernels.family.CostTable;
import org.setun.kernels.family.Offer;
import org.setun.kernels.family.TernaryFamily;
import org.setun.kernels.op.KernelSet;
import org.setun.kernels.pass.Operation;
import org.setun.kernels.pass.Value;
import org.setun.kernels.plan.Choice.Decision;
import org.setun.kernels.plan.Fusion.Pass;

/**
 * The operations that run a graph, with packed parameters, and how much memory their values take:
 * {@link Fusion} makes passes of layers, {@link Choice} picks how each is run among its {@link
 * Candidates}, {@link Lowering} builds the operations, {@link Memory} places what they leave. Does
 * not keep the graph: its parameters exist twice only while they are being packed. Immutable.
 */
public final class Plan {
  private final Map<String, Shape> shapes;

  /** Type of every layer, for people to read. */
  private final Map<String, String> kinds = new HashMap<>();

  /** Why a pass is run as it is, by its first layer. */
  private final Map<String, String> reasons = new HashMap<>();

  /** What the producer of a value leaves. */
  private final Map<String, Value> values = new HashMap<>();

  private final List<Offer> offers;
  private final List<Operation> operations;
  private final Memory memory;

  /**
   * Plans with all kernels of some families.
   *
   * @param graph what to compute
   * @param kernels what to compute everything but ternary convolutions with
   * @param families what to compute those with
   * @param costs what conversions and other passes cost
   */
  public Plan(
      NetworkGraph graph, KernelSet kernels, List<TernaryFamily> families, CostTable costs) {
    this(graph, kernels, families, costs, Set.of());
  }

  /**
   * Plans without some kernels.
   *
   * @param without names of kernels of the families that must not be used
   * @throws org.setun.kernels.KernelSelectionException if none is left for a layer
   */
  public Plan(
      NetworkGraph graph,
      KernelSet kernels,
      List<TernaryFamily> families,
      CostTable costs,
      Set<String> without) {
    shapes = graph.shapes();
    graph.layers().forEach(layer -> kinds.put(layer.name(), layer.getClass().getSimpleName()));
    List<Pass> passes = Fusion.passes(graph);
    List<Decision> decisions =
        Choice.decide(
            Candidates.of(graph, passes, needsImage(graph), kernels, families, costs, without),
            shapes,
            costs);
    Lowering.Lowered lowered = Lowering.lower(graph, passes, decisions, kernels);
    operations = lowered.operations();
    memory = new Memory(operations, lowered.maps(), shapes);
    offers =
        decisions.stream()
            .map(decision -> decision.chosen().offer())
            .filter(Objects::nonNull)
            .toList();
    int image = decisions.size() - passes.size();
    for (int i = 0; i < passes.size(); i++) {
      reasons.put(passes.get(i).layer().name(), reason(decisions.get(image + i)));
    }
    for (Operation operation : operations) {
      if (!operation.layers().isEmpty()) {
        values.put(operation.output().name(), operation.output());
      }
    }
  }

  /** An fp32 convolution reads the caller's image itself. */
  private static boolean needsImage(NetworkGraph graph) {
    return graph.layers().stream()
        .filter(l -> !(l instanceof Convolution || l instanceof TernaryWeightConvolution))
        .anyMatch((Layer l) -> l.inputs().contains(NetworkGraph.INPUT));
  }

  private static String reason(Decision decision) {
    Offer offer = decision.chosen().offer();
    if (offer == null) {
      return "";
    }
    List<Offer> both = new ArrayList<>(List.of(offer));
    if (decision.runnerUp() != null) {
      both.add(decision.runnerUp().offer());
    }
    return String.join(
        "; next ",
        both.stream()
            .map(o -> "%s: %s, %.0f ns".formatted(o.family(), o.kernel(), o.nanos()))
            .toList());
  }

  /** The operations in order, for people to read. */
  public List<StepInfo> describe() {
    return operations.stream().map(this::describe).toList();
  }

  private StepInfo describe(Operation operation) {
    boolean prepares = operation.layers().isEmpty();
    String first = prepares ? null : operation.layers().getFirst();
    return new StepInfo(
        operation.name(),
        operation.layers(),
        prepares ? StepInfo.PREPARATION : kinds.get(first),
        operation.kernel(),
        operation.macs(),
        operation.parameterBytes(),
        operation.boundMacsPerCycle(),
        prepares ? "" : reasons.get(first));
  }

  /** What families offered and was taken, in order. */
  public List<Offer> offers() {
    return offers;
  }

  /** Interfaces of the operations that run besides, see {@link Operation#uses}. */
  public Set<Class<?>> uses() {
    Set<Class<?>> all = new LinkedHashSet<>();
    operations.forEach(operation -> all.addAll(operation.uses()));
    return all;
  }

  /** The operations in order, on other kernels whose layouts are those of the plan's own. */
  public List<Operation> on(KernelSet kernels) {
    return operations.stream().map(operation -> operation.on(kernels)).toList();
  }

  /** The operations in order. */
  List<Operation> operations() {
    return operations;
  }

  /** What a session needs. */
  Memory memory() {
    return memory;
  }

  /** Values of an image. */
  int imageFloats() {
    return shapes.get(NetworkGraph.INPUT).size();
  }

  /** Shape of a value. */
  Shape shape(String value) {
    return shapes.get(value);
  }

  /** A value as the pass that makes it leaves it. */
  Value value(String name) {
    return values.get(name);
  }
}
