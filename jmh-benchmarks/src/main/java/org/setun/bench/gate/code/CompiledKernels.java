// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.gate.code;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What C2 made of the kernels in one process.
 *
 * @param target what it ran on
 * @param chosen methods of kernels that may be chosen there
 * @param code instructions by method
 */
record CompiledKernels(CodeTarget target, Set<String> chosen, Map<String, List<Instruction>> code) {

  /**
   * Starts a JVM, waits until it has compiled all kernels, and disassembles them.
   *
   * @param jar the benchmarks.jar with the kernels
   * @param arguments further arguments of the JVM
   */
  static CompiledKernels compile(Path jar, List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xbatch", "-XX:+UseSerialGC", "-XX:+UnlockDiagnosticVMOptions"));
    HotMethod.ALL.forEach(each -> command.add("-XX:CompileCommand=print," + each.pattern()));
    command.add("--add-modules=jdk.incubator.vector");
    command.addAll(arguments);
    command.addAll(List.of("-cp", jar.toString(), CompileKernels.class.getName()));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    List<String> marked = new ArrayList<>();
    Map<String, List<Instruction>> code = new TreeMap<>();
    try (BufferedReader print = process.inputReader(StandardCharsets.UTF_8)) {
      for (Map.Entry<String, byte[]> each : MachineCodePrint.read(print, marked::add).entrySet()) {
        code.put(each.getKey(), Instruction.parse(Objdump.disassemble(each.getValue())));
      }
    }
    if (marked.isEmpty() || code.isEmpty()) {
      throw new IOException("the JVM printed no machine code: " + String.join(" ", command));
    }
    CodeTarget target = null;
    Set<String> chosen = new HashSet<>();
    for (String line : marked) {
      if (line.startsWith(CompileKernels.TARGET)) {
        target = CodeTarget.parse(line.substring(CompileKernels.TARGET.length()));
      } else if (line.startsWith(CompileKernels.CHOSEN)) {
        chosen.add(line.substring(CompileKernels.CHOSEN.length()));
      }
    }
    return new CompiledKernels(target, chosen, code);
  }

  /** The counts that an expectation has. */
  Expectation expectation() {
    Map<String, Map<String, Integer>> counts = new TreeMap<>();
    code.forEach((method, instructions) -> counts.put(method, InstructionCounts.of(instructions)));
    return new Expectation(target, counts);
  }

  /**
   * What no kernel that may be chosen is allowed to do, a sentence each. A vector on the stack may
   * lie across two pages, which makes every store to it wait some 25 cycles: the kernel is then
   * slower at some call depths than at others, by half and more.
   */
  List<String> errors() {
    List<String> errors = new ArrayList<>();
    for (String method : chosen.stream().sorted().toList()) {
      if (!code.containsKey(method)) {
        errors.add(method + " may be chosen here, but C2 did not compile it");
        continue;
      }
      HotLoops loops = HotLoops.of(code.get(method));
      if (loops.count() == 0) {
        errors.add(method + " may be chosen here, but no loop with vectors is found in its code");
      } else if (loops.stackOperands() > 0) {
        errors.add(
            "%s may be chosen here, but touches the stack in its loop: %d of %d vector instructions"
                .formatted(method, loops.stackOperands(), loops.vectorInstructions()));
      }
    }
    return errors;
  }

  /** Methods that touch the stack in a loop and are therefore not chosen, with how often. */
  List<String> spillsLeftOut() {
    return code.entrySet().stream()
        .filter(each -> !chosen.contains(each.getKey()))
        .map(each -> Map.entry(each.getKey(), HotLoops.of(each.getValue())))
        .filter(each -> each.getValue().stackOperands() > 0)
        .map(each -> each.getKey() + " " + each.getValue().stackOperands())
        .toList();
  }
}
