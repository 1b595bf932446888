// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.gate.depth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.setun.bench.gate.depth.DepthSearch.Slow;

class DepthCheckTest {
  private static final int DEPTHS = 256;

  private static DepthSearch search(IntToLongFunction time) {
    DepthSearch search = new DepthSearch(DEPTHS);
    for (int[] depths = search.next(); depths.length > 0; depths = search.next()) {
      search.add(IntStream.of(depths).mapToLong(time::applyAsLong).toArray());
    }
    return search;
  }

  @Test
  void depthsThatAreAlwaysSlowAreFound() {
    DepthSearch search =
        search(depth -> depth == 7 ? 1500 : depth == 200 ? 1160 : 1000 + depth % 9);
    assertEquals(1004, search.medianNanos());
    assertEquals(List.of(7, 200), search.slow().stream().map(Slow::depth).toList());
    assertEquals(1.5, search.slow().getFirst().ratio(), 0.01);
    assertEquals(List.of(), search(depth -> depth == 7 ? 1140 : 1000).slow());
  }

  @Test
  void depthThatWasFastOnceIsNot() {
    int[] visits = new int[DEPTHS];
    // Slow in all of the first pass and nearly all of the later ones.
    DepthSearch search = search(depth -> depth == 7 && ++visits[depth] != 25 ? 1500 : 1000);
    assertEquals(7 + 4 * 5, visits[7], "measured until it is fast");
    assertEquals(List.of(), search.slow());
  }

  @Test
  void machineThatBecomesSlowSlowsAllDepths() {
    int[] calls = new int[1];
    DepthSearch search =
        search(depth -> (calls[0]++ < 7 * DEPTHS ? 1000 : 2000) * (depth == 9 ? 3L : 2L));
    assertEquals(List.of(new Slow(9, 1.5)), search.slow());
  }

  @Test
  void everyDepthHasItsCaller() {
    DepthCallers callers = DepthCallers.make();
    List<Integer> calls = new ArrayList<>();
    for (int depth : new int[] {0, 1, 128, 255}) {
      callers.call(
          depth,
          () ->
              StackWalker.getInstance()
                  .forEach(
                      frame -> {
                        if (frame.getMethodName().matches("depth\\d+")) {
                          calls.add(Integer.valueOf(frame.getMethodName().substring(5)));
                        }
                      }));
    }
    assertEquals(List.of(0, 1, 128, 255), calls);
  }

  @Test
  void resultsAreReadAndDescribed() {
    List<DepthCheck.Finding> findings =
        DepthCheck.parse(
            List.of(
                "@runs vector 256 bit",
                "noise",
                "@depths 256@14 840000 4:1.620 5:1.384",
                "@depths 512@7 830000 "));
    assertEquals(
        "call depth, vector 256 bit, layers 256@14, 840 µs: SLOWER at 2 of 256 depths, up to 1.62"
            + " times the median; at 64, 80 bytes",
        findings.getFirst().describe());
    assertTrue(findings.getLast().describe().endsWith("830 µs: no depth matters"));
  }
}
