// SPDX-License-Identifier: Apache-2.0
package org.setun.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import org.setun.loader.checkpoint.Checkpoint;
import org.setun.loader.checkpoint.GgufFile;
import org.setun.loader.io.OnnxHead;
import org.setun.loader.model.ModelExport;
import org.setun.loader.model.ModelFile;
import org.setun.loader.model.ModelFormatException;
import org.setun.loader.model.ModelFormatException.Kind;
import org.setun.loader.model.Section;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code setun inspect}: what is in a checkpoint or a model. */
@Command(
    name = "inspect",
    header = "Lists what is in a checkpoint, a packed model or matrix, an ONNX or a GGUF model.",
    description =
        "Reads all of it and names what looks wrong; of a GGUF model, the table of tensors only.")
final class InspectCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "FILE",
      description =
          "This is a checkpoint, a packed model or matrix, an ONNX model or a GGUF model.")
  private Path file;

  @Option(
      names = "--check",
      description =
          "Exit with code 1 if anything looks wrong; of a packed model, list every section and "
              + "whether its checksum is right.")
  private boolean check;

  @Mixin private StateOption state;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    List<String> problems;
    if (ModelFile.isModel(file)) {
      try (ModelFile model = ModelFile.open(file)) {
        if (check) {
          checkSections(model, out);
        }
        if (model.holdsMatrix()) {
          MatrixInspection.print(file, model, out);
        } else {
          ModelInspection.print(file, model, out);
        }
      }
      problems = List.of(); // Whatever is wrong with a packed model is an exception.
    } else if (GgufFile.isGguf(file)) {
      try (GgufFile gguf = GgufFile.open(file)) {
        GgufInspection.print(gguf, out);
      }
      problems = List.of(); // As above.
    } else if (OnnxHead.isOnnx(file)) {
      problems = OnnxInspection.print(file, out);
    } else {
      try (Checkpoint checkpoint = Checkpoint.open(file, state.key())) {
        if (ModelExport.isExport(checkpoint)) {
          ModelInspection.print(checkpoint, out);
          problems = List.of();
        } else {
          problems = new CheckpointInspection(checkpoint, out).print();
        }
      }
    }
    if (problems.isEmpty()) {
      out.println("nothing looks wrong");
      return 0;
    }
    problems.forEach(problem -> out.println("looks wrong: " + problem));
    return check ? Failures.FAILED : 0;
  }

  /** Prints every section, also those after a damaged one, before it refuses the file. */
  private void checkSections(ModelFile model, PrintWriter out) throws ModelFormatException {
    Table table = new Table("section>", "holds", "offset>", "bytes>", "CRC32C", "checksum");
    int damaged = 0;
    for (int i = 0; i < model.sections().size(); i++) {
      Section section = model.sections().get(i);
      boolean sound = model.isSound(i);
      damaged += sound ? 0 : 1;
      table.row(
          Integer.toString(i),
          section.type().toString(),
          Long.toString(section.offset()),
          Long.toString(section.length()),
          HexFormat.of().toHexDigits(section.crc32c()),
          sound ? "right" : "WRONG");
    }
    table.print(out);
    if (damaged > 0) {
      throw new ModelFormatException(
          Kind.CHECKSUM,
          file,
          damaged + " of " + model.sections().size() + " sections have a wrong checksum");
    }
  }
}
