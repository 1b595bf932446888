// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.gate;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Times of a network's passes in one JVM. A benchmark's time is the sum of its passes' low
 * quantiles.
 *
 * @param passes the passes in order
 * @param nanos nanoseconds by pass and run
 */
record PassTimes(List<String> passes, int[][] nanos) {
  /** The sum of all passes. */
  static final String NETWORK = "network";

  /**
   * What a part of the network is called, by the first word of its passes' names: a stage is its
   * channels at its map's size, the layer that halves the map included.
   */
  private static final Map<String, String> PARTS = new LinkedHashMap<>();

  static {
    PARTS.put("stem", "stem");
    PARTS.put("stage0", "64@56");
    PARTS.put("stage1", "128@28");
    PARTS.put("stage2", "256@14");
    PARTS.put("stage3", "512@7");
  }

  /**
   * Which of a pass's times counts. On two cores with a load of 25, ratios of A/A spread by 0.4 to
   * 2 % with the least time or this one, by 2 to 6 % with the 30th percentile and by 50 % with the
   * median; the very least of a JVM's times is a little less steady on a quiet machine.
   */
  private static final double QUANTILE = 0.05;

  /** Names of all benchmarks, in order. */
  static List<String> benchmarks() {
    return java.util.stream.Stream.concat(
            PARTS.values().stream(), java.util.stream.Stream.of(NETWORK))
        .toList();
  }

  /** Reads the probe's answer to {@code times}. */
  static PassTimes parse(String answer) {
    String[] lines = answer.split("\t");
    String[] names = new String[lines.length];
    int[][] nanos = new int[lines.length][];
    for (int i = 0; i < lines.length; i++) {
      String[] words = lines[i].split(" ");
      names[i] = words[0];
      nanos[i] = Arrays.stream(words).skip(1).mapToInt(Integer::parseInt).toArray();
    }
    return new PassTimes(List.of(names), nanos);
  }

  /**
   * Time of a benchmark.
   *
   * @param benchmark its name
   * @param selection which runs count
   * @return nanoseconds
   */
  double nanos(String benchmark, IntPredicate selection) {
    double sum = 0;
    for (int i = 0; i < nanos.length; i++) {
      String part = passes.get(i).split("\\.", 2)[0];
      if (benchmark.equals(NETWORK) || benchmark.equals(PARTS.get(part))) {
        int[] times = nanos[i];
        sum += quantile(IntStream.range(0, times.length).filter(selection).map(r -> times[r]));
      }
    }
    return sum;
  }

  private static double quantile(IntStream times) {
    int[] sorted = times.sorted().toArray();
    double at = QUANTILE * (sorted.length - 1);
    int below = (int) at;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
  }
}
