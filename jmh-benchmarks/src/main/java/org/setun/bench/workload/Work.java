// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.workload;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * Figures that JMH prints and writes beside a benchmark's own. JMH divides each sum by the time of
 * the iteration in milliseconds, the unit of all benchmarks that have this counter.
 */
@AuxCounters(AuxCounters.Type.OPERATIONS)
@State(Scope.Thread)
public class Work {
  /** A nanosecond in milliseconds; and 1e9 a second are 1e6 a millisecond. */
  private static final double MILLIS = 1e-6;

  /** Images or layers a millisecond. */
  public double unitsPerMilli;

  /** Multiply-adds, in 1e9 a second. */
  public double gmacPerSecond;

  /** Share of the time that two vector ports would need at least, see {@link Cost#boundNanos}. */
  public double ofPortBound;

  /** Bytes that must be moved at least, in 1e9 a second. */
  public double gigabytesPerSecond;

  /** Popcounts of 64-bit words, in 1e9 a second. */
  public double gigapopcountsPerSecond;

  /** Counts one call. */
  public void add(Cost cost) {
    unitsPerMilli += cost.units();
    gmacPerSecond += cost.macs() * MILLIS;
    ofPortBound += cost.boundNanos() * MILLIS;
    gigabytesPerSecond += cost.bytes() * MILLIS;
    gigapopcountsPerSecond += cost.popcounts() * MILLIS;
  }
}
