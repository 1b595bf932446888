// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.gate.depth;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Finds the call depths at which the same work always takes longer than at others. What counts of a
 * depth is the least of its times: other programs lengthen some of them, but not all.
 *
 * <p>Says which depths to measure and is told their times, because whoever measures must always do
 * so from the same place: any method in between would move the stack.
 */
final class DepthSearch {
  /** A depth is slow if it takes so many times the median of all depths. */
  static final double LIMIT = 1.15;

  /** Times of each depth in the first pass over all. */
  private static final int ROUNDS = 7;

  /** How often a depth that seems slow is measured again; it is not if it is fast once. */
  private static final int CONFIRMATIONS = 5;

  /** Times of each depth in one of these. */
  private static final int CONFIRMATION_ROUNDS = 5;

  /** Depths of middling times that are measured again beside those that seem slow. */
  private static final int REFERENCES = 15;

  private int[] selected;
  private long[] least;
  private int rounds;
  private int confirmations;
  private int[] references;
  private double medianNanos;
  private List<Slow> slow = List.of();

  /**
   * Begins.
   *
   * @param depths how many depths there are, at least {@value #REFERENCES}
   */
  DepthSearch(int depths) {
    references = IntStream.range(0, depths).toArray();
    select(references, ROUNDS);
  }

  /**
   * A slow depth.
   *
   * @param depth its number
   * @param ratio its time by the median of others, the least of all measurements
   */
  record Slow(int depth, double ratio) {}

  /** The depths to measure now, one after the other; none when all is known. */
  int[] next() {
    return selected;
  }

  /**
   * Takes the times of the depths that {@link #next} named. A round visits each once, so that a
   * slow moment of the machine does not meet one depth alone.
   */
  void add(long[] nanos) {
    for (int i = 0; i < nanos.length; i++) {
      least[i] = Math.min(least[i], nanos[i]);
    }
    rounds--;
    if (rounds == 0) {
      if (confirmations == 0) {
        medianNanos = medianOfReferences();
      }
      judge();
      confirmations++;
    }
  }

  /** Median time over the depths. */
  double medianNanos() {
    return medianNanos;
  }

  /** Depths that were slow whenever they were measured. */
  List<Slow> slow() {
    return slow;
  }

  private void judge() {
    double median = medianOfReferences();
    List<Slow> now = new ArrayList<>();
    if (confirmations == 0) {
      for (int depth : selected) {
        addIfSlow(depth, least[depth] / median, now);
      }
      references = middling();
    } else {
      for (int i = 0; i < slow.size(); i++) {
        double ratio = least[references.length + i] / median;
        addIfSlow(slow.get(i).depth(), Math.min(ratio, slow.get(i).ratio()), now);
      }
    }
    slow = List.copyOf(now);
    if (slow.isEmpty() || confirmations == CONFIRMATIONS) {
      select(new int[0], 0);
    } else {
      select(
          IntStream.concat(IntStream.of(references), slow.stream().mapToInt(Slow::depth)).toArray(),
          CONFIRMATION_ROUNDS);
    }
  }

  private static void addIfSlow(int depth, double ratio, List<Slow> slow) {
    if (ratio > LIMIT) {
      slow.add(new Slow(depth, ratio));
    }
  }

  private void select(int[] depths, int count) {
    selected = depths;
    rounds = count;
    least = new long[depths.length];
    Arrays.fill(least, Long.MAX_VALUE);
  }

  /** The references are the first of the selected depths. */
  private double medianOfReferences() {
    long[] sorted = Arrays.copyOf(least, references.length);
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private int[] middling() {
    long[] nanos = least;
    return IntStream.of(selected)
        .boxed()
        .sorted(Comparator.comparingLong(depth -> nanos[depth]))
        .skip((selected.length - REFERENCES) / 2)
        .limit(REFERENCES)
        .mapToInt(Integer::intValue)
        .toArray();
  }
}
