// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.setun.kernels.KernelSelectionException;
import org.setun.kernels.Shape;
import org.setun.kernels.family.CostTable;
import org.setun.kernels.family.Machine;
import org.setun.kernels.layout.ChannelsLast;
import org.setun.kernels.layout.Layout;
import org.setun.kernels.layout.Planar;
import org.setun.kernels.pass.Value;
import org.setun.kernels.plan.Choice.Candidate;
import org.setun.kernels.plan.Choice.Decision;
import org.setun.kernels.plan.Choice.Node;

/** The least sum of costs, conversions included. */
class ChoiceTest {
  private static final Layout LAST = ChannelsLast.LAYOUT;
  private static final Layout PLANAR = Planar.LAYOUT;
  private static final Shape SHAPE = new Shape(64, 16, 16);
  private static final CostTable COSTS = CostTable.of(Machine.SCALAR);
  private static final double CONVERSION = COSTS.conversion(SHAPE, LAST, PLANAR);

  private final List<Node> nodes = new ArrayList<>();
  private final Map<String, Shape> shapes = new HashMap<>();

  /** A pass with a cost in either layout, of what it reads and of what it leaves. */
  private void either(String name, double last, double planar, String... inputs) {
    shapes.put(name, SHAPE);
    nodes.add(new Node(name, List.of(in(LAST, last, inputs), in(PLANAR, planar, inputs))));
  }

  /** A pass that runs in one layout. */
  private void only(String name, Layout layout, String... inputs) {
    shapes.put(name, SHAPE);
    nodes.add(new Node(name, List.of(in(layout, 0, inputs))));
  }

  private static Candidate in(Layout layout, double cycles, String... inputs) {
    List<Value> reads = Arrays.stream(inputs).map(name -> new Value(name, layout)).toList();
    return new Candidate(reads, layout, cycles, null);
  }

  /** Decisions as text: {@code L} or {@code P}, before it {@code >} for each conversion. */
  private String decide() {
    StringBuilder text = new StringBuilder();
    for (Decision decision : Choice.decide(nodes, shapes, COSTS)) {
      text.append(">".repeat(decision.conversions().size()));
      text.append(decision.chosen().output() == LAST ? 'L' : 'P');
    }
    return text.toString();
  }

  @Test
  void chainThatGainsLessThanItsConversions() {
    only("a", LAST);
    either("b", CONVERSION, 0, "a");
    either("c", 0.9 * CONVERSION, 0, "b");
    only("d", LAST, "c");
    assertEquals("LLLL", decide());
  }

  @Test
  void chainThatGainsMoreThanItsConversions() {
    only("a", LAST);
    either("b", CONVERSION, 0, "a");
    either("c", 1.1 * CONVERSION, 0, "b");
    only("d", LAST, "c");
    assertEquals("L>PP>L", decide());
  }

  @Test
  void conversionsOnlyWhereNeighboursDiffer() {
    either("a", 0, 9 * CONVERSION);
    either("b", 0, 9 * CONVERSION, "a");
    either("c", 9 * CONVERSION, 0, "b");
    either("d", 9 * CONVERSION, 0, "c");
    either("e", 0, 9 * CONVERSION, "d");
    assertEquals("LL>PP>L", decide());
  }

  @Test
  void valueThatIsReadTwiceIsConvertedOnce() {
    only("a", LAST);
    only("b", PLANAR, "a");
    only("c", PLANAR, "a");
    only("d", LAST, "a");
    assertEquals("L>PPL", decide());
    assertEquals(List.of(), Choice.decide(nodes, shapes, COSTS).get(2).conversions());
  }

  /** Each branch alone gains less than two conversions, both together more than one. */
  @Test
  void additionsDecideTogether() {
    only("a", LAST);
    either("b", 0.8 * CONVERSION, 0, "a");
    either("c", 0.8 * CONVERSION, 0, "a");
    either("sum", 0, 0, "b", "c");
    either("d", 0.8 * CONVERSION, 0, "sum");
    only("e", LAST, "d");
    assertEquals("L>PPPP>L", decide());
  }

  @Test
  void additionOfOneBranchInEitherLayout() {
    only("a", LAST);
    either("b", 0.8 * CONVERSION, 0, "a");
    only("c", LAST, "a");
    either("sum", 0, 0, "b", "c");
    only("e", LAST, "sum");
    assertEquals("LLLLL", decide());
  }

  @Test
  void runnerUp() {
    either("a", 2, 5);
    only("b", LAST, "a");
    List<Decision> decisions = Choice.decide(nodes, shapes, COSTS);
    assertEquals(5, decisions.get(0).runnerUp().nanos());
    assertNull(decisions.get(1).runnerUp());
  }

  @Test
  void passThatNothingRuns() {
    nodes.add(new Node("a", List.of()));
    assertTrue(
        assertThrows(KernelSelectionException.class, this::decide).getMessage().endsWith(" a"));
  }

  /** Against every combination of candidates, each conversion made when it is first needed. */
  @Test
  void leastOfAllCombinations() {
    for (int seed = 0; seed < 200; seed++) {
      nodes.clear();
      SplittableRandom random = new SplittableRandom(seed);
      for (int i = 0; i < 9; i++) {
        String[] inputs = new String[i == 0 ? 0 : 1 + random.nextInt(2)];
        int reach = i;
        Arrays.setAll(inputs, j -> "v" + random.nextInt(Math.max(0, reach - 4), reach));
        either(
            "v" + i,
            random.nextDouble() * 2 * CONVERSION,
            random.nextDouble() * 2 * CONVERSION,
            inputs);
      }
      double least = Double.POSITIVE_INFINITY;
      for (int choice = 0; choice < 1 << nodes.size(); choice++) {
        least = Math.min(least, cost(choice));
      }
      double sum = 0;
      for (Decision decision : Choice.decide(nodes, shapes, COSTS)) {
        sum += decision.chosen().nanos() + CONVERSION * decision.conversions().size();
      }
      assertEquals(least, sum, 1e-6 * least, "seed " + seed);
    }
  }

  private double cost(int choice) {
    Set<Value> there = new HashSet<>();
    double cost = 0;
    for (int i = 0; i < nodes.size(); i++) {
      Candidate candidate = nodes.get(i).candidates().get(choice >> i & 1);
      for (Value value : candidate.reads()) {
        cost += there.add(value) ? CONVERSION : 0;
      }
      cost += candidate.nanos();
      there.add(new Value(nodes.get(i).output(), candidate.output()));
    }
    return cost;
  }
}
