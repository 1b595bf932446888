// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.gate.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.setun.bench.gate.stats.Rule.Answer;

class RuleTest {
  private static final int BENCHMARKS = 6;
  private static final int MOST_ROUNDS = 12;
  private static final Rule RULE = new Rule(0.05, BENCHMARKS, 4);

  @Test
  void decisions() {
    assertEquals(Answer.NOT_SLOWER, answer(0.001, -0.001, 0.002, 0));
    assertEquals(Answer.NOT_SLOWER, answer(-0.100, -0.101, -0.102, -0.100)); // faster
    assertEquals(Answer.SLOWER, answer(0.050, 0.051, 0.049, 0.050));
    assertEquals(Answer.OPEN, answer(0.050, 0.051, 0.049)); // too few rounds
    assertEquals(Answer.OPEN, answer(0.09, -0.04, 0.07, 0.02)); // too much noise
    // One round in which a neighbour had the processor must not raise an alarm.
    assertEquals(Answer.OPEN, answer(0, 0.001, -0.001, 0.9));
  }

  @Test
  void betweenHalfTheThresholdAndTheWholeOneAnAnswerComesLate() {
    assertEquals(Answer.OPEN, answer(0.046, 0.022, 0.042, 0.035));
  }

  @Test
  void equalSpeedRaisesNoAlarm() {
    // 1,000 runs over six benchmarks each, with the noise of a quiet machine.
    assertEquals(0, alarms(1000, 0, 0.007));
  }

  @Test
  void equalSpeedRaisesNoAlarmOnABusyMachine() {
    assertTrue(alarms(300, 0, 0.03) <= 1);
  }

  @Test
  void halfTheThresholdIsReportedAsRarelyAsPromised() {
    // 5 % of 300 are 15, with a standard deviation of 4.
    assertTrue(alarms(300, Math.log(1.025), 0.01) < 25);
  }

  @Test
  void aSlowDownByTheThresholdIsFound() {
    assertTrue(alarms(300, Math.log(1.05), 0.007) >= 294);
    assertTrue(alarms(300, Math.log(1.10), 0.02) >= 294);
  }

  @Test
  void aBaseThatDiffersFromItselfIsNoticed() {
    assertTrue(RULE.isBroken(0.04, 0.041, 0.039, 0.04));
    assertTrue(RULE.isBroken(-0.04, -0.041, -0.039, -0.04));
    assertFalse(RULE.isBroken(0.001, 0, -0.001, 0));
    assertFalse(RULE.isBroken(0.1, -0.1, 0.05, -0.05));
  }

  @Test
  void nonsenseIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> new Rule(0, 6, 4));
    assertThrows(IllegalArgumentException.class, () -> new Rule(0.05, 0, 4));
    assertThrows(IllegalArgumentException.class, () -> new Rule(0.05, 6, 2));
  }

  private static Answer answer(double... effects) {
    return RULE.look(effects).answer();
  }

  /** Of so many runs, how many end with an alarm when all benchmarks have the same effect. */
  private static int alarms(int runs, double effect, double noise) {
    SplittableRandom random = new SplittableRandom(7);
    int alarms = 0;
    for (int run = 0; run < runs; run++) {
      alarms += isAlarm(random, effect, noise) ? 1 : 0;
    }
    return alarms;
  }

  /** Every tenth round is disturbed and has five times the noise. */
  private static boolean isAlarm(SplittableRandom random, double effect, double noise) {
    double[][] effects = new double[BENCHMARKS][MOST_ROUNDS];
    for (double[] benchmark : effects) {
      Arrays.setAll(
          benchmark,
          round -> effect + random.nextGaussian() * noise * (random.nextInt(10) == 0 ? 5 : 1));
    }
    boolean[] cleared = new boolean[BENCHMARKS];
    for (int rounds = 4; rounds <= MOST_ROUNDS; rounds++) {
      for (int b = 0; b < BENCHMARKS; b++) {
        if (!cleared[b]) {
          Answer answer = RULE.look(1000, Arrays.copyOf(effects[b], rounds)).answer();
          if (answer == Answer.SLOWER) {
            return true;
          }
          cleared[b] = answer == Answer.NOT_SLOWER;
        }
      }
    }
    return false;
  }
}
