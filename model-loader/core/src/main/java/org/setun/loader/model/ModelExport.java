// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.model;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import org.setun.kernels.TernaryKernel;
import org.setun.loader.checkpoint.Checkpoint;
import org.setun.loader.checkpoint.CheckpointException;
import org.setun.loader.checkpoint.CheckpointException.Kind;
import org.setun.loader.checkpoint.Safetensors;
import org.setun.loader.checkpoint.TensorData;
import org.setun.loader.json.JsonObject;

/**
 * A packed model as a safetensors file, for programs that do not read {@code .setun}: trits and
 * flags as int8, all other parameters as fp32, everything else in the metadata. {@code
 * model-loader/PACKED-MODEL.md} says how the tensors are named. Nothing is lost: what is read back
 * is the model that was written, to the bit.
 *
 * @since 0.1
 */
public final class ModelExport {
  private static final String VERSION_KEY = "setun_export";
  private static final String VERSION = "1";
  private static final String DESCRIPTION_KEY = "setun_model";

  private ModelExport() {}

  /**
   * Writes a model to a file that replaces an existing one in a single step.
   *
   * @param model the model
   * @param path the safetensors file to write
   * @return the number of tensors written
   * @throws IOException if the file cannot be written
   */
  public static int write(PackedModel model, Path path) throws IOException {
    Objects.requireNonNull(model, "model");
    Objects.requireNonNull(path, "path");
    Tensors tensors = new Tensors();
    byte[] description = HeaderEncoder.encode(model, tensors);
    SequencedMap<String, String> metadata = new LinkedHashMap<>();
    metadata.put(VERSION_KEY, VERSION);
    metadata.put(DESCRIPTION_KEY, new String(description, StandardCharsets.UTF_8));
    Safetensors.write(path, tensors.byName, metadata);
    return tensors.byName.size();
  }

  /**
   * Whether a checkpoint is an exported model, of whatever version.
   *
   * @param checkpoint an open checkpoint
   * @return true if {@link #read} is the way to read it
   */
  public static boolean isExport(Checkpoint checkpoint) {
    Objects.requireNonNull(checkpoint, "checkpoint");
    return checkpoint.metadata().containsKey(VERSION_KEY);
  }

  /**
   * Reads an exported model.
   *
   * @param checkpoint an open checkpoint for which {@link #isExport} is true
   * @return the model, independent of the file
   * @throws CheckpointException if the export is of another version or not sound
   */
  public static PackedModel read(Checkpoint checkpoint) throws CheckpointException {
    Objects.requireNonNull(checkpoint, "checkpoint");
    Map<String, String> metadata = checkpoint.metadata();
    String version = metadata.get(VERSION_KEY);
    if (!VERSION.equals(version)) {
      throw new CheckpointException(
          Kind.UNSUPPORTED,
          checkpoint.path(),
          "its " + VERSION_KEY + " is not " + VERSION + ", the one version this reader knows");
    }
    String description = metadata.get(DESCRIPTION_KEY);
    if (description == null) {
      throw new CheckpointException(
          Kind.MALFORMED, checkpoint.path(), "an exported model without " + DESCRIPTION_KEY);
    }
    if (description.length() > HeaderEncoder.MOST_BYTES) {
      throw new CheckpointException(
          Kind.MALFORMED,
          checkpoint.path(),
          DESCRIPTION_KEY
              + " has "
              + description.length()
              + " characters, at most "
              + HeaderEncoder.MOST_BYTES);
    }
    ExportedTensors tensors = new ExportedTensors(checkpoint);
    try {
      PackedModel model =
          HeaderDecoder.decode(
              JsonObject.parse(description.getBytes(StandardCharsets.UTF_8)), tensors);
      tensors.finish();
      return model;
    } catch (CheckpointException e) {
      throw e;
    } catch (IOException | IllegalArgumentException | ArithmeticException e) {
      throw new CheckpointException(Kind.MALFORMED, checkpoint.path(), null, e.getMessage(), e);
    }
  }

  /** Collects arrays as tensors named {@code LAYER.FIELD}. */
  private static final class Tensors implements ArraySink {
    private final SequencedMap<String, TensorData> byName = new LinkedHashMap<>();

    @Override
    public void floats(
        JsonGenerator json, String layer, String field, float[] values, long... shape)
        throws IOException {
      add(json, layer, field, TensorData.ofFloats(values, shape));
    }

    @Override
    public void flags(JsonGenerator json, String layer, String field, boolean[] flags)
        throws IOException {
      byte[] bytes = new byte[flags.length];
      for (int i = 0; i < flags.length; i++) {
        bytes[i] = (byte) (flags[i] ? 1 : 0);
      }
      add(json, layer, field, TensorData.ofBytes(bytes, bytes.length));
    }

    @Override
    public void trits(JsonGenerator json, String layer, TernaryKernel kernel) throws IOException {
      byte[] trits = new byte[Math.toIntExact(kernel.tritCount())];
      int i = 0;
      for (int o = 0; o < kernel.outputChannels(); o++) {
        for (int c = 0; c < kernel.inputChannels(); c++) {
          for (int y = 0; y < kernel.kernelHeight(); y++) {
            for (int x = 0; x < kernel.kernelWidth(); x++) {
              trits[i++] = (byte) kernel.trit(o, c, y, x);
            }
          }
        }
      }
      add(
          json,
          layer,
          "trits",
          TensorData.ofBytes(
              trits,
              kernel.outputChannels(),
              kernel.inputChannels(),
              kernel.kernelHeight(),
              kernel.kernelWidth()));
    }

    private void add(JsonGenerator json, String layer, String field, TensorData tensor)
        throws IOException {
      String name = layer + "." + field;
      byName.put(name, tensor);
      json.writeStringField(field, name);
    }
  }
}
