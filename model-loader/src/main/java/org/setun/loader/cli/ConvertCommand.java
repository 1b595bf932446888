package org.setun.loader.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.setun.loader.Model;
import org.setun.loader.model.LayerZeros;
import org.setun.loader.model.ModelWriter;
import org.setun.loader.model.PackedModel;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code setun convert}: a training checkpoint to a packed model. */
@Command(name = "convert", description = "Converts a training checkpoint to a packed model.")
final class ConvertCommand implements Callable<Integer> {
  /** Bits of a weight in its two planes. */
  private static final int BITS_PER_TRIT = 2;

  @Parameters(paramLabel = "CHECKPOINT", description = "The checkpoint.")
  private Path checkpoint;

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "MODEL.setun",
      description = "The packed model to write.")
  private Path output;

  @Mixin private ModelArgument.CheckpointOptions options;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    Output.requireOther(spec, output, checkpoint, "checkpoint");
    PackedModel model = Model.convert(checkpoint, options.toLoadOptions());
    ModelWriter.write(model, output);

    PrintWriter out = Output.messages(spec, output);
    Table layers = new Table("ternary layer", "weights>", "zeros>", "fp32>", "packed>");
    long weights = 0;
    for (LayerZeros layer : model.zeros()) {
      weights += layer.weights();
      layers.row(
          layer.layer(),
          Units.count(layer.weights()),
          Units.percent(layer.share()),
          Units.bytes(layer.weights() * Float.BYTES),
          Units.bytes(layer.weights() * BITS_PER_TRIT / Byte.SIZE));
    }
    layers.print(out);
    out.println("architecture " + model.architecture() + ", " + weights + " ternary weights");
    out.println("method " + model.method());
    out.println(
        Units.bytes(Files.size(checkpoint))
            + " ("
            + checkpoint
            + ") becomes "
            + Output.describe(output));
    return 0;
  }
}
