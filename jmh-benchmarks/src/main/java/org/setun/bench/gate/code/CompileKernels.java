// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.gate.code;

import org.setun.kernels.select.Capabilities;

/** The process whose machine code is read: runs every kernel until C2 has compiled it. */
public final class CompileKernels {
  /** Begins the line that says what the process runs on: {@link CodeTarget#describe}. */
  static final String TARGET = "@target ";

  /** Begins a line that names a method of a kernel which may be chosen here. */
  static final String CHOSEN = "@chosen ";

  /** C2 compiles a method after some 10,000 calls; the first ones are interpreted. */
  private static final int CALLS = 40_000;

  private CompileKernels() {}

  /**
   * Runs all kernels.
   *
   * @param arguments none
   */
  public static void main(String[] arguments) {
    Capabilities capabilities = Capabilities.detect();
    System.out.println(
        TARGET
            + new CodeTarget(
                    capabilities.architecture(),
                    capabilities.vectorBits(),
                    capabilities.vectorRegisters(),
                    capabilities.vectorPopcount(),
                    Runtime.version().toString())
                .describe());
    for (HotMethod method : HotMethod.ALL) {
      for (HotMethod.Kernel kernel : method.kernels().apply(capabilities)) {
        if (kernel.mayBeChosen()) {
          System.out.println(CHOSEN + kernel.type().getSimpleName() + "." + method.method());
        }
        for (int done = 0; done < CALLS; done += kernel.calls()) {
          kernel.run();
        }
      }
    }
  }
}
