// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.op;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.setun.kernels.TestRun;
import org.setun.kernels.scalar.ScalarKernels;
import org.setun.kernels.vector.VectorKernels;

/** The implementations that this test run has to test. */
public final class KernelSets {
  private KernelSets() {}

  /** Every implementation of the operations. */
  public static List<KernelSet> all() {
    List<KernelSet> sets = new ArrayList<>(List.of(ScalarKernels.kernels()));
    if (TestRun.hasVectors()) {
      sets.add(VectorKernels.kernels());
    }
    return sets;
  }

  /** Every implementation by name, and those that stand in for one, for a parameterized test. */
  public static Stream<Named<KernelSet>> named() {
    return Stream.concat(all().stream(), substitutes()).map(set -> Named.of(set.name(), set));
  }

  /** Scalar kernels in the place of others. */
  public static Stream<KernelSet> substitutes() {
    return all().stream().map(ScalarKernels::like);
  }

  /** Every micro-kernel of the ternary matrix product. */
  public static List<TernaryGemm> gemms() {
    return all().stream().flatMap(set -> set.gemms().stream()).toList();
  }
}
