// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.suite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.setun.bench.compare.Failure;

/** What fails is said, and all else measured. */
class SuiteFailureTest {
  @TempDir private Path folder;

  @Test
  void benchmarkThatThrowsIsLeftOut() throws Exception {
    SuitePlan plan =
        new SuitePlan(
            true,
            List.of(
                SuitePart.of(
                    "layers",
                    "LayerBenchmark",
                    Map.of("layer", List.of("no layer"), "implementation", List.of("vector"))),
                SuitePart.of("nothing", "NoSuchBenchmark", Map.of()),
                SuitePart.of("control", "EmptyBenchmark", Map.of())),
            1,
            0,
            1,
            20);
    StringWriter progress = new StringWriter();
    Path json = folder.resolve("jmh.json");
    List<Failure> failures =
        new SuiteRun(plan, new PrintWriter(progress, true)).run(json, folder.resolve("jmh.log"));
    assertEquals(2, failures.size(), failures.toString());
    assertTrue(failures.getFirst().what().startsWith("LayerBenchmark"), failures.toString());
    assertTrue(failures.getFirst().reason().contains("Exception"), failures.toString());
    assertEquals("nothing", failures.getLast().what());
    assertTrue(progress.toString().contains("FAILED nothing: No benchmarks"), progress.toString());
    assertTrue(Files.readString(json).contains("EmptyBenchmark"), "measured all the same");
  }

  @Test
  void peersThatFailedAreReadFromWhatTheComparisonWrote() throws Exception {
    Path json = folder.resolve("comparison.json");
    assertEquals(
        List.of(new Failure("comparison", "it ended early, with exit code 134")),
        Suite.failures(json, 134));
    Files.writeString(
        json,
        """
        [{"row":"stem","own":"Setun","ownMicros":1,"peer":"ONNX Runtime","peerMicros":2,
          "ratio":{"low":1,"median":2,"high":3}},
         {"row":"layer-64@56","own":"Setun","ownMicros":0,"peer":"oneDNN int8","peerMicros":0,
          "failure":"7 at 97 where 9 is right"}]
        """);
    Failure wrong = new Failure("layer-64@56, oneDNN int8", "7 at 97 where 9 is right");
    assertEquals(List.of(wrong), Suite.failures(json, 1));
    assertEquals(2, Suite.failures(json, 134).size());
  }
}
