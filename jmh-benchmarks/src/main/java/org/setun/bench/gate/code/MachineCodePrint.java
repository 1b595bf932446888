// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.gate.code;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads what {@code -XX:CompileCommand=print} prints without a disassembler:
 *
 * <pre>
 * Compiled method (c2) 9399 1590       4       org.setun.kernels.vector.ZFold7x1::tile (1379 bytes)
 * [MachCode]
 *   0x00007f55305df280: 660f 1f84 | 0000 0000
 *   0x00007f55305df298: ;   {runtime_call Shared Runtime ic_miss_blob}
 *   0x00007f55305df298: 5008 0f85
 * [Stub Code]
 * </pre>
 */
final class MachineCodePrint {
  /** Only C2's; a percent sign after the number marks a loop compiled while it ran. */
  private static final Pattern HEAD =
      Pattern.compile("Compiled method \\(c2\\)\\s+\\d+\\s+\\d+\\s+4\\s+(\\S+)::(\\S+) .*");

  private static final Pattern BYTES =
      Pattern.compile("\\s+0x[0-9a-f]+: ((?:[0-9a-f]{2,4}[ |]*)+)");

  private MachineCodePrint() {}

  /**
   * Reads to the end.
   *
   * @param print the print
   * @param other receives every other line that begins with an at sign
   * @return the last machine code of each method, without stubs, by simple class name and method,
   *     such as {@code ZFold7x1.tile}
   */
  static Map<String, byte[]> read(BufferedReader print, java.util.function.Consumer<String> other)
      throws IOException {
    Map<String, ByteArrayOutputStream> codes = new TreeMap<>();
    ByteArrayOutputStream code = null;
    for (String line = print.readLine(); line != null; line = print.readLine()) {
      if (line.startsWith("@")) {
        other.accept(line);
      } else if (line.startsWith("Compiled method")) {
        Matcher head = HEAD.matcher(line);
        code = null;
        if (head.matches()) {
          code = new ByteArrayOutputStream();
          String type = head.group(1).substring(head.group(1).lastIndexOf('.') + 1);
          codes.put(type + "." + head.group(2), code);
        }
      } else if (line.startsWith("[Stub Code]") || line.startsWith("[/MachCode]")) {
        code = null;
      } else if (code != null && line.startsWith("  0x")) {
        Matcher bytes = BYTES.matcher(line);
        if (bytes.matches()) {
          code.writeBytes(HexFormat.of().parseHex(bytes.group(1).replaceAll("[ |]", "")));
        }
      }
    }
    Map<String, byte[]> result = new TreeMap<>();
    codes.forEach((name, bytes) -> result.put(name, bytes.toByteArray()));
    return result;
  }
}
