// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.onnx;

import com.google.protobuf.ByteString;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.setun.loader.checkpoint.CheckpointException;
import org.setun.loader.checkpoint.CheckpointException.Kind;
import org.setun.loader.onnx.proto.StringStringEntryProto;
import org.setun.loader.onnx.proto.TensorProto;
import org.setun.loader.onnx.proto.TensorProto.DataLocation;
import org.setun.loader.onnx.proto.TensorProto.DataType;

/**
 * Reads the tensors of a model: values in typed fields, in {@code raw_data}, or in another file of
 * the model's folder. Nothing is allocated before the sizes are known to agree.
 */
final class TensorReader {
  /** Weights take about three times their size while they are converted. */
  private static final int HEAP_SHARE = 3;

  /** Times that external data may be read over in all: tied weights name the same bytes twice. */
  private static final int MOST_READINGS = 4;

  private final Path file;
  private final boolean isFile;

  /** Sizes of the files of external data that were read from. */
  private final Map<Path, Long> externalFiles = new HashMap<>();

  private long externalBytes;

  /**
   * Creates a reader.
   *
   * @param file the model
   * @param isFile whether it is a file, beside which others may lie, or only a name
   */
  TensorReader(Path file, boolean isFile) {
    this.file = file;
    this.isFile = isFile;
  }

  /**
   * Reads a tensor.
   *
   * @param name what messages call it
   * @throws CheckpointException if its values do not fit its extents, or have a type that no
   *     network needs
   */
  Constant read(String name, TensorProto tensor) throws CheckpointException {
    int[] dims = new int[tensor.getDimsCount()];
    int count;
    try {
      for (int i = 0; i < dims.length; i++) {
        dims[i] = Math.toIntExact(tensor.getDims(i));
      }
      count = Constant.count(dims);
    } catch (ArithmeticException | IllegalArgumentException e) {
      throw error(name, "extents " + tensor.getDimsList() + ": " + e.getMessage(), e);
    }
    DataType type = DataType.forNumber(tensor.getDataType());
    if (type == DataType.INT4 || type == DataType.UINT4) {
      return fourBits(name, type, dims, count, tensor);
    }
    int size = elementSize(name, type, tensor.getDataType());
    if (tensor.getDataLocation() == DataLocation.EXTERNAL) {
      return decode(type, dims, external(name, tensor, (long) count * size));
    }
    if (tensor.hasRawData()) {
      ByteString raw = tensor.getRawData();
      if (raw.size() != (long) count * size) {
        throw error(
            name,
            raw.size()
                + " bytes of raw data for "
                + Constant.extents(dims)
                + " elements of "
                + type
                + ", which take "
                + (long) count * size,
            null);
      }
      return decode(type, dims, raw.asReadOnlyByteBuffer());
    }
    return typed(name, type, dims, count, tensor);
  }

  private int elementSize(String name, DataType type, int number) throws CheckpointException {
    return switch (type) {
      case FLOAT, INT32 -> Integer.BYTES;
      case DOUBLE, INT64 -> Long.BYTES;
      case FLOAT16, BFLOAT16, INT16 -> Short.BYTES;
      case UINT32 -> Integer.BYTES;
      case UINT64 -> Long.BYTES;
      case UINT16 -> Short.BYTES;
      case INT8, UINT8, BOOL -> Byte.BYTES;
      case null ->
          throw new CheckpointException(
              Kind.MALFORMED, file, name, "unknown element type " + number, null);
      default ->
          throw new CheckpointException(
              Kind.UNSUPPORTED, file, name, "elements of type " + type, null);
    };
  }

