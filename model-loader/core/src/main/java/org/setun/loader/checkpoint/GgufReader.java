// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.checkpoint;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import org.setun.loader.checkpoint.CheckpointException.Kind;

/**
 * Reads the header, the metadata and the table of tensors of a GGUF file, versions 2 and 3 in
 * little-endian order. Source: {@code docs/gguf.md} of ggml.
 *
 * <p>Every count is compared with the bytes that its entries need at least, before room is made for
 * them, so what is held is bounded by the file's length.
 */
final class GgufReader {
  /** {@code GGUF} as a little-endian number. */
  static final int MAGIC = 0x46554747;

  private static final int OLDEST_VERSION = 2;
  private static final int NEWEST_VERSION = 3;

  private static final String ALIGNMENT = "general.alignment";
  private static final long DEFAULT_ALIGNMENT = 32;

  /** Largest alignment; usual are 32 and 64. */
  private static final long MOST_ALIGNMENT = 1 << 20;

  /** Most dimensions, as in ggml. */
  private static final int MOST_DIMENSIONS = 4;

  /** Longest name of a tensor or key in bytes, as the specification says of keys. */
  private static final int LONGEST_NAME = 65_535;

  /** Longest text that is kept; templates of chats are longer and told by their length. */
  private static final int LONGEST_TEXT = 1024;

  /** Arrays in arrays; the specification allows any depth, files have none. */
  private static final int DEEPEST = 4;

  /** Bytes of a metadata entry: length of the key, type, a value of one byte. */
  private static final int LEAST_ENTRY = 13;

  /** Bytes of a tensor's entry: length of the name, dimensions, type, offset. */
  private static final int LEAST_TENSOR = 24;

  private static final int STRING = 8;
  private static final int ARRAY = 9;

  /** Bytes of a metadata value by its type; 0 for strings and arrays. */
  private static final int[] VALUE_BYTES = {1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8};

  private static final String[] VALUE_NAMES = {
    "u8", "i8", "u16", "i16", "u32", "i32", "f32", "bool", "string", "array", "u64", "i64", "f64"
  };

  private final MappedFile file;
  private final MemorySegment bytes;
  private long position;

  private GgufReader(MappedFile file) {
    this.file = file;
    this.bytes = file.bytes();
  }

  /** What stands before the tensors' data. */
  record Contents(
      int version,
      long alignment,
      SequencedMap<String, String> metadata,
      SequencedMap<String, GgufTensor> tensors) {}

  static boolean mayBe(MappedFile file) {
    return file.size() >= Integer.BYTES && LittleEndian.i32(file.bytes(), 0) == MAGIC;
  }

  static Contents read(MappedFile file) throws CheckpointException {
    return new GgufReader(file).read();
  }

  private Contents read() throws CheckpointException {
    if (!mayBe(file)) {
      throw file.error(Kind.NOT_A_CHECKPOINT, "not a GGUF file");
    }
    take(Integer.BYTES, "the header");
    int version = i32("the header");
    if (Integer.reverseBytes(version) >= 1 && Integer.reverseBytes(version) <= NEWEST_VERSION) {
      throw file.error(Kind.UNSUPPORTED, "a GGUF file in big-endian order; write it little-endian");
    }
    if (version < OLDEST_VERSION || version > NEWEST_VERSION) {
      throw file.error(
          Kind.UNSUPPORTED,
          "GGUF version "
              + Integer.toUnsignedString(version)
              + "; this reader knows versions 2 and 3");
    }
    long tensorCount = count("tensors");
    long entryCount = count("metadata entries");
    SequencedMap<String, String> metadata = readMetadata(entryCount);
    long alignment = alignment(metadata);
    SequencedMap<String, GgufTensor> tensors = readTensors(tensorCount, alignment);
    return new Contents(
        version,
        alignment,
        Collections.unmodifiableSequencedMap(metadata),
        Collections.unmodifiableSequencedMap(tensors));
  }

  private SequencedMap<String, String> readMetadata(long count) throws CheckpointException {
    requireRoom(count, LEAST_ENTRY, "metadata entries");
    SequencedMap<String, String> metadata = new LinkedHashMap<>();
    for (long i = 0; i < count; i++) {
      String key = name("metadata key");
      String what = "the value of " + CheckpointException.quote(key);
      String value = readValue(i32(what), what);
      if (metadata.put(key, value) != null) {
        throw file.error(
            Kind.MALFORMED, "has the metadata key " + CheckpointException.quote(key) + " twice");
      }
    }
    return metadata;
  }

