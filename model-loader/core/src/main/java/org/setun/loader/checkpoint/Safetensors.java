// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.checkpoint;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import org.setun.loader.checkpoint.CheckpointException.Kind;
import org.setun.loader.io.AtomicFile;
import org.setun.loader.json.JsonFormatException;
import org.setun.loader.json.JsonReader;

/**
 * Writes the safetensors format: an 8-byte little-endian header length, a JSON header that maps
 * each name to {@code dtype}, {@code shape} and {@code data_offsets}, then the tensors' bytes
 * without holes. {@link Checkpoint#open} reads it.
 *
 * @see <a href="https://github.com/huggingface/safetensors#format">The format's description</a>
 * @since 0.1
 */
public final class Safetensors {
  /** The header's only key that is no tensor. */
  static final String METADATA = "__metadata__";

  /** Longest header or index, in bytes: what it turns into takes up to eight times as much heap. */
  static final long MOST_HEADER_BYTES = 16L << 20;

  private static final JsonFactory JSON = new JsonFactory();

  private Safetensors() {}

  /**
   * Writes tensors to a file that replaces an existing one in a single step: a crash leaves the old
   * file or the new one.
   *
   * @param path the file to write; a temporary file appears beside it while writing
   * @param tensors the tensors by name, written in this order, wider element types first so that
   *     each is aligned
   * @throws IOException when the file cannot be written
   * @throws IllegalArgumentException when a tensor has the reserved name {@code __metadata__}
   */
  public static void write(Path path, SequencedMap<String, TensorData> tensors) throws IOException {
    write(path, tensors, Map.of());
  }

  /**
   * Writes tensors and what is to be said of them, as {@link #write(Path, SequencedMap)} does.
   *
   * @param path the file to write
   * @param tensors the tensors by name
   * @param metadata any text by any key, {@link Checkpoint#metadata} of the file
   * @throws IOException when the file cannot be written, or its header would be longer than readers
   *     accept
   * @throws IllegalArgumentException when a tensor has the reserved name {@code __metadata__}
   */
  public static void write(
      Path path, SequencedMap<String, TensorData> tensors, Map<String, String> metadata)
      throws IOException {
    Objects.requireNonNull(path, "path");
    Objects.requireNonNull(tensors, "tensors");
    Objects.requireNonNull(metadata, "metadata");
    if (tensors.containsKey(METADATA)) {
      throw new IllegalArgumentException(METADATA + " is no name for a tensor");
    }
    List<Map.Entry<String, TensorData>> inOrder = new ArrayList<>(tensors.entrySet());
    inOrder.sort(Comparator.comparingInt(entry -> -entry.getValue().dtype().byteSize()));
    byte[] header = header(inOrder, metadata);
    if (header.length > MOST_HEADER_BYTES) {
      throw new IOException(
          path + ": a header of " + header.length + " bytes, at most " + MOST_HEADER_BYTES);
    }
    AtomicFile.write(
        path,
        channel -> {
          ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
          AtomicFile.writeAll(channel, length.putLong(header.length).flip());
          AtomicFile.writeAll(channel, ByteBuffer.wrap(header));
          for (Map.Entry<String, TensorData> entry : inOrder) {
            entry.getValue().writeTo(channel);
          }
        });
  }

  private static byte[] header(
      List<Map.Entry<String, TensorData>> tensors, Map<String, String> metadata)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      if (!metadata.isEmpty()) {
        json.writeObjectFieldStart(METADATA);
        for (Map.Entry<String, String> entry : metadata.entrySet()) {
          json.writeStringField(entry.getKey(), entry.getValue());
        }
        json.writeEndObject();
      }
      long position = 0;
      for (Map.Entry<String, TensorData> entry : tensors) {
        TensorData tensor = entry.getValue();
        long end = position + tensor.byteSize();
        long[] shape = tensor.shape();
        json.writeObjectFieldStart(entry.getKey());
        json.writeStringField("dtype", tensor.dtype().name());
        json.writeFieldName("shape");
        json.writeArray(shape, 0, shape.length);
        json.writeFieldName("data_offsets");
        json.writeArray(new long[] {position, end}, 0, 2);
        json.writeEndObject();
        position = end;
      }
      json.writeEndObject();
    }
    // Spaces up to a multiple of 8 keep the tensors aligned in a mapping.
    while (bytes.size() % Long.BYTES != 0) {
      bytes.write(' ');
    }
    return bytes.toByteArray();
  }

  /** Reads the JSON of a header or an index. */
  static void readJson(
      MappedFile file, MemorySegment utf8, JsonReader.Body<Void, CheckpointException> body)
      throws CheckpointException {
    try {
      JsonReader.read(utf8.toArray(ValueLayout.JAVA_BYTE), body);
    } catch (JsonFormatException e) {
      String problem = CheckpointException.quote(e.getMessage());
      throw new CheckpointException(Kind.MALFORMED, file.path(), null, "bad header: " + problem, e);
    }
  }
}
