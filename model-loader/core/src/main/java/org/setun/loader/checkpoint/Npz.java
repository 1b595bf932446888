// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.checkpoint;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.setun.loader.checkpoint.CheckpointException.Kind;

/**
 * NumPy archives as {@code numpy.savez} writes them: a zip with one {@code NAME.npy} per tensor.
 *
 * <p>An npy file is the magic {@code \x93NUMPY}, two bytes of version, the header's length (2 bytes
 * in version 1, else 4), the header, a Python dictionary with {@code descr} (byte order, kind and
 * size of an element), {@code fortran_order} and {@code shape}, then the elements.
 *
 * @see <a href="https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html">The npy
 *     format</a>
 */
final class Npz {
  private static final String SUFFIX = ".npy";
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};

  /** Longest header read, in bytes: room for 64 dimensions; NumPy writes 118 for most. */
  private static final int MAX_HEADER_BYTES = 4096;

  private static final Pattern DESCR = Pattern.compile("'descr'\\s*:\\s*'([^']*)'");

  /** The {@code descr} of a structured array is a list. */
  private static final Pattern FIELDS = Pattern.compile("'descr'\\s*:\\s*\\[");

  private static final Pattern FORTRAN_ORDER =
      Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
  private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([0-9, ]*)\\)");

  private final MappedFile file;
  private final String name;
  private final MemorySegment bytes;

  private Npz(MappedFile file, String name, MemorySegment bytes) {
    this.file = file;
    this.name = name;
    this.bytes = bytes;
  }

  /** Whether the zip is one of NumPy's. */
  static boolean mayBe(ZipDirectory zip) {
    return zip.entries().stream().anyMatch(entry -> entry.name().endsWith(SUFFIX));
  }

  static Checkpoint.Contents read(MappedFile file, ZipDirectory zip) throws CheckpointException {
    SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
    SequencedMap<String, String> unreadable = new LinkedHashMap<>();
    for (ZipDirectory.Entry entry : zip.entries()) {
      if (entry.name().endsWith(SUFFIX)) {
        String name = entry.name().substring(0, entry.name().length() - SUFFIX.length());
        new Npz(file, name, zip.contents(entry, name)).read(tensors, unreadable);
      }
    }
    return Checkpoint.Contents.flat("npz", tensors, unreadable, new LinkedHashMap<>());
  }

  /** Adds the array to the tensors, or the reason why it is none to the unreadable ones. */
  private void read(Map<String, Tensor> tensors, Map<String, String> unreadable)
      throws CheckpointException {
    long headerStart = headerStart();
    long headerBytes = headerStart == 10 ? LittleEndian.u16(bytes, 8) : LittleEndian.u32(bytes, 8);
    if (headerBytes > Math.min(MAX_HEADER_BYTES, bytes.byteSize() - headerStart)) {
      throw file.error(Kind.MALFORMED, name, "has an npy header of " + headerBytes + " bytes");
    }
    String header =
        new String(
            bytes.asSlice(headerStart, headerBytes).toArray(ValueLayout.JAVA_BYTE),
            StandardCharsets.ISO_8859_1);
    long[] shape = shape(find(SHAPE, header));
    if (FIELDS.matcher(header).find()) {
      unreadable.put(name, "an array of records");
      return;
    }
    NumpyDtype type = new NumpyDtype(find(DESCR, header));
    if (type.dtype() == null) {
      unreadable.put(
          name,
          type.code().equals("O")
              ? "an array of pickled Python objects"
              : ElementType.unreadable(type.code()));
      return;
    }
    MemorySegment elements = bytes.asSlice(headerStart + headerBytes);
    Storage storage = new Storage(file, elements, type.dtype(), type.order());
    boolean columnMajor = find(FORTRAN_ORDER, header).equals("True");
    long[] strides = columnMajor ? Tensor.columnMajorStrides(shape) : Tensor.rowMajorStrides(shape);
    tensors.put(name, Tensor.filling(name, storage, shape, strides));
  }

  private long headerStart() throws CheckpointException {
    if (bytes.byteSize() < 12
        || !Arrays.equals(bytes.asSlice(0, MAGIC.length).toArray(ValueLayout.JAVA_BYTE), MAGIC)) {
      throw file.error(Kind.MALFORMED, name, "is no npy file");
    }
    int version = bytes.get(ValueLayout.JAVA_BYTE, MAGIC.length);
    return switch (version) {
      case 1 -> 10;
      case 2, 3 -> 12;
      default -> throw file.error(Kind.UNSUPPORTED, name, "has the npy version " + version);
    };
  }

  private String find(Pattern field, String header) throws CheckpointException {
    Matcher matcher = field.matcher(header);
    if (!matcher.find()) {
      throw file.error(
          Kind.MALFORMED, name, "has the npy header " + CheckpointException.quote(header.strip()));
    }
    return matcher.group(1);
  }

  /** The extents of a Python tuple: "", "3," or "3, 4". */
  private long[] shape(String tuple) throws CheckpointException {
    try {
      return tuple.isBlank()
          ? new long[0]
          : Arrays.stream(tuple.split(",")).map(String::strip).mapToLong(Long::parseLong).toArray();
    } catch (NumberFormatException e) {
      throw file.error(Kind.MALFORMED, name, "has the shape " + CheckpointException.quote(tuple));
    }
  }
}
