// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.plan;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.setun.kernels.KernelSelectionException;
import org.setun.kernels.Shape;
import org.setun.kernels.family.CostTable;
import org.setun.kernels.family.Offer;
import org.setun.kernels.layout.Layout;
import org.setun.kernels.pass.Value;

/**
 * Chooses how every pass is run, and where values change their layout, by the least sum of costs.
 * Exact: dynamic programming over the passes in order, whose state is, for every value that is
 * still to be read, the set of layouts in which it is there. A conversion is made right before the
 * first pass that needs it.
 */
final class Choice {
  /** States that are kept, the cheapest ones; networks of people have a handful. */
  private static final int BEAM = 256;

  /**
   * A way to run a pass.
   *
   * @param reads the values it reads, those that it ternarizes included
   * @param output layout of the value it leaves
   * @param nanos what it costs
   * @param offer what a family offers, or {@code null} if it is no ternary convolution
   */
  record Candidate(List<Value> reads, Layout output, double nanos, Offer offer) {}

  /**
   * A pass.
   *
   * @param output name of the value it leaves
   * @param candidates the ways to run it
   */
  record Node(String output, List<Candidate> candidates) {}

  /**
   * Change of a layout.
   *
   * @param from the value that is there
   * @param to the layout it gets
   */
  record Conversion(Value from, Layout to) {}

  /**
   * How a pass is run.
   *
   * @param node the pass
   * @param chosen how it is run
   * @param conversions what is converted before it
   */
  record Decision(Node node, Candidate chosen, List<Conversion> conversions) {
    /** The cheapest of the other ways, by its own cost; {@code null} if there is none. */
    Candidate runnerUp() {
      return node.candidates().stream()
          .filter(candidate -> candidate != chosen)
          .min(Comparator.comparingDouble(Candidate::nanos))
          .orElse(null);
    }
  }

  /**
   * What has been decided so far.
   *
   * @param live layouts of the values that are still to be read
   * @param nanos the sum
   * @param last the last decision
   * @param before what was decided before it, or {@code null}
   */
  private record State(Map<String, List<Layout>> live, double nanos, Decision last, State before) {}

  private final Map<String, Shape> shapes;
  private final CostTable costs;
  private final Map<String, Integer> lastRead = new HashMap<>();

  private Choice(List<Node> nodes, Map<String, Shape> shapes, CostTable costs) {
    this.shapes = shapes;
    this.costs = costs;
    for (int i = 0; i < nodes.size(); i++) {
      for (Candidate candidate : nodes.get(i).candidates()) {
        for (Value value : candidate.reads()) {
          lastRead.put(value.name(), i);
        }
      }
    }
  }

  /**
   * Decides.
   *
   * @param nodes the passes in order
   * @param shapes shape of every value
   * @param costs what conversions cost
   * @return a decision for each pass
   * @throws KernelSelectionException if there is no way to run a pass
   */
  static List<Decision> decide(List<Node> nodes, Map<String, Shape> shapes, CostTable costs) {
    Choice choice = new Choice(nodes, shapes, costs);
    Collection<State> states = List.of(new State(Map.of(), 0, null, null));
    for (int i = 0; i < nodes.size(); i++) {
      if (nodes.get(i).candidates().isEmpty()) {
        throw new KernelSelectionException("no kernel is left for " + nodes.get(i).output());
      }
      states = choice.next(states, nodes.get(i), i);
    }
    List<Decision> decisions = new ArrayList<>();
    for (State state = cheapest(states); state.last() != null; state = state.before()) {
      decisions.addFirst(state.last());
    }
    return decisions;
  }

  private static State cheapest(Collection<State> states) {
    return states.stream().min(Comparator.comparingDouble(State::nanos)).orElseThrow();
  }

  private Collection<State> next(Collection<State> states, Node node, int index) {
    Map<Map<String, List<Layout>>, State> reached = new LinkedHashMap<>();
    for (State state : states) {
      for (Candidate candidate : node.candidates()) {
        State next = take(state, node, candidate, index);
        State known = reached.get(next.live());
        if (known == null || next.nanos() < known.nanos()) {
          reached.put(next.live(), next);
        }
      }
    }
    if (reached.size() <= BEAM) {
      return reached.values();
    }
    return reached.values().stream()
        .sorted(Comparator.comparingDouble(State::nanos))
        .limit(BEAM)
        .toList();
  }

  private State take(State state, Node node, Candidate candidate, int index) {
    Map<String, List<Layout>> live = new HashMap<>(state.live());
    List<Conversion> conversions = new ArrayList<>();
    double nanos = state.nanos() + candidate.nanos();
    for (Value value : candidate.reads()) {
      List<Layout> there = live.get(value.name());
      if (!there.contains(value.layout())) {
        Shape shape = shapes.get(value.name());
        Layout from =
            there.stream()
                .min(
                    Comparator.comparingDouble(
                        layout -> costs.conversion(shape, layout, value.layout())))
                .orElseThrow();
        nanos += costs.conversion(shape, from, value.layout());
        conversions.add(new Conversion(new Value(value.name(), from), value.layout()));
        live.put(value.name(), with(there, value.layout()));
      }
    }
    live.keySet().removeIf(name -> lastRead.get(name) <= index);
    if (lastRead.getOrDefault(node.output(), -1) > index) {
      live.put(node.output(), List.of(candidate.output()));
    }
    return new State(live, nanos, new Decision(node, candidate, conversions), state);
  }

  /** In an order of its own, so that equal sets are equal lists. */
  private static List<Layout> with(List<Layout> layouts, Layout another) {
    List<Layout> all = new ArrayList<>(layouts);
    all.add(another);
    all.sort(Comparator.comparing(Layout::name));
    return List.copyOf(all);
  }
}
