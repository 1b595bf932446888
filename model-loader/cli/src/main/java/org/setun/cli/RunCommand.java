// SPDX-License-Identifier: Apache-2.0
package org.setun.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.concurrent.Callable;
import org.setun.kernels.Network;
import org.setun.kernels.Shape;
import org.setun.loader.checkpoint.Checkpoint;
import org.setun.loader.checkpoint.CheckpointException;
import org.setun.loader.checkpoint.CheckpointException.Kind;
import org.setun.loader.checkpoint.Safetensors;
import org.setun.loader.checkpoint.Tensor;
import org.setun.loader.checkpoint.TensorData;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code setun run}: raw tensors in, raw tensors out. */
@Command(
    name = "run",
    description = "Runs a model on the tensor 'input' of a file and writes 'logits' to another.")
final class RunCommand implements Callable<Integer> {
  private static final String INPUT = "input";
  private static final String LOGITS = "logits";

  @Mixin private ModelArgument model;

  @Option(
      names = "--input",
      required = true,
      paramLabel = "IN.safetensors",
      description = "Read the tensor 'input' of N×C×H×W from this file.")
  private Path input;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "OUT.safetensors",
      description = "Write the tensor 'logits' of N×classes to this file.")
  private Path output;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    Output.requireOther(spec, output, model.file(), "model");
    Output.requireOther(spec, output, input, "input");
    Network network = model.load().network();
    float[] images = readInput(network.inputShape());
    int batch = images.length / network.inputShape().size();
    int outputs = network.outputShape().size();
    float[] logits = new float[Math.multiplyExact(batch, outputs)];
    network.session().run(images, logits, batch);
    LinkedHashMap<String, TensorData> tensors = new LinkedHashMap<>();
    tensors.put(LOGITS, TensorData.ofFloats(logits, batch, outputs));
    Safetensors.write(output, tensors);
    Output.messages(spec, output)
        .println("ran " + batch + " inputs of " + network.inputShape() + ", wrote " + output);
    return 0;
  }

  private float[] readInput(Shape shape) throws CheckpointException {
    try (Checkpoint file = Checkpoint.open(input)) {
      Tensor tensor = file.stateDict().tensor(INPUT);
      long[] extents = tensor.shape();
      long batch = extents.length == 0 ? 0 : extents[0];
      long[] wanted = {batch, shape.channels(), shape.height(), shape.width()};
      long[] channelsLast = {batch, shape.height(), shape.width(), shape.channels()};
      boolean vector = shape.pixels() == 1 && Arrays.equals(extents, new long[] {batch, wanted[1]});
      if (!Arrays.equals(extents, wanted) && Arrays.equals(extents, channelsLast)) {
        return channelsFirst(tensor.toFloats(), shape);
      }
      if (!Arrays.equals(extents, wanted) && !vector) {
        throw new CheckpointException(
            Kind.BAD_TENSOR,
            input,
            INPUT,
            "has the shape " + Arrays.toString(extents) + ", the model reads N x " + shape,
            null);
      }
      return tensor.toFloats();
    }
  }

  /** Pictures with their channels last, as TensorFlow has them, in the order of a network. */
  private static float[] channelsFirst(float[] images, Shape shape) {
    float[] moved = new float[images.length];
    for (int i = 0; i < images.length; i++) {
      int image = i / shape.size();
      int pixel = i % shape.size() / shape.channels();
      int channel = i % shape.channels();
      moved[image * shape.size() + channel * shape.pixels() + pixel] = images[i];
    }
    return moved;
  }
}
