// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.checkpoint;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.Stream;
import org.setun.loader.checkpoint.CheckpointException.Kind;
import org.setun.loader.json.JsonFormatException;
import org.setun.loader.json.JsonReader;

/** Reads a file of the format that {@link Safetensors} describes. */
final class SafetensorsReader {
  private final MappedFile file;
  private final List<Entry> entries = new ArrayList<>();
  private final SequencedMap<String, String> metadata = new LinkedHashMap<>();

  private SafetensorsReader(MappedFile file) {
    this.file = file;
  }

  /** One line of the header; {@code begin} and {@code end} count from the end of the header. */
  private record Entry(String name, String type, long[] shape, long begin, long end) {}

  /** Whether the file begins with the header's length and the brace that opens the header. */
  static boolean mayBe(MappedFile file) {
    MemorySegment bytes = file.bytes();
    return bytes.byteSize() > Long.BYTES
        && bytes.get(ValueLayout.JAVA_BYTE, Long.BYTES) == '{'
        && LittleEndian.i64(bytes, 0) > 0
        && LittleEndian.i64(bytes, 0) <= Safetensors.MOST_HEADER_BYTES;
  }

  static Checkpoint.Contents read(MappedFile file) throws CheckpointException {
    return new SafetensorsReader(file).read();
  }

  private Checkpoint.Contents read() throws CheckpointException {
    long headerBytes = LittleEndian.i64(file.bytes(), 0);
    MemorySegment header = file.slice(Long.BYTES, headerBytes, "the safetensors header");
    Safetensors.readJson(file, header, this::readHeader);
    long dataStart = Long.BYTES + headerBytes;
    checkOffsets(file.size() - dataStart);
    SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
    SequencedMap<String, String> unreadable = new LinkedHashMap<>();
    for (Entry entry : entries) {
      Optional<DType> dtype =
          Stream.of(DType.values()).filter(type -> type.name().equals(entry.type)).findFirst();
      if (dtype.isPresent()) {
        tensors.put(entry.name, tensor(entry, dtype.get(), dataStart));
      } else {
        unreadable.put(entry.name, ElementType.unreadable(entry.type));
      }
    }
    return Checkpoint.Contents.flat("safetensors", tensors, unreadable, metadata);
  }

  private Void readHeader(JsonReader json) throws JsonFormatException, CheckpointException {
    json.requireObject();
    for (String name = json.nextField(); name != null; name = json.nextField()) {
      json.requireObject();
      if (name.equals(Safetensors.METADATA)) {
        for (String key = json.nextField(); key != null; key = json.nextField()) {
          metadata.put(key, json.string());
        }
      } else {
        entries.add(readEntry(json, name));
      }
    }
    return null;
  }

  private Entry readEntry(JsonReader json, String name)
      throws JsonFormatException, CheckpointException {
    String type = null;
    long[] shape = null;
    long[] offsets = null;
    for (String field = json.nextField(); field != null; field = json.nextField()) {
      switch (field) {
        case "dtype" -> type = json.string();
        case "shape" -> shape = readLongs(json, name, Tensor.MAX_RANK);
        case "data_offsets" -> offsets = readLongs(json, name, 2);
        default ->
            throw file.error(
                Kind.MALFORMED, name, "unknown field " + CheckpointException.quote(field));
      }
    }
    if (type == null || shape == null || offsets == null || offsets.length != 2) {
      throw file.error(Kind.MALFORMED, name, "needs dtype, shape and two data_offsets");
    }
    return new Entry(name, type, shape, offsets[0], offsets[1]);
  }

  private long[] readLongs(JsonReader json, String name, int most)
      throws JsonFormatException, CheckpointException {
    json.requireList();
    long[] values = new long[most];
    int count = 0;
    while (json.nextElement()) {
      if (count == most) {
        throw file.error(Kind.MALFORMED, name, "has more than " + most + " numbers in a list");
      }
      values[count] = json.integer();
      if (values[count++] < 0) {
        throw file.error(Kind.MALFORMED, name, "has a negative number in its header");
      }
    }
    return Arrays.copyOf(values, count);
  }

  /** The format demands that tensors lie end to end and fill the file. */
  private void checkOffsets(long dataBytes) throws CheckpointException {
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

  private Tensor tensor(Entry entry, DType dtype, long dataStart) throws CheckpointException {
    long length = entry.end - entry.begin;
    MemorySegment bytes = file.slice(dataStart + entry.begin, length, "tensor data");
    Storage storage = new Storage(file, bytes, dtype, ByteOrder.LITTLE_ENDIAN);
    return Tensor.filling(entry.name, storage, entry.shape, Tensor.rowMajorStrides(entry.shape));
  }
}
