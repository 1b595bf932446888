package org.setun.loader.checkpoint;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.UUID;
import org.setun.loader.checkpoint.CheckpointException.Kind;

/**
 * The safetensors format: an 8-byte little-endian header length, a JSON header that maps each name
 * to {@code dtype}, {@code shape} and {@code data_offsets}, then the tensors' bytes without holes.
 *
 * @see <a href="https://github.com/huggingface/safetensors#format">The format's description</a>
 */
public final class Safetensors {
  /**
   * Longest header read, in bytes. The format allows 100 MB; real headers are below 1 MB, and the
   * table made of one takes up to eight times its bytes in heap.
   */
  static final long MAX_HEADER_BYTES = 16L << 20;

  private static final String METADATA = "__metadata__";

  /** A duplicate name would let two readers see two different tensors. */
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(3).build())
          .build();

  private Safetensors() {}

  /** One line of the header; {@code begin} and {@code end} count from the end of the header. */
  private record Entry(String name, DType dtype, long[] shape, long begin, long end) {}

  static Checkpoint.Contents read(MappedFile file) throws CheckpointException {
    long headerBytes = LittleEndian.i64(file.bytes(), 0);
    byte[] header =
        file.slice(Long.BYTES, headerBytes, "the safetensors header")
            .toArray(ValueLayout.JAVA_BYTE);
    SequencedMap<String, String> metadata = new LinkedHashMap<>();
    List<Entry> entries;
    try (JsonParser json = JSON.createParser(header)) {
      entries = readHeader(file, json, metadata);
    } catch (CheckpointException e) {
      throw e;
    } catch (JsonProcessingException e) {
      throw new CheckpointException(
          Kind.MALFORMED, file.path(), null, "bad header: " + oneLine(e), e);
    } catch (IOException e) {
      throw new CheckpointException(
          Kind.MALFORMED, file.path(), null, "bad header: " + e.getMessage(), e);
    }
    long dataStart = Long.BYTES + headerBytes;
    checkOffsets(file, entries, file.size() - dataStart);
    SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
    for (Entry entry : entries) {
      tensors.put(entry.name, tensor(file, entry, dataStart));
    }
    return new Checkpoint.Contents("safetensors", tensors, metadata);
  }

  private static String oneLine(JsonProcessingException e) {
    return e.getOriginalMessage().lines().findFirst().orElse("not JSON");
  }

  private static List<Entry> readHeader(
      MappedFile file, JsonParser json, Map<String, String> metadata) throws IOException {
    List<Entry> entries = new ArrayList<>();
    expect(file, json.nextToken(), JsonToken.START_OBJECT);
    while (json.nextToken() != JsonToken.END_OBJECT) {
      expect(file, json.currentToken(), JsonToken.FIELD_NAME);
      String name = json.currentName();
      expect(file, json.nextToken(), JsonToken.START_OBJECT);
      if (name.equals(METADATA)) {
        readMetadata(file, json, metadata);
      } else {
        entries.add(readEntry(file, json, name));
      }
    }
    if (json.nextToken() != null) {
      throw file.error(Kind.MALFORMED, "bad header: text after its closing brace");
    }
    return entries;
  }

  private static void readMetadata(MappedFile file, JsonParser json, Map<String, String> metadata)
      throws IOException {
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String key = json.currentName();
      expect(file, json.nextToken(), JsonToken.VALUE_STRING);
      metadata.put(key, json.getText());
    }
  }

  private static Entry readEntry(MappedFile file, JsonParser json, String name) throws IOException {
    DType dtype = null;
    long[] shape = null;
    long[] offsets = null;
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String field = json.currentName();
      json.nextToken();
      switch (field) {
        case "dtype" -> dtype = dtype(file, name, json);
        case "shape" -> shape = readLongs(file, json, name, Tensor.MAX_RANK);
        case "data_offsets" -> offsets = readLongs(file, json, name, 2);
        default ->
            throw file.error(
                Kind.MALFORMED, name, "unknown field " + CheckpointException.quote(field));
      }
    }
    if (dtype == null || shape == null || offsets == null || offsets.length != 2) {
      throw file.error(Kind.MALFORMED, name, "needs dtype, shape and two data_offsets");
    }
    return new Entry(name, dtype, shape, offsets[0], offsets[1]);
  }

  private static DType dtype(MappedFile file, String name, JsonParser json) throws IOException {
    expect(file, json.currentToken(), JsonToken.VALUE_STRING);
    String text = json.getText();
    return Arrays.stream(DType.values())
        .filter(dtype -> dtype.name().equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                file.error(
                    Kind.UNSUPPORTED, name, "element type " + CheckpointException.quote(text)));
  }

  private static long[] readLongs(MappedFile file, JsonParser json, String name, int most)
      throws IOException {
    expect(file, json.currentToken(), JsonToken.START_ARRAY);
    long[] values = new long[most];
    int count = 0;
    while (json.nextToken() != JsonToken.END_ARRAY) {
      expect(file, json.currentToken(), JsonToken.VALUE_NUMBER_INT);
      if (count == most) {
        throw file.error(Kind.MALFORMED, name, "has more than " + most + " numbers in a list");
      }
      values[count] = json.getLongValue();
      if (values[count++] < 0) {
        throw file.error(Kind.MALFORMED, name, "has a negative number in its header");
      }
    }
    return Arrays.copyOf(values, count);
  }

  private static void expect(MappedFile file, JsonToken actual, JsonToken expected)
      throws CheckpointException {
    if (actual != expected) {
      throw file.error(Kind.MALFORMED, "bad header: " + actual + " where " + expected + " belongs");
    }
  }

  /** The format demands that tensors lie end to end and fill the file. */
  private static void checkOffsets(MappedFile file, List<Entry> entries, long dataBytes)
      throws CheckpointException {
    List<Entry> byPosition = new ArrayList<>(entries);
    byPosition.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
    long position = 0;
    for (Entry entry : byPosition) {
      if (entry.end > dataBytes) {
        throw file.error(
            Kind.TRUNCATED, entry.name, "ends at byte " + entry.end + " of " + dataBytes);
      }
      if (entry.begin != position || entry.end < entry.begin) {
        throw file.error(
            Kind.MALFORMED,
            entry.name,
            "lies at bytes " + entry.begin + " to " + entry.end + ", expected from " + position);
      }
      position = entry.end;
    }
    if (position != dataBytes) {
      throw file.error(
          Kind.MALFORMED, (dataBytes - position) + " bytes after the last tensor belong to none");
    }
  }

  private static Tensor tensor(MappedFile file, Entry entry, long dataStart)
      throws CheckpointException {
    long length = entry.end - entry.begin;
    MemorySegment bytes = file.slice(dataStart + entry.begin, length, "tensor data");
    Storage storage = new Storage(file, bytes, entry.dtype, ByteOrder.LITTLE_ENDIAN);
    return Tensor.filling(entry.name, storage, entry.shape, Tensor.rowMajorStrides(entry.shape));
  }

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
    if (tensors.containsKey(METADATA)) {
      throw new IllegalArgumentException(METADATA + " is no name for a tensor");
    }
    List<Map.Entry<String, TensorData>> inOrder = new ArrayList<>(tensors.entrySet());
    inOrder.sort(Comparator.comparingInt(entry -> -entry.getValue().dtype().byteSize()));
    byte[] header = header(inOrder);
    Path target = path.toAbsolutePath();
    // Not Files.createTempFile: its files are private to their owner, and stay so when moved.
    Path temporary = target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID());
    try {
      try (FileChannel channel =
          FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        TensorData.writeAll(channel, length.putLong(header.length).flip());
        TensorData.writeAll(channel, ByteBuffer.wrap(header));
        for (Map.Entry<String, TensorData> entry : inOrder) {
          entry.getValue().writeTo(channel);
        }
        channel.force(true);
      }
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private static byte[] header(List<Map.Entry<String, TensorData>> tensors) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
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
}
