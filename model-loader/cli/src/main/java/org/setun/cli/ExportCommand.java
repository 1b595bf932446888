// SPDX-License-Identifier: Apache-2.0
package org.setun.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.setun.loader.model.ModelExport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code setun export}: a packed model to tensors that other programs read. */
@Command(
    name = "export",
    header = "Writes all parameters of a model as safetensors, trits as int8.",
    description =
        "The file is a MODEL like any other: setun convert makes the same packed model of "
            + "it, to the bit.")
final class ExportCommand implements Callable<Integer> {
  @Mixin private ModelArgument model;

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "OUT.safetensors",
      description = "Write this file.")
  private Path output;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    Output.requireOther(spec, output, model.file(), "model");
    int tensors = ModelExport.write(model.read(), output);
    Output.messages(spec, output)
        .println("wrote " + tensors + " tensors, " + Output.describe(output));
    return 0;
  }
}
