// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.gate.code;

/**
 * What C2's choice of instructions depends on.
 *
 * @param architecture instruction set, as {@code os.arch} names it
 * @param bits width of a vector
 * @param registers how many vector registers there are
 * @param popcount whether there is a vector popcount
 * @param jdk version of the JDK
 */
public record CodeTarget(
    String architecture, int bits, int registers, boolean popcount, String jdk) {

  /** All values, separated by blanks. */
  public String describe() {
    return architecture + " " + bits + " " + registers + " " + popcount + " " + jdk;
  }

  /** Reads what {@link #describe} wrote. */
  static CodeTarget parse(String text) {
    String[] words = text.split(" ");
    return new CodeTarget(
        words[0],
        Integer.parseInt(words[1]),
        Integer.parseInt(words[2]),
        Boolean.parseBoolean(words[3]),
        words[4]);
  }

  /** Name of the file with this target's expectation; one of another JDK takes its place. */
  String fileName() {
    return "%s-%d-bit-%d-registers%s.txt"
        .formatted(architecture, bits, registers, popcount ? "-popcount" : "");
  }
}
