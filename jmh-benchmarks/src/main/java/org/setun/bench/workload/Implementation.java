// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.workload;

import java.util.List;
import java.util.stream.Stream;
import org.setun.kernels.NetworkGraph;
import org.setun.kernels.family.CostTable;
import org.setun.kernels.family.Machine;
import org.setun.kernels.family.TernaryFamily;
import org.setun.kernels.family.tile.GemmTable;
import org.setun.kernels.op.KernelSet;
import org.setun.kernels.op.TernaryGemm;
import org.setun.kernels.plan.Plan;
import org.setun.kernels.scalar.ScalarKernels;
import org.setun.kernels.select.Capabilities;
import org.setun.kernels.select.Families;
import org.setun.kernels.vector.VectorKernels;

/**
 * Kernels by the name that a benchmark's parameter has: {@code scalar}, {@code vector}
 * (micro-kernels as the library chooses them), or a micro-kernel without its width, such as {@code
 * zfold-7x1}, with everything else from the set it belongs to.
 *
 * @param name the parameter's value
 * @param set the operations
 * @param gemms the micro-kernels that may be chosen
 */
public record Implementation(String name, KernelSet set, List<TernaryGemm> gemms) {

  /**
   * Finds an implementation.
   *
   * @throws IllegalArgumentException if there is none of this name
   */
  public static Implementation named(String name) {
    if (name.equals("scalar")) {
      KernelSet set = ScalarKernels.kernels();
      return new Implementation(name, set, set.gemms());
    }
    if (name.equals("vector")) {
      KernelSet set = VectorKernels.kernels();
      return new Implementation(name, set, set.gemms());
    }
    for (KernelSet set : List.of(ScalarKernels.kernels(), VectorKernels.kernels())) {
      List<TernaryGemm> pinned =
          set.gemms().stream().filter(gemm -> withoutWidth(gemm).equals(name)).toList();
      if (!pinned.isEmpty()) {
        return new Implementation(name, set, pinned);
      }
    }
    throw new IllegalArgumentException(
        "no implementation '" + name + "'; there are scalar, vector and " + gemmNames());
  }

  /** Names of all micro-kernels, those of the scalar set first. */
  public static List<String> gemmNames() {
    return Stream.of(ScalarKernels.kernels(), VectorKernels.kernels())
        .flatMap(set -> set.gemms().stream())
        .map(Implementation::withoutWidth)
        .toList();
  }

  private static String withoutWidth(TernaryGemm gemm) {
    return gemm.name().substring(0, gemm.name().lastIndexOf('-'));
  }

  /**
   * Packs a graph for these kernels.
   *
   * @param graph the network
   * @return its plan
   */
  Plan plan(NetworkGraph graph) {
    Machine machine = Families.machine(set, Here.CAPABILITIES);
    List<TernaryFamily> families =
        name.equals("scalar") || name.equals("vector")
            ? Families.all(set, machine)
            : Families.ofGemms(set, gemms, machine);
    return new Plan(graph, set, families, CostTable.of(machine));
  }

  /** Multiply-adds a cycle that a micro-kernel cannot exceed for K of so many words. */
  static double boundMacsPerCycle(TernaryGemm gemm, int words) {
    return GemmTable.boundMacsPerCycle(gemm, Here.CAPABILITIES.machine(), words);
  }

  /** One look at the JVM for all. */
  private static final class Here {
    static final Capabilities CAPABILITIES = Capabilities.detect();
  }
}
