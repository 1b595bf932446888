// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.convert;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import org.setun.loader.checkpoint.Checkpoint;
import org.setun.loader.checkpoint.CheckpointException;
import org.setun.loader.checkpoint.CheckpointException.Kind;
import org.setun.loader.checkpoint.DType;
import org.setun.loader.checkpoint.GgufFile;
import org.setun.loader.checkpoint.StateDict;
import org.setun.loader.checkpoint.Tensor;
import org.setun.loader.json.JsonFormatException;
import org.setun.loader.json.JsonObject;
import org.setun.loader.matrix.BitNetBytes;
import org.setun.loader.matrix.ScaledMatrix;
import org.setun.loader.model.PackedMatrix;
import org.setun.loader.model.Source;

/**
 * Takes one ternary matrix out of a file that other programs wrote: a TQ1_0 or TQ2_0 tensor of a
 * GGUF file, or a U8 tensor of a checkpoint as transformers packs BitNet's weights. What it is, the
 * file says: no form has to be named.
 *
 * @since 0.1
 */
public final class MatrixConverter {
  /** What stands beside {@code weight} in a BitNet checkpoint. */
  private static final String SCALE = "_scale";

  /** The file of transformers that says which layers a checkpoint is for. */
  private static final String CONFIG = "config.json";

  /** Longest configuration that is read; usual is 1 KB. */
  private static final long LONGEST_CONFIG = 1 << 20;

  private MatrixConverter() {}

  /**
   * Converts a tensor.
   *
   * @param file a GGUF file or a checkpoint of any known format
   * @param tensor the tensor's name
   * @param state which state dict of a checkpoint is meant, as in {@link Checkpoint#open(Path,
   *     Optional)}
   * @param scale what BitNet's scale does; empty: as the {@code config.json} beside the file says
   * @return the matrix
   * @throws IOException if the file cannot be read, has no such tensor, or it is none of the forms;
   *     the message says why in one line
   */
  public static PackedMatrix convert(
      Path file, String tensor, Optional<String> state, Optional<WeightScale> scale)
      throws IOException {
    Objects.requireNonNull(file, "file");
    Objects.requireNonNull(tensor, "tensor");
    Objects.requireNonNull(state, "state");
    Objects.requireNonNull(scale, "scale");
    if (GgufFile.isGguf(file)) {
      if (state.isPresent() || scale.isPresent()) {
        throw new CheckpointException(
            Kind.UNSUPPORTED,
            file,
            "a GGUF file has one set of tensors, and scales in their blocks;"
                + " leave --state and --weight-scale out");
      }
      try (GgufFile gguf = GgufFile.open(file)) {
        ScaledMatrix matrix = gguf.matrix(tensor);
        String form = gguf.tensor(tensor).typeName();
        return new PackedMatrix(tensor, form, Source.of(file), matrix);
      }
    }
    try (Checkpoint checkpoint = Checkpoint.open(file, state)) {
      return new PackedMatrix(
          tensor, "bitnet", Source.of(checkpoint), bitNet(checkpoint, tensor, scale));
    }
  }

  private static ScaledMatrix bitNet(
      Checkpoint checkpoint, String name, Optional<WeightScale> given) throws IOException {
    StateDict dict = checkpoint.stateDict();
    Path file = checkpoint.path();
    Tensor packed = dict.tensor(name);
    long[] shape = packed.shape();
    if (packed.dtype() != DType.U8 || shape.length != 2) {
      throw bad(
          file,
          name,
          "is "
              + packed.dtype()
              + Arrays.toString(shape)
              + "; BitNet's packed weights are U8 with two extents");
    }
    if (shape[0] > Integer.MAX_VALUE / BitNetBytes.ROWS_PER_BYTE || shape[1] > Integer.MAX_VALUE) {
      throw bad(file, name, "has the shape " + Arrays.toString(shape) + ", too large for a matrix");
    }
    if (!dict.contains(name + SCALE)) {
      throw bad(
          file,
          name,
          "has no "
              + CheckpointException.quote(name + SCALE)
              + " beside it, as BitNet's weights have");
    }
    Tensor scale = dict.tensor(name + SCALE);
    if (scale.elementCount() != 1 || !scale.dtype().isFloating()) {
      throw bad(
          file,
          scale.name(),
          "is " + scale.dtype() + Arrays.toString(scale.shape()) + ", not one number");
    }
    float value = scale.toFloats()[0];
    Optional<WeightScale> known = given.isPresent() ? given : configured(checkpoint);
    WeightScale does =
        known.orElseThrow(
            () ->
                bad(
                    file,
                    name,
                    "whether its scale multiplies or divides, a checkpoint does not say; give"
                        + " --weight-scale, or put the model's "
                        + CONFIG
                        + " beside the file"));
    try {
      return BitNetBytes.decode(
          packed.toBytes(),
          (int) shape[0] * BitNetBytes.ROWS_PER_BYTE,
          (int) shape[1],
          does == WeightScale.MULTIPLY ? value : 1 / value);
    } catch (IllegalArgumentException e) {
      throw new CheckpointException(Kind.BAD_TENSOR, file, name, e.getMessage(), e);
    }
  }

  /** What the configuration beside a checkpoint says of its layers. */
  private static Optional<WeightScale> configured(Checkpoint checkpoint) throws IOException {
    Path config = checkpoint.path().resolveSibling(CONFIG);
    if (!checkpoint.isFile()
        || !Files.isRegularFile(config)
        || Files.size(config) > LONGEST_CONFIG) {
      return Optional.empty();
    }
    try {
      JsonObject root = JsonObject.parse(Files.readAllBytes(config));
      if (!root.has("quantization_config")) {
        return Optional.empty();
      }
      JsonObject quantization = root.object("quantization_config");
      if (!quantization.string("quant_method", "").equals("bitnet")) {
        return Optional.empty();
      }
      return switch (quantization.string("linear_class", "bitlinear")) {
        case "autobitlinear" -> Optional.of(WeightScale.MULTIPLY);
        case "bitlinear" -> Optional.of(WeightScale.DIVIDE);
        default -> Optional.empty();
      };
    } catch (JsonFormatException e) {
      throw new CheckpointException(Kind.MALFORMED, config, null, e.getMessage(), e);
    }
  }

  private static CheckpointException bad(Path file, String tensor, String detail) {
    return new CheckpointException(Kind.BAD_TENSOR, file, tensor, detail, null);
  }
}
