// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * Times one row of a comparison. A peer that cannot be made, or computes something wrong, fails
 * alone: the others are measured all the same.
 */
public final class RowTimes {
  private RowTimes() {}

  /**
   * Measures.
   *
   * @param row the row's name
   * @param own makes our own contender
   * @param peers those it is compared with
   * @param timing how
   * @return a result for each peer, in their order
   */
  public static List<ComparisonResult> measure(
      String row, Callable<Contender> own, List<Peer> peers, Interleaved timing) {
    ComparisonResult[] results = new ComparisonResult[peers.size()];
    Contender first;
    try {
      first = make(own);
    } catch (Exception | LinkageError e) {
      String reason = "Setun itself failed: " + Failure.reason(e);
      return peers.stream()
          .map(peer -> ComparisonResult.failed(row, "Setun", peer.name(), reason))
          .toList();
    }
    List<Contender> contenders = new ArrayList<>(List.of(first));
    List<Integer> places = new ArrayList<>();
    for (int i = 0; i < results.length; i++) {
      Peer peer = peers.get(i);
      try {
        contenders.add(make(peer.contender()));
        places.add(i);
      } catch (Exception | LinkageError e) {
        results[i] = ComparisonResult.failed(row, first.name(), peer.name(), Failure.reason(e));
      }
    }
    try {
      double[][] nanos = timing.measure(contenders);
      for (int i = 0; i < places.size(); i++) {
        results[places.get(i)] =
            ComparisonResult.of(row, first, nanos[0], contenders.get(i + 1), nanos[i + 1]);
      }
    } catch (RuntimeException e) {
      for (int place : places) {
        results[place] =
            ComparisonResult.failed(row, first.name(), peers.get(place).name(), Failure.reason(e));
      }
    }
    return List.of(results);
  }

  /** Also runs it, so that one that throws does so before any of the row is timed. */
  private static Contender make(Callable<Contender> source) throws Exception {
    Contender contender = source.call();
    contender.body().run();
    return contender;
  }
}
