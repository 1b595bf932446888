// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.gate.code;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The disassembler of GNU binutils. */
final class Objdump {
  private Objdump() {}

  /** Why it cannot be used here, if so. */
  static Optional<String> obstacle() {
    try {
      Process process =
          new ProcessBuilder("objdump", "--version")
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor() == 0 ? Optional.empty() : Optional.of("objdump does not run");
    } catch (IOException e) {
      return Optional.of("there is no objdump (package binutils)");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.of("interrupted");
    }
  }

  /** Disassembles x86-64 code; the lines of the listing. */
  static List<String> disassemble(byte[] code) throws IOException {
    Path file = Files.createTempFile("setun-code", ".bin");
    try {
      Files.write(file, code);
      Process process =
          new ProcessBuilder(
                  "objdump",
                  "--disassemble-all",
                  "--target=binary",
                  "--architecture=i386:x86-64",
                  "--disassembler-options=intel",
                  "--no-show-raw-insn",
                  file.toString())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.inputReader().lines().toList();
    } finally {
      Files.delete(file);
    }
  }
}
