// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.gate.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BootstrapIntervalTest {
  @Test
  void endsMissTheTruthAsOftenAsTheyMay() {
    SplittableRandom random = new SplittableRandom(1);
    int runs = 2000;
    int low = 0;
    int high = 0;
    for (int run = 0; run < runs; run++) {
      BootstrapInterval interval =
          new BootstrapInterval(
              1000, random.doubles(5).map(x -> random.nextGaussian(3, 1)).toArray());
      low += interval.low(0.05) > 3 ? 1 : 0;
      high += interval.high(0.05) < 3 ? 1 : 0;
    }
    // 5 % are 100, with a standard deviation of 10.
    assertTrue(low < 135 && high < 135, low + " and " + high);
    assertTrue(low > 40 && high > 40, "needlessly wide: " + low + " and " + high);
  }

  @Test
  void anOutlierWidensItsOwnSide() {
    BootstrapInterval interval = new BootstrapInterval(1, 1.01, 0.99, 1, 1.02, 2);
    assertEquals(1.17, interval.mean(), 1e-9);
    double above = interval.high(0.01) - interval.mean();
    double below = interval.mean() - interval.low(0.01);
    assertTrue(above > 1.5 * below, above + " above, " + below + " below");
  }

  @Test
  void equalDataGiveEqualIntervals() {
    double[] sample = {0.1, 0.4, 0.2, 0.3};
    assertEquals(new BootstrapInterval(sample).low(0.01), new BootstrapInterval(sample).low(0.01));
  }

  @Test
  void oneValueHasNoSpread() {
    assertThrows(IllegalArgumentException.class, () -> new BootstrapInterval(1));
  }
}
