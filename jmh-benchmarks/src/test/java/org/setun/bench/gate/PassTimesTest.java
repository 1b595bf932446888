// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.setun.bench.workload.Networks;
import org.setun.kernels.Network;
import org.setun.kernels.StepInfo;

class PassTimesTest {
  @Test
  void aPartIsTheSumOfItsPasses() {
    PassTimes times =
        PassTimes.parse("stem.conv 10 10\tstage0.0.prelu 3 3\tstage0.1.prelu 4 4\tpool 1 1");
    assertEquals(10, times.nanos("stem", run -> true));
    assertEquals(7, times.nanos("64@56", run -> true));
    assertEquals(18, times.nanos("network", run -> true));
  }

  @Test
  void theLowQuantileCounts() {
    String hundredAndOne =
        IntStream.rangeClosed(0, 100).mapToObj(i -> " " + (1100 - i)).collect(Collectors.joining());
    PassTimes times = PassTimes.parse("stem" + hundredAndOne);
    assertEquals(1005, times.nanos("stem", run -> true), 1e-9);
    // Of the last eleven, 1000 to 1010.
    assertEquals(1000.5, times.nanos("stem", run -> run >= 90), 1e-9);
  }

  @Test
  void everyBenchmarkHasPassesInTheNetwork() {
    List<StepInfo> steps = Network.compile(Networks.resNet18()).steps();
    PassTimes times =
        PassTimes.parse(
            steps.stream()
                .map(step -> step.name().replace(' ', '_') + " 1")
                .collect(Collectors.joining("\t")));
    double parts = 0;
    for (String benchmark : PassTimes.benchmarks()) {
      double passes = times.nanos(benchmark, run -> true);
      assertTrue(passes > 0, benchmark);
      parts += benchmark.equals(PassTimes.NETWORK) ? -passes : passes;
    }
    assertEquals(-2, parts); // average pooling and classifier are in none
  }
}
