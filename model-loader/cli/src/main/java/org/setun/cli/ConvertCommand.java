// SPDX-License-Identifier: Apache-2.0
package org.setun.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.setun.kernels.Layer;
import org.setun.kernels.NetworkGraph;
import org.setun.loader.Model;
import org.setun.loader.convert.MatrixConverter;
import org.setun.loader.convert.WeightScale;
import org.setun.loader.model.LayerZeros;
import org.setun.loader.model.ModelWriter;
import org.setun.loader.model.PackedMatrix;
import org.setun.loader.model.PackedModel;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code setun convert}: a training checkpoint to a packed model, or a tensor to a matrix. */
@Command(
    name = "convert",
    header = "Converts a training checkpoint to a packed model, or one tensor to a matrix.",
    description =
        "With --tensor, a ternary matrix is taken out of a file that other programs wrote: a TQ1_0"
            + " or TQ2_0 tensor of a GGUF model, or a U8 tensor of a checkpoint with its"
            + " weight_scale beside it, as transformers packs BitNet's. The tensor's type says"
            + " which it is.")
final class ConvertCommand implements Callable<Integer> {
  /** Options that go with {@code --tensor}. */
  private static final Set<String> OF_TENSORS =
      Set.of("--tensor", "--weight-scale", "--state", "--output", "--verbose");

  @Parameters(paramLabel = "CHECKPOINT", description = "This is the checkpoint, or a GGUF model.")
  private Path checkpoint;

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "MODEL.setun",
      description = "Write the packed model or matrix to this file.")
  private Path output;

  @Option(
      names = "--tensor",
      paramLabel = "NAME",
      description = "Convert this tensor to a matrix; setun inspect lists the names.")
  private String tensor;

  @Option(
      names = "--weight-scale",
      paramLabel = "WHAT",
      description =
          "Say what the weight_scale of a BitNet tensor does to its trits:"
              + " ${COMPLETION-CANDIDATES}. By default the config.json beside the checkpoint says"
              + " it by linear_class: autobitlinear multiplies, bitlinear divides.")
  private WeightScale weightScale;

  @Mixin private ModelArgument.CheckpointOptions options;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    Output.requireOther(spec, output, checkpoint, "checkpoint");
    if (tensor != null) {
      return convertTensor();
    }
    if (weightScale != null) {
      throw new ParameterException(spec.commandLine(), "--weight-scale goes with --tensor");
    }
    PackedModel model = Model.convert(checkpoint, options.toLoadOptions());
    ModelWriter.write(model, output);

    PrintWriter out = Output.messages(spec, output);
    Table layers = new Table("ternary layer", "weights>", "zeros>", "fp32>", "packed>");
    Map<String, Long> packed = planeBytes(model.graph());
    long weights = 0;
    for (LayerZeros layer : model.zeros()) {
      weights += layer.weights();
      layers.row(
          layer.layer(),
          Units.count(layer.weights()),
          Units.percent(layer.share()),
          Units.bytes(layer.weights() * Float.BYTES),
          Units.bytes(packed.get(layer.layer())));
    }
    layers.print(out);
    out.println("architecture " + model.architecture() + ", " + weights + " ternary weights");
    out.println("method " + model.method());
    out.println(becomes());
    return 0;
  }

  /** Bytes that the planes of each ternary layer take in the file: whole words of 64 trits. */
  private static Map<String, Long> planeBytes(NetworkGraph graph) {
    Map<String, Long> bytes = new HashMap<>();
    for (Layer layer : graph.layers()) {
      switch (layer) {
        case Layer.TritConvolution l -> bytes.put(l.name(), l.kernel().byteSize());
        case Layer.TernaryWeightConvolution l -> bytes.put(l.name(), l.kernel().byteSize());
        default -> {}
      }
    }
    return bytes;
  }

  private int convertTensor() throws IOException {
    for (OptionSpec option : spec.commandLine().getParseResult().matchedOptions()) {
      if (!OF_TENSORS.contains(option.longestName())) {
        throw new ParameterException(
            spec.commandLine(),
            option.longestName() + " is for networks, --tensor converts one matrix");
      }
    }
    PackedMatrix matrix =
        MatrixConverter.convert(
            checkpoint, tensor, options.state(), Optional.ofNullable(weightScale));
    ModelWriter.write(matrix, output);
    PrintWriter out = Output.messages(spec, output);
    MatrixInspection.print(matrix, out);
    out.println(becomes());
    return 0;
  }

  private String becomes() throws IOException {
    return Units.bytes(Files.size(checkpoint))
        + " ("
        + checkpoint
        + ") becomes "
        + Output.describe(output);
  }
}
