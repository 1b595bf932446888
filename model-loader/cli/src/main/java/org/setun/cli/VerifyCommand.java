// SPDX-License-Identifier: Apache-2.0
package org.setun.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import org.setun.kernels.Shape;
import org.setun.loader.LoadOptions;
import org.setun.loader.Model;
import org.setun.loader.arch.Architecture;
import org.setun.loader.checkpoint.Checkpoint;
import org.setun.loader.convert.ArchitectureChoice;
import org.setun.loader.convert.ConversionException;
import org.setun.loader.convert.LayerMethods;
import org.setun.loader.io.OnnxHead;
import org.setun.loader.layer.Value;
import org.setun.loader.model.ModelExport;
import org.setun.loader.reference.ReferenceNetwork;
import org.setun.loader.reference.Verification;
import org.setun.loader.reference.Verification.Result;
import org.setun.loader.reference.Verification.WholeDifference;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code setun verify}: a packed model against its checkpoint, computed plainly. */
@Command(
    name = "verify",
    header =
        "Compares each layer of a packed model with a plain fp32 computation straight "
            + "from the checkpoint.",
    description =
        "Values that depend on a trit within 1e-5 of its threshold count as uncertain. The "
            + "difference of the outputs is also shown where no layer starts anew.")
final class VerifyCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "MODEL", description = "This is the packed model.")
  private Path file;

  @Parameters(
      index = "1",
      paramLabel = "CHECKPOINT",
      description = "This is the checkpoint that it was made from.")
  private Path checkpointFile;

  @Mixin private ModelArgument.CheckpointOptions options;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "Draw the normally distributed input with this seed. The default is ${DEFAULT-VALUE}.")
  private long seed;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    if (OnnxHead.isOnnx(checkpointFile)) {
      throw new IOException(
          checkpointFile + ": an ONNX model; verify compares with a training checkpoint");
    }
    LoadOptions loadOptions = options.toLoadOptions();
    Model model = Model.load(file, loadOptions);
    Shape input = model.network().inputShape();
    float[] image = new float[input.size()];
    Random random = new Random(seed);
    for (int i = 0; i < image.length; i++) {
      image[i] = (float) random.nextGaussian();
    }
    Map<String, Value> observed = new LinkedHashMap<>();
    model
        .network()
        .session()
        .trace(image, (name, shape, nhwc) -> observed.put(name, Value.ofNhwc(shape, nhwc)));

    List<Result> results = new ArrayList<>();
    WholeDifference whole;
    try (Checkpoint checkpoint = Checkpoint.open(checkpointFile, loadOptions.state());
        Progress progress = Progress.start("verify", observed.size())) {
      if (ModelExport.isExport(checkpoint)) {
        throw new IOException(
            checkpointFile
                + ": an exported model, not a training checkpoint: it holds the same folded numbers"
                + " as a packed model and says nothing about how they were folded");
      }
      Architecture architecture =
          loadOptions.architecture().isPresent()
              ? ArchitectureChoice.named(loadOptions.architecture().get())
              : ArchitectureChoice.detect(checkpoint);
      List<String> problems = ArchitectureChoice.problems(architecture, checkpoint);
      if (!problems.isEmpty()) {
        throw new ConversionException(
            checkpointFile,
            "its keys do not fit the architecture " + architecture.name(),
            problems);
      }
      LayerMethods methods =
          LayerMethods.find(
              checkpointFile, architecture, checkpoint.stateDict(), loadOptions.methods());
      whole =
          new Verification(
                  architecture, new ReferenceNetwork(architecture, checkpoint.stateDict(), methods))
              .compare(
                  image,
                  observed,
                  result -> {
                    results.add(result);
                    progress.advance(1);
                  });
    }
    return report(results, whole);
  }

  private int report(List<Result> results, WholeDifference whole) throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    Table table = new Table("value", "largest>", "difference>", "allowed>", "uncertain>", "wrong>");
    for (Result result : results) {
      table.row(
          result.layer(),
          Units.format("%.4g", result.largest()),
          Units.format("%.2e", result.difference()),
          Units.format("%.2e", result.allowed()),
          Integer.toString(result.uncertain()),
          Integer.toString(result.wrong()));
    }
    table.print(out);
    out.println(
        "through the whole network, outputs of at most "
            + Units.format("%.4g", whole.largest())
            + " differ by "
            + Units.format("%.2e", whole.difference()));
    for (Result result : results) {
      if (result.wrong() > 0) {
        throw new IOException(
            file
                + ": layer "
                + result.layer()
                + " differs from the reference in "
                + result.wrong()
                + " values, the first layer that does");
      }
    }
    out.println("all " + results.size() + " values agree with the reference");
    return 0;
  }
}