  /** A value as text; of an array only its length and type. */
  private String readValue(int type, String what) throws CheckpointException {
    if (type < 0 || type >= VALUE_BYTES.length) {
      throw file.error(
          Kind.MALFORMED, what + " is of the unknown type " + Integer.toUnsignedString(type));
    }
    return switch (type) {
      case STRING -> {
        long length = i64(what);
        long at = take(length, what);
        yield length <= LONGEST_TEXT ? text(at, length) : "a text of " + length + " bytes";
      }
      case ARRAY -> readArray(what, 1);
      default -> {
        long at = take(VALUE_BYTES[type], what);
        yield scalar(type, at, what);
      }
    };
  }

  private String readArray(String what, int depth) throws CheckpointException {
    if (depth > DEEPEST) {
      throw file.error(Kind.MALFORMED, what + " has arrays in arrays, more than " + DEEPEST);
    }
    int type = i32(what);
    long count = i64(what);
    if (type < 0 || type >= VALUE_BYTES.length) {
      throw file.error(
          Kind.MALFORMED, what + " is of the unknown type " + Integer.toUnsignedString(type));
    }
    // A string is at least its length, an array its type and length.
    int least = type == STRING ? Long.BYTES : type == ARRAY ? 12 : VALUE_BYTES[type];
    requireRoom(count, least, "elements in " + what);
    switch (type) {
      case STRING -> {
        for (long i = 0; i < count; i++) {
          take(i64(what), what);
        }
      }
      case ARRAY -> {
        for (long i = 0; i < count; i++) {
          readArray(what, depth + 1);
        }
      }
      default -> take(count * VALUE_BYTES[type], what);
    }
    return "an array of " + count + " " + VALUE_NAMES[type];
  }

  private String scalar(int type, long at, String what) throws CheckpointException {
    byte first = bytes.get(ValueLayout.JAVA_BYTE, at);
    return switch (type) {
      case 0 -> Integer.toString(Byte.toUnsignedInt(first));
      case 1 -> Byte.toString(first);
      case 2 -> Integer.toString(LittleEndian.u16(bytes, at));
      case 3 -> Short.toString((short) LittleEndian.u16(bytes, at));
      case 4 -> Long.toString(LittleEndian.u32(bytes, at));
      case 5 -> Integer.toString(LittleEndian.i32(bytes, at));
      case 6 -> Float.toString(Float.intBitsToFloat(LittleEndian.i32(bytes, at)));
      case 7 -> {
        if (first != 0 && first != 1) {
          throw file.error(Kind.MALFORMED, what + " is a truth value of " + first);
        }
        yield Boolean.toString(first == 1);
      }
      case 10 -> Long.toUnsignedString(LittleEndian.i64(bytes, at));
      case 11 -> Long.toString(LittleEndian.i64(bytes, at));
      case 12 -> Double.toString(Double.longBitsToDouble(LittleEndian.i64(bytes, at)));
      default -> throw new IllegalStateException("value type " + type + " is no scalar");
    };
  }

  private long alignment(SequencedMap<String, String> metadata) throws CheckpointException {
    String text = metadata.get(ALIGNMENT);
    if (text == null) {
      return DEFAULT_ALIGNMENT;
    }
    long alignment = 0;
    try {
      alignment = Long.parseLong(text);
    } catch (NumberFormatException e) {
      // Refused below.
    }
    if (alignment < 8 || alignment % 8 != 0 || alignment > MOST_ALIGNMENT) {
      throw file.error(
          Kind.MALFORMED,
          ALIGNMENT
              + " is "
              + CheckpointException.quote(text)
              + ", not a multiple of 8 up to "
              + MOST_ALIGNMENT);
    }
    return alignment;
  }

  private SequencedMap<String, GgufTensor> readTensors(long count, long alignment)
      throws CheckpointException {
    requireRoom(count, LEAST_TENSOR, "tensors");
    SequencedMap<String, GgufTensor> tensors = new LinkedHashMap<>();
    for (long i = 0; i < count; i++) {
      GgufTensor tensor = readTensor(alignment);
      if (tensors.put(tensor.name(), tensor) != null) {
        throw file.error(Kind.MALFORMED, tensor.name(), "is there twice");
      }
    }
    // Offsets count from the first aligned position behind the table.
    long dataStart = Math.ceilDiv(position, alignment) * alignment;
    for (var entry : tensors.entrySet()) {
      entry.setValue(placed(entry.getValue(), dataStart));
    }
    checkOverlap(tensors.values().stream().toList());
    return tensors;
  }

