// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.gate.code;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An instruction as objdump writes it with Intel's syntax.
 *
 * @param address offset in the method's code
 * @param mnemonic what it does
 * @param operands on what
 */
record Instruction(long address, String mnemonic, String operands) {
  private static final Pattern LINE =
      Pattern.compile("\\s*([0-9a-f]+):\\s+(\\S+)(?:\\s+(.*?))?\\s*");

  private static final Pattern TARGET = Pattern.compile("0x([0-9a-f]{1,15})\\b.*");

  /** An address that no code has: a jump to elsewhere. */
  static final long ELSEWHERE = -1;

  /** Reads a listing; lines that are no instruction are left out. */
  static List<Instruction> parse(List<String> listing) {
    return listing.stream()
        .map(LINE::matcher)
        .filter(Matcher::matches)
        .map(
            line ->
                new Instruction(
                    Long.parseLong(line.group(1), 16),
                    line.group(2),
                    line.group(3) == null ? "" : line.group(3)))
        .toList();
  }

  /** Whether it works on vectors. vzeroupper does not: it stands on every way out of a method. */
  boolean isVector() {
    return mnemonic.startsWith("v") && !mnemonic.equals("vzeroupper");
  }

  boolean isCall() {
    return mnemonic.equals("call");
  }

  boolean isJump() {
    return mnemonic.startsWith("j");
  }

  /** Whether the instruction behind it may be the next one; behind calls, see {@link HotLoops}. */
  boolean fallsThrough() {
    return !mnemonic.equals("jmp")
        && !mnemonic.equals("ret")
        && !mnemonic.equals("hlt")
        && !mnemonic.equals("ud2");
  }

  /** Where a jump goes, or {@link #ELSEWHERE} if a register or a stub says where. */
  long jumpTarget() {
    Matcher target = TARGET.matcher(operands);
    return target.matches() ? Long.parseLong(target.group(1), 16) : ELSEWHERE;
  }

  boolean touchesStack() {
    return operands.contains("[rsp");
  }

  boolean touchesMemory() {
    return operands.contains("[");
  }
}