  private static Constant decode(DataType type, int[] dims, ByteBuffer bytes) {
    ByteBuffer in = bytes.order(ByteOrder.LITTLE_ENDIAN);
    int count = Constant.count(dims);
    return switch (type) {
      case FLOAT, DOUBLE, FLOAT16, BFLOAT16 -> {
        float[] reals = new float[count];
        for (int i = 0; i < count; i++) {
          reals[i] =
              switch (type) {
                case FLOAT -> in.getFloat();
                case DOUBLE -> (float) in.getDouble();
                case FLOAT16 -> Float.float16ToFloat(in.getShort());
                default -> bfloat16(in.getShort());
              };
        }
        yield Constant.ofReals(dims, reals);
      }
      default -> {
        long[] integers = new long[count];
        for (int i = 0; i < count; i++) {
          integers[i] =
              switch (type) {
                case INT64, UINT64 -> in.getLong();
                case UINT32 -> Integer.toUnsignedLong(in.getInt());
                case UINT16 -> Short.toUnsignedLong(in.getShort());
                case INT32 -> in.getInt();
                case INT16 -> in.getShort();
                case INT8 -> in.get();
                case BOOL -> in.get() == 0 ? 0 : 1;
                default -> Byte.toUnsignedInt(in.get());
              };
        }
        yield type == DataType.BOOL
            ? Constant.ofBooleans(dims, integers)
            : Constant.ofIntegers(dims, integers).typed(type);
      }
    };
  }

  /** Two elements a byte, the first in its lower half. */
  private Constant fourBits(String name, DataType type, int[] dims, int count, TensorProto tensor)
      throws CheckpointException {
    int size = Math.ceilDiv(count, 2);
    boolean external = tensor.getDataLocation() == DataLocation.EXTERNAL;
    ByteBuffer bytes =
        external ? external(name, tensor, size) : tensor.getRawData().asReadOnlyByteBuffer();
    boolean raw = external || tensor.hasRawData();
    int given = raw ? bytes.remaining() : tensor.getInt32DataCount();
    if (given != size) {
      throw error(
          name, given + " bytes of " + type + " for " + Constant.extents(dims) + " elements", null);
    }
    long[] integers = new long[count];
    for (int i = 0; i < count; i++) {
      int pair = raw ? bytes.get(i / 2) : tensor.getInt32Data(i / 2);
      int half = pair >> (i % 2 * 4) & 0xf;
      integers[i] = type == DataType.INT4 && half > 7 ? half - 16 : half;
    }
    return Constant.ofIntegers(dims, integers).typed(type);
  }

  private Constant typed(String name, DataType type, int[] dims, int count, TensorProto tensor)
      throws CheckpointException {
    int given =
        switch (type) {
          case FLOAT -> tensor.getFloatDataCount();
          case DOUBLE -> tensor.getDoubleDataCount();
          case INT64 -> tensor.getInt64DataCount();
          case UINT32, UINT64 -> tensor.getUint64DataCount();
          default -> tensor.getInt32DataCount();
        };
    if (given != count) {
      throw error(
          name,
          given + " values of " + type + " for " + Constant.extents(dims) + " elements",
          null);
    }
    switch (type) {
      case FLOAT, DOUBLE, FLOAT16, BFLOAT16 -> {
        float[] reals = new float[count];
        for (int i = 0; i < count; i++) {
          reals[i] =
              switch (type) {
                case FLOAT -> tensor.getFloatData(i);
                case DOUBLE -> (float) tensor.getDoubleData(i);
                case FLOAT16 -> Float.float16ToFloat((short) tensor.getInt32Data(i));
                default -> bfloat16((short) tensor.getInt32Data(i));
              };
        }
        return Constant.ofReals(dims, reals);
      }
      default -> {
        long[] integers = new long[count];
        for (int i = 0; i < count; i++) {
          integers[i] =
              switch (type) {
                case INT64 -> tensor.getInt64Data(i);
                case UINT32, UINT64 -> tensor.getUint64Data(i);
                default -> tensor.getInt32Data(i);
              };
        }
        return type == DataType.BOOL
            ? Constant.ofBooleans(dims, integers)
            : Constant.ofIntegers(dims, integers).typed(type);
      }
    }
  }

  private static float bfloat16(short bits) {
    return Float.intBitsToFloat(bits << Short.SIZE);
  }

