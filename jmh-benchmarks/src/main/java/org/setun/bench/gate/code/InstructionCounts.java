package org.setun.bench.gate.code;

import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Counts vector instructions and calls in a disassembly. */
final class InstructionCounts {
  /** A line of objdump with Intel's syntax: address, mnemonic, operands. */
  private static final Pattern LINE = Pattern.compile("\\s*[0-9a-f]+:\\s+(\\S+)\\s*(.*)");

  private InstructionCounts() {}

  /**
   * Counts.
   *
   * @param disassembly objdump's lines
   * @return counts by mnemonic; with {@code stack} behind it for operands on the stack, that is
   *     spills, and with {@code memory} for other operands in memory
   */
  static Map<String, Integer> of(Stream<String> disassembly) {
    Map<String, Integer> counts = new TreeMap<>();
    disassembly
        .map(LINE::matcher)
        .filter(Matcher::matches)
        .filter(line -> isCounted(line.group(1)))
        .forEach(line -> counts.merge(name(line.group(1), line.group(2)), 1, Integer::sum));
    return counts;
  }

  /** vzeroupper says nothing of the kernel: there is one for each way out of it. */
  private static boolean isCounted(String mnemonic) {
    return (mnemonic.startsWith("v") && !mnemonic.equals("vzeroupper")) || mnemonic.equals("call");
  }

  private static String name(String mnemonic, String operands) {
    if (operands.contains("[rsp")) {
      return mnemonic + ".stack";
    }
    return operands.contains("[") ? mnemonic + ".memory" : mnemonic;
  }
}
