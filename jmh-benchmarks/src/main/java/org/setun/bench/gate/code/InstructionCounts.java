// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.gate.code;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Counts vector instructions and calls in a disassembly. */
final class InstructionCounts {
  private InstructionCounts() {}

  /**
   * Counts.
   *
   * @param code a method's instructions
   * @return counts by mnemonic; with {@code stack} behind it for operands on the stack, that is
   *     spills, and with {@code memory} for other operands in memory
   */
  static Map<String, Integer> of(List<Instruction> code) {
    Map<String, Integer> counts = new TreeMap<>();
    code.stream()
        .filter(each -> each.isVector() || each.isCall())
        .forEach(each -> counts.merge(name(each), 1, Integer::sum));
    return counts;
  }

  private static String name(Instruction instruction) {
    if (instruction.touchesStack()) {
      return instruction.mnemonic() + ".stack";
    }
    return instruction.touchesMemory()
        ? instruction.mnemonic() + ".memory"
        : instruction.mnemonic();
  }
}
