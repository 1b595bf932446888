// SPDX-License-Identifier: Apache-2.0
package org.setun.cli;

import java.io.PrintWriter;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.setun.loader.checkpoint.GgufFile;
import org.setun.loader.checkpoint.GgufTensor;

/** Prints what is in a GGUF file: its tables, none of the tensors is read. */
final class GgufInspection {
  private GgufInspection() {}

  static void print(GgufFile file, PrintWriter out) {
    out.println(
        "GGUF model    "
            + file.path()
            + ", version "
            + file.version()
            + ", "
            + Units.bytes(file.byteSize()));
    Map<String, String> metadata = file.metadata();
    for (String field : new String[] {"architecture", "name"}) {
      String value = metadata.get("general." + field);
      if (value != null) {
        out.println(field + " ".repeat(14 - field.length()) + value);
      }
    }
    out.println("alignment     " + file.alignment());
    out.println("metadata      " + metadata.size() + " entries");
    Table table = new Table("tensor", "type", "shape", "bytes>", "bits a weight>");
    Map<String, Integer> types = new TreeMap<>();
    long bytes = 0;
    for (GgufTensor tensor : file.tensors()) {
      bytes += tensor.byteSize().orElse(0);
      types.merge(tensor.typeName(), 1, Integer::sum);
      table.row(
          tensor.name(),
          tensor.typeName(),
          tensor.shape().stream().map(Object::toString).collect(Collectors.joining("x")),
          tensor.byteSize().isPresent() ? Long.toString(tensor.byteSize().getAsLong()) : "unknown",
          tensor
              .type()
              .map(type -> Units.format("%.2f", 8.0 * type.blockBytes() / type.blockElements()))
              .orElse("unknown"));
    }
    table.print(out);
    String counts =
        types.entrySet().stream()
            .map(entry -> entry.getValue() + " " + entry.getKey())
            .collect(Collectors.joining(", "));
    out.println(
        file.tensors().size()
            + " tensors, "
            + Units.bytes(bytes)
            + (counts.isEmpty() ? "" : ": " + counts));
  }
}
