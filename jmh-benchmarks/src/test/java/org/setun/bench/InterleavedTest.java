// SPDX-License-Identifier: Apache-2.0
package org.setun.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.setun.bench.compare.Contender;
import org.setun.bench.compare.Interleaved;
import org.setun.bench.compare.Interval;

class InterleavedTest {
  @Test
  void intervalOfAHundredValuesIsTheClassicalOne() {
    double[] values = IntStream.rangeClosed(1, 100).mapToDouble(i -> 101 - i).toArray();
    // Textbooks give the 40th and the 61st of 100 ordered values.
    assertEquals(new Interval(40, 50.5, 61), Interval.ofMedian(values));
  }

  @Test
  void intervalOfFewValuesIsTheirRange() {
    assertEquals(new Interval(1, 2, 7), Interval.ofMedian(2, 7, 1));
    assertThrows(IllegalArgumentException.class, Interval::ofMedian);
  }

  @Test
  void slowerContenderHasItsRatioPerUnitOfWork() {
    Contender one = new Contender("2 ms", () -> LockSupport.parkNanos(2_000_000));
    Contender four = new Contender("4 x 2 ms", () -> LockSupport.parkNanos(8_000_000), 4);
    Contender slow = new Contender("8 ms", () -> LockSupport.parkNanos(8_000_000));
    double[][] nanos = new Interleaved(7, 20, System::nanoTime).measure(List.of(one, four, slow));
    assertTrue(Interleaved.ratios(nanos[2], nanos[0]).median() > 2.5);
    assertTrue(Interleaved.ratios(nanos[2], nanos[1]).median() > 2.5);
  }
}
