// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.compare;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * One thing compared with one peer: a row of {@code comparison.json}.
 *
 * @param row what was compared: {@code network}, {@code layer-64@56}, …
 * @param own our own contender
 * @param ownMicros its median time
 * @param peer the other one
 * @param peerMicros its median time
 * @param ratio how many times faster our own is; {@code null} if the peer failed
 * @param failure why there are no times; {@code null} if there are
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ComparisonResult(
    String row,
    String own,
    double ownMicros,
    String peer,
    double peerMicros,
    Interval ratio,
    String failure) {

  /** Begins the name of a peer that only reads as many bytes. */
  public static final String READING = "reading";

  /** Of times by round, in nanoseconds. */
  static ComparisonResult of(
      String row, Contender own, double[] ownNanos, Contender peer, double[] peerNanos) {
    return new ComparisonResult(
        row,
        own.name(),
        Interval.ofMedian(ownNanos).median() / 1e3,
        peer.name(),
        Interval.ofMedian(peerNanos).median() / 1e3,
        Interleaved.ratios(peerNanos, ownNanos),
        null);
  }

  /** Of a peer that is missing, computes something wrong, or does not run. */
  static ComparisonResult failed(String row, String own, String peer, String failure) {
    return new ComparisonResult(row, own, 0, peer, 0, null, failure);
  }

  /** Whether there are no times. */
  public boolean hasFailed() {
    return failure != null;
  }
}