  /** Maps a tensor's part of another file, which must lie in the model's folder. */
  private ByteBuffer external(String name, TensorProto tensor, long size)
      throws CheckpointException {
    if (!isFile) {
      throw error(
          name,
          "lies in another file, and bytes in memory do not lie beside any; read a file",
          null);
    }
    Map<String, String> entries = new HashMap<>();
    for (StringStringEntryProto entry : tensor.getExternalDataList()) {
      entries.put(entry.getKey(), entry.getValue());
    }
    String location = entries.getOrDefault("location", "");
    try {
      long offset = Long.parseLong(entries.getOrDefault("offset", "0"));
      long length = Long.parseLong(entries.getOrDefault("length", Long.toString(size)));
      if (size > Integer.MAX_VALUE || size > Runtime.getRuntime().maxMemory() / HEAP_SHARE) {
        throw error(name, size + " bytes of external data are too many for the heap", null);
      }
      Path data = inFolder(name, location);
      try (SeekableByteChannel channel = Files.newByteChannel(data)) {
        if (length != size || offset < 0 || offset > channel.size() - size) {
          throw error(
              name,
              length
                  + " bytes at "
                  + offset
                  + " of "
                  + CheckpointException.quote(location)
                  + ", a file of "
                  + channel.size()
                  + ", for a tensor of "
                  + size,
              null);
        }
        charge(name, data, channel.size(), size);
        return channel instanceof FileChannel mappable && isMappable()
            ? mappable.map(FileChannel.MapMode.READ_ONLY, offset, size)
            : copy(channel, offset, (int) size);
      }
    } catch (NumberFormatException e) {
      throw error(name, "offset or length of its external data is no number", e);
    } catch (InvalidPathException e) {
      throw error(name, "its external data has no sound location", e);
    } catch (CheckpointException e) {
      throw e;
    } catch (IOException e) {
      throw new CheckpointException(
          Kind.UNREADABLE,
          file,
          name,
          "its external data " + CheckpointException.quote(location) + " cannot be read",
          e);
    }
  }

  /** Other file systems, such as one inside a zip, have no mappings. */
  private boolean isMappable() {
    return file.getFileSystem() == FileSystems.getDefault();
  }

  private static ByteBuffer copy(SeekableByteChannel channel, long offset, int size)
      throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(size);
    channel.position(offset);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes) < 0) {
        throw new EOFException("the file was cut while it was read");
      }
    }
    return bytes.flip();
  }

  /** The files of external data that were read from. */
  Set<Path> externalFiles() {
    return externalFiles.keySet();
  }

  /** A name of a few bytes asks for as much memory as the bytes that it names, again and again. */
  private void charge(String name, Path data, long fileSize, long size) throws CheckpointException {
    externalFiles.put(data, fileSize);
    externalBytes += size;
    long most = 0;
    for (long each : externalFiles.values()) {
      most += each;
    }
    if (externalBytes > MOST_READINGS * most) {
      throw error(
          name,
          "the tensors up to this one read the "
              + most
              + " bytes of external data more than "
              + MOST_READINGS
              + " times over",
          null);
    }
    if (externalBytes > Runtime.getRuntime().maxMemory() / HEAP_SHARE) {
      throw error(
          name,
          "with it "
              + externalBytes
              + " bytes of external data are read, which need a heap (-Xmx) of three times as"
              + " many",
          null);
    }
  }

  private Path inFolder(String name, String location) throws IOException {
    Path folder = file.toAbsolutePath().getParent().toRealPath();
    Path data = folder.resolve(location);
    if (location.isEmpty() || Path.of(location).isAbsolute()) {
      throw error(
          name,
          "location " + CheckpointException.quote(location) + " names no file beside it",
          null);
    }
    // After links are followed: neither '..' nor a link leads out of the folder.
    Path real = data.toRealPath();
    if (!real.startsWith(folder) || !Files.isRegularFile(real)) {
      throw error(
          name,
          "location " + CheckpointException.quote(location) + " is not in the model's folder",
          null);
    }
    return real;
  }

  private CheckpointException error(String name, String detail, Throwable cause) {
    return new CheckpointException(Kind.BAD_TENSOR, file, name, detail, cause);
  }
}
