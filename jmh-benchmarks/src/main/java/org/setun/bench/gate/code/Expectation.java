// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.gate.code;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Counts of instructions that a target's kernels are expected to have.
 *
 * @param target where they were counted
 * @param counts by kernel and instruction
 */
record Expectation(CodeTarget target, Map<String, Map<String, Integer>> counts) {
  private static final String HEAD =
      """
      # Vector instructions and calls in C2's code of each micro-kernel. Made by
      # ./setun perf-check --accept-code
      """;

  /** As the file's text. */
  String format() {
    StringBuilder text = new StringBuilder(HEAD);
    text.append("target ").append(target.describe()).append('\n');
    counts.forEach(
        (kernel, instructions) ->
            instructions.forEach(
                (instruction, count) ->
                    text.append("%s %s %d\n".formatted(kernel, instruction, count))));
    return text.toString();
  }

  /**
   * Reads a file's text.
   *
   * @throws IllegalArgumentException if a line is wrong
   */
  static Expectation parse(String text) {
    CodeTarget target = null;
    Map<String, Map<String, Integer>> counts = new TreeMap<>();
    for (String line : text.lines().filter(each -> !each.startsWith("#")).toList()) {
      String[] words = line.split(" ");
      if (words[0].equals("target")) {
        target = CodeTarget.parse(line.substring("target ".length()));
      } else if (words.length == 3) {
        counts
            .computeIfAbsent(words[0], name -> new TreeMap<>())
            .put(words[1], Integer.valueOf(words[2]));
      } else {
        throw new IllegalArgumentException("'" + line + "' is no kernel, instruction and count");
      }
    }
    return new Expectation(
        Objects.requireNonNull(target, "an expectation without its target"), counts);
  }

  /** What differs, a sentence each; nothing if all is as expected. */
  List<String> differences(Map<String, Map<String, Integer>> actual) {
    List<String> differences = new ArrayList<>();
    TreeSet<String> kernels = new TreeSet<>(counts.keySet());
    kernels.addAll(actual.keySet());
    for (String kernel : kernels) {
      if (!actual.containsKey(kernel)) {
        differences.add(kernel + " is not compiled by C2");
      } else if (!counts.containsKey(kernel)) {
        differences.add(kernel + " is new");
      } else {
        compare(kernel, counts.get(kernel), actual.get(kernel), differences);
      }
    }
    return differences;
  }

  private static void compare(
      String kernel,
      Map<String, Integer> expected,
      Map<String, Integer> actual,
      List<String> differences) {
    TreeSet<String> instructions = new TreeSet<>(expected.keySet());
    instructions.addAll(actual.keySet());
    for (String instruction : instructions) {
      int before = expected.getOrDefault(instruction, 0);
      int now = actual.getOrDefault(instruction, 0);
      if (before != now) {
        differences.add("%s: %d %s, expected %d".formatted(kernel, now, instruction, before));
      }
    }
  }
}