  /** An entry, its offset still counted from the start of the data. */
  private GgufTensor readTensor(long alignment) throws CheckpointException {
    String name = name("tensor name");
    String what = "the entry of tensor " + CheckpointException.quote(name);
    int dimensions = i32(what);
    if (dimensions < 0 || dimensions > MOST_DIMENSIONS) {
      throw file.error(
          Kind.BAD_TENSOR,
          name,
          "has "
              + Integer.toUnsignedString(dimensions)
              + " dimensions, more than "
              + MOST_DIMENSIONS);
    }
    List<Long> shape = new ArrayList<>(dimensions);
    for (int d = 0; d < dimensions; d++) {
      long extent = i64(what);
      if (extent < 0) {
        throw file.error(Kind.BAD_TENSOR, name, "has the extent " + Long.toUnsignedString(extent));
      }
      shape.addFirst(extent);
    }
    int code = i32(what);
    Optional<GgufType> type = GgufType.of(code);
    long offset = i64(what);
    if (offset < 0 || offset % alignment != 0) {
      throw file.error(
          Kind.BAD_TENSOR,
          name,
          "begins at " + Long.toUnsignedString(offset) + ", not at a multiple of " + alignment);
    }
    GgufTensor tensor = new GgufTensor(name, code, type, shape, offset);
    checkSize(tensor);
    return tensor;
  }

  /** Refuses shapes whose bytes do not fit 64 bits, and rows that end within a block. */
  private void checkSize(GgufTensor tensor) throws CheckpointException {
    try {
      Math.multiplyExact(tensor.elementCount(), tensor.type().map(GgufType::blockBytes).orElse(1));
    } catch (ArithmeticException e) {
      throw file.error(
          Kind.BAD_TENSOR, tensor.name(), "has a size beyond 64 bits: " + tensor.shape());
    }
    int block = tensor.type().map(GgufType::blockElements).orElse(1);
    long columns = tensor.shape().isEmpty() ? 1 : tensor.shape().getLast();
    if (columns % block != 0) {
      throw file.error(
          Kind.BAD_TENSOR,
          tensor.name(),
          "has rows of "
              + columns
              + " elements, which do not fill "
              + tensor.typeName()
              + " blocks of "
              + block);
    }
  }

  private GgufTensor placed(GgufTensor tensor, long dataStart) throws CheckpointException {
    long size = tensor.byteSize().orElse(0);
    long room = file.size() - dataStart;
    if (size > 0 && (tensor.offset() > room || size > room - tensor.offset())) {
      throw file.error(
          Kind.TRUNCATED,
          tensor.name(),
          size
              + " bytes at "
              + tensor.offset()
              + " of the data are outside the file of "
              + file.size());
    }
    if (tensor.offset() > Math.max(room, 0)) {
      throw file.error(Kind.TRUNCATED, tensor.name(), "begins outside the file of " + file.size());
    }
    return new GgufTensor(
        tensor.name(),
        tensor.typeCode(),
        tensor.type(),
        tensor.shape(),
        dataStart + tensor.offset());
  }

  /** Tensors that share bytes would let a small file speak of any amount of data. */
  private void checkOverlap(List<GgufTensor> tensors) throws CheckpointException {
    GgufTensor[] byPosition = tensors.toArray(GgufTensor[]::new);
    Arrays.sort(byPosition, Comparator.comparingLong(GgufTensor::offset));
    long end = 0;
    String last = null;
    for (GgufTensor tensor : byPosition) {
      long size = tensor.byteSize().orElse(0);
      if (size > 0) {
        if (tensor.offset() < end) {
          throw file.error(
              Kind.MALFORMED,
              tensor.name(),
              "shares bytes with tensor " + CheckpointException.quote(last));
        }
        end = tensor.offset() + size;
        last = tensor.name();
      }
    }
  }

  private String name(String what) throws CheckpointException {
    long length = i64("a " + what);
    if (length < 1 || length > LONGEST_NAME) {
      throw file.error(
          Kind.MALFORMED,
          "has a "
              + what
              + " of "
              + Long.toUnsignedString(length)
              + " bytes, allowed are 1 to "
              + LONGEST_NAME);
    }
    return text(take(length, "a " + what), length);
  }

  private String text(long at, long length) {
    byte[] utf8 = bytes.asSlice(at, length).toArray(ValueLayout.JAVA_BYTE);
    return new String(utf8, StandardCharsets.UTF_8);
  }

  private long count(String what) throws CheckpointException {
    return i64("the number of " + what);
  }

  private void requireRoom(long count, int least, String what) throws CheckpointException {
    if (count < 0 || count > (file.size() - position) / least) {
      throw file.error(
          Kind.TRUNCATED,
          "speaks of "
              + Long.toUnsignedString(count)
              + " "
              + what
              + ", for which its "
              + file.size()
              + " bytes have no room");
    }
  }

  private int i32(String what) throws CheckpointException {
    return LittleEndian.i32(bytes, take(Integer.BYTES, what));
  }

  private long i64(String what) throws CheckpointException {
    return LittleEndian.i64(bytes, take(Long.BYTES, what));
  }

  /** Passes bytes and returns where they begin. */
  private long take(long length, String what) throws CheckpointException {
    file.slice(position, length, what);
    long at = position;
    position += length;
    return at;
  }
}
