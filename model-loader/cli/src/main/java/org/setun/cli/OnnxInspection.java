// SPDX-License-Identifier: Apache-2.0
package org.setun.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.setun.loader.checkpoint.CheckpointException;
import org.setun.loader.convert.ConversionException;
import org.setun.loader.onnx.OnnxConverter;
import org.setun.loader.onnx.OnnxFile;

/** Prints what is in an ONNX model: its operators, and the layers they become. */
final class OnnxInspection {
  private OnnxInspection() {}

  /** Prints the model and returns what cannot be run. */
  static List<String> print(Path path, PrintWriter out) throws IOException {
    OnnxFile file = OnnxFile.open(path);
    out.println("ONNX model    " + path + ", " + Units.bytes(Files.size(path)));
    out.println(
        "made by       " + CheckpointException.quote(file.producer()) + ", opset " + file.opset());
    Table table = new Table("operator", "nodes>");
    file.operators()
        .forEach(
            (operator, count) ->
                table.row(CheckpointException.quote(operator), Integer.toString(count)));
    table.print(out);
    try {
      ModelInspection.print(OnnxConverter.convert(file, Optional.empty()), out);
      return List.of();
    } catch (ConversionException e) {
      return e.problems();
    }
  }
}
