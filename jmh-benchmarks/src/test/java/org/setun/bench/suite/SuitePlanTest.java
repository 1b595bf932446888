// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.suite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.BenchmarkListEntry;
import org.openjdk.jmh.runner.format.OutputFormat;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.VerboseMode;

/** A plan names benchmarks and parameters by text, which nothing else checks before it runs. */
class SuitePlanTest {
  private static final OutputFormat SILENT =
      OutputFormatFactory.createFormatInstance(System.out, VerboseMode.SILENT);

  private static Set<BenchmarkListEntry> find(String include) {
    return BenchmarkList.defaultList().find(SILENT, List.of(include), List.of());
  }

  private static Set<String> names(SuitePlan plan) {
    Set<String> names = new TreeSet<>();
    for (SuitePart part : plan.parts()) {
      find(part.include()).forEach(entry -> names.add(entry.getUsername()));
    }
    return names;
  }

  @Test
  void everyPartSelectsBenchmarksThatHaveItsParameters() {
    for (boolean quick : List.of(true, false)) {
      for (SuitePart part : SuitePlan.of(quick, false, 2).parts()) {
        Set<BenchmarkListEntry> entries = find(part.include());
        assertFalse(entries.isEmpty(), part.name());
        for (BenchmarkListEntry entry : entries) {
          for (String parameter : part.parameters().keySet()) {
            assertTrue(
                entry.getParams().orElse(Map.of()).containsKey(parameter),
                part.name() + " " + parameter);
          }
        }
      }
    }
  }

  @Test
  void theFullPlanLeavesOutNoBenchmarkButThePeers() {
    Set<String> all = new TreeSet<>();
    find("\\.(?!peers)\\w+\\.\\w+\\.\\w+$").forEach(entry -> all.add(entry.getUsername()));
    assertEquals(all, names(SuitePlan.of(false, false, 2)));
  }

  @Test
  void threadsDoubleUpToTheProcessors() {
    assertEquals(List.of("1"), SuitePlan.threads(1));
    assertEquals(List.of("1", "2"), SuitePlan.threads(2));
    assertEquals(List.of("1", "2", "4", "6"), SuitePlan.threads(6));
  }
}
