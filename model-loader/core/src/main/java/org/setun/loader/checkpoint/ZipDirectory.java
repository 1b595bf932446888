// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.checkpoint;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.zip.DataFormatException;
import org.setun.loader.checkpoint.CheckpointException.Kind;

/**
 * The entries of a mapped zip file, found through its central directory, zip64 included.
 *
 * <p>The JDK's own readers hand out streams; tensors need the place of an entry's bytes in the
 * file. Sizes are taken from the central directory, so entries written with a data descriptor,
 * whose local header says 0, read like all others. Entries must not share a name or a byte. Check
 * sums are not compared: torch can be told to write none.
 *
 * @see <a href="https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT">APPNOTE.TXT</a>
 */
final class ZipDirectory {
  /** Most entries read. The largest models have some ten thousand tensors. */
  private static final int MAX_ENTRIES = 1 << 18;

  /** Most bytes of names and sizes read: 128 for each of the most entries. */
  private static final long MAX_DIRECTORY_BYTES = 128L * MAX_ENTRIES;

  /** The most memory of deflated entries: this, or a multiple of the file's size. */
  private static final long FREE_INFLATION = 16 << 20;

  private static final long MAX_INFLATION = 64;

  private static final int END_SIGNATURE = 0x06054b50;
  private static final int END_BYTES = 22;
  private static final int MAX_COMMENT_BYTES = 0xFFFF;
  private static final int ZIP64_LOCATOR_SIGNATURE = 0x07064b50;
  private static final int ZIP64_LOCATOR_BYTES = 20;
  private static final int ZIP64_END_SIGNATURE = 0x06064b50;
  private static final int ZIP64_END_BYTES = 56;
  private static final int CENTRAL_SIGNATURE = 0x02014b50;
  private static final int CENTRAL_BYTES = 46;
  private static final int LOCAL_SIGNATURE = 0x04034b50;
  private static final int LOCAL_BYTES = 30;
  private static final int ZIP64_EXTRA = 1;
  private static final int METHOD_STORED = 0;
  private static final int METHOD_DEFLATED = 8;
  private static final int FLAG_ENCRYPTED = 1;

  /** Values that stand for "see the zip64 record". */
  private static final int SATURATED16 = 0xFFFF;

  private static final long SATURATED32 = 0xFFFF_FFFFL;

  /**
   * An entry as the central directory describes it.
   *
   * @param name the path inside the archive
   * @param flags the general-purpose bits
   * @param method how the bytes are compressed
   * @param compressedSize bytes in the file
   * @param size bytes when decompressed
   * @param header position of the local header
   * @param limit first byte behind it that belongs to something else
   */
  record Entry(
      String name, int flags, int method, long compressedSize, long size, long header, long limit) {
    Entry limitedTo(long newLimit) {
      return new Entry(name, flags, method, compressedSize, size, header, newLimit);
    }
  }

  /** Where the central directory lies. */
  private record End(long entries, long directory, long directoryBytes) {}

  private final MappedFile file;
  private final SequencedMap<String, Entry> entries;
  private final Map<Entry, MemorySegment> inflated = new HashMap<>();
  private long inflatedBytes;

  private ZipDirectory(MappedFile file, SequencedMap<String, Entry> entries) {
    this.file = file;
    this.entries = entries;
  }

  static ZipDirectory read(MappedFile file) throws CheckpointException {
    End end = findEnd(file);
    List<Entry> found = readCentralDirectory(file, end);
    found.sort(Comparator.comparingLong(Entry::header));
    SequencedMap<String, Entry> entries = LinkedHashMap.newLinkedHashMap(found.size());
    for (int i = 0; i < found.size(); i++) {
      Entry entry = found.get(i);
      long limit = i + 1 < found.size() ? found.get(i + 1).header : end.directory;
      if (entries.put(entry.name, entry.limitedTo(limit)) != null) {
        throw file.error(Kind.MALFORMED, "zip has two entries " + quote(entry.name));
      }
    }
    long deflated = 0;
    for (Entry entry : entries.values()) {
      if (entry.method == METHOD_DEFLATED) {
        long limit = inflationLimit(file);
        deflated = Math.min(deflated + Math.min(entry.size, limit), limit);
      }
    }
    file.addInflated(deflated);
    return new ZipDirectory(file, Collections.unmodifiableSequencedMap(entries));
  }

  /** All entries, in the order of their bytes in the file. */
  Collection<Entry> entries() {
    return entries.values();
  }

  /** The entry of a name, or null. */
  Entry find(String name) {
    return entries.get(name);
  }

  /**
   * The bytes of an entry: mapped if it is stored, in memory if it is deflated.
   *
   * @param tensor names the tensor they belong to in errors, or null
   */
  MemorySegment contents(Entry entry, String tensor) throws CheckpointException {
    String label = "zip entry " + quote(entry.name);
    if ((entry.flags & FLAG_ENCRYPTED) != 0) {
      throw file.error(Kind.UNSUPPORTED, tensor, label + " is encrypted");
    }
    if (entry.method == METHOD_DEFLATED) {
      return inflate(entry, tensor, label);
    }
    if (entry.method != METHOD_STORED) {
      throw file.error(
          Kind.UNSUPPORTED,
          tensor,
          label
              + " is compressed with method "
              + entry.method
              + "; write the file again without compression");
    }
    if (entry.compressedSize != entry.size) {
      throw file.error(Kind.MALFORMED, tensor, label + " is stored, yet has two different sizes");
    }
    return data(entry, tensor, label);
  }

  private MemorySegment inflate(Entry entry, String tensor, String label)
      throws CheckpointException {
    MemorySegment known = inflated.get(entry);
    if (known != null) {
      return known;
    }
    MemorySegment compressed = data(entry, tensor, label);
    inflatedBytes += entry.size;
    if (inflatedBytes > inflationLimit(file)) {
      throw file.error(
          Kind.UNSUPPORTED,
          tensor,
          label
              + " inflates to "
              + entry.size
              + " bytes; write the file again without compression");
    }
    MemorySegment bytes = file.allocate(entry.size);
    try {
      Inflation.inflate(compressed, bytes);
    } catch (DataFormatException e) {
      throw new CheckpointException(
          Kind.MALFORMED,
          file.path(),
          tensor,
          label + " is not the deflated data it should be: " + e.getMessage(),
          e);
    }
    inflated.put(entry, bytes);
    return bytes;
  }

  private static long inflationLimit(MappedFile file) {
    return Math.max(FREE_INFLATION, MAX_INFLATION * file.size());
  }

  private MemorySegment data(Entry entry, String tensor, String label) throws CheckpointException {
    MemorySegment header = file.slice(entry.header, LOCAL_BYTES, label);
    int nameBytes = LittleEndian.u16(header, 26);
    int extraBytes = LittleEndian.u16(header, 28);
    if (LittleEndian.i32(header, 0) != LOCAL_SIGNATURE
        || !name(file.slice(entry.header + LOCAL_BYTES, nameBytes, label)).equals(entry.name)) {
      throw file.error(Kind.MALFORMED, tensor, label + " has another local header");
    }
    long start = entry.header + LOCAL_BYTES + nameBytes + extraBytes;
    if (start > entry.limit || entry.compressedSize > entry.limit - start) {
      throw file.error(Kind.MALFORMED, tensor, label + " overlaps what follows it");
    }
    return file.slice(start, entry.compressedSize, label);
  }

  private static End findEnd(MappedFile file) throws CheckpointException {
    MemorySegment bytes = file.bytes();
    long last = file.size() - END_BYTES;
    long first = Math.max(0, last - MAX_COMMENT_BYTES);
    for (long at = last; at >= first; at--) {
      if (LittleEndian.i32(bytes, at) == END_SIGNATURE
          && LittleEndian.u16(bytes, at + 20) == last - at) {
        return readEnd(file, at);
      }
    }
    throw file.error(
        Kind.TRUNCATED, "zip without its end record: the file is cut; download or copy it again");
  }

  private static End readEnd(MappedFile file, long at) throws CheckpointException {
    MemorySegment bytes = file.bytes();
    if (LittleEndian.u16(bytes, at + 4) != LittleEndian.u16(bytes, at + 6)) {
      throw file.error(Kind.UNSUPPORTED, "zip is one part of several");
    }
    long count = LittleEndian.u16(bytes, at + 10);
    long directoryBytes = LittleEndian.u32(bytes, at + 12);
    long directory = LittleEndian.u32(bytes, at + 16);
    long directoryLimit = at;
    if (count == SATURATED16 || directoryBytes == SATURATED32 || directory == SATURATED32) {
      long locator = at - ZIP64_LOCATOR_BYTES;
      if (locator < 0 || LittleEndian.i32(bytes, locator) != ZIP64_LOCATOR_SIGNATURE) {
        throw file.error(Kind.MALFORMED, "zip64 without its locator");
      }
      directoryLimit = LittleEndian.i64(bytes, locator + 8);
      MemorySegment end = file.slice(directoryLimit, ZIP64_END_BYTES, "the zip64 end record");
      if (LittleEndian.i32(end, 0) != ZIP64_END_SIGNATURE) {
        throw file.error(Kind.MALFORMED, "zip64 without its end record");
      }
      count = LittleEndian.i64(end, 32);
      directoryBytes = LittleEndian.i64(end, 40);
      directory = LittleEndian.i64(end, 48);
    }
    if (count < 0 || count > MAX_ENTRIES) {
      throw file.error(Kind.UNSUPPORTED, "zip with " + Long.toUnsignedString(count) + " entries");
    }
    if (directory < 0 || directoryBytes < 0 || directory > directoryLimit - directoryBytes) {
      throw file.error(Kind.MALFORMED, "zip directory lies outside the file");
    }
    if (directoryBytes > MAX_DIRECTORY_BYTES) {
      throw file.error(Kind.UNSUPPORTED, "zip with a directory of " + directoryBytes + " bytes");
    }
    return new End(count, directory, directoryBytes);
  }

  private static List<Entry> readCentralDirectory(MappedFile file, End end)
      throws CheckpointException {
    MemorySegment directory =
        file.slice(end.directory, end.directoryBytes, "the zip's central directory");
    List<Entry> entries = new ArrayList<>();
    long at = 0;
    for (long i = 0; i < end.entries; i++) {
      if (directory.byteSize() - at < CENTRAL_BYTES
          || LittleEndian.i32(directory, at) != CENTRAL_SIGNATURE) {
        throw file.error(Kind.MALFORMED, "zip directory is damaged at its entry " + i);
      }
      int nameBytes = LittleEndian.u16(directory, at + 28);
      int extraBytes = LittleEndian.u16(directory, at + 30);
      int commentBytes = LittleEndian.u16(directory, at + 32);
      long next = at + CENTRAL_BYTES + nameBytes + extraBytes + commentBytes;
      if (next > directory.byteSize()) {
        throw file.error(Kind.MALFORMED, "zip directory ends inside its entry " + i);
      }
      entries.add(readCentralEntry(file, directory, at, nameBytes, extraBytes, end.directory));
      at = next;
    }
    return entries;
  }

  private static Entry readCentralEntry(
      MappedFile file, MemorySegment directory, long at, int nameBytes, int extraBytes, long limit)
      throws CheckpointException {
    String name = name(directory.asSlice(at + CENTRAL_BYTES, nameBytes));
    long[] sizes = {
      LittleEndian.u32(directory, at + 24), // size
      LittleEndian.u32(directory, at + 20), // compressed size
      LittleEndian.u32(directory, at + 42), // local header
    };
    MemorySegment extra = directory.asSlice(at + CENTRAL_BYTES + nameBytes, extraBytes);
    if (!resolveZip64(extra, sizes)) {
      throw file.error(Kind.MALFORMED, "zip entry " + quote(name) + " lacks its zip64 sizes");
    }
    for (long size : sizes) {
      if (size < 0) {
        throw file.error(Kind.MALFORMED, "zip entry " + quote(name) + " has a negative size");
      }
    }
    int flags = LittleEndian.u16(directory, at + 8);
    int method = LittleEndian.u16(directory, at + 10);
    return new Entry(name, flags, method, sizes[1], sizes[0], sizes[2], limit);
  }

  /**
   * Replaces saturated values from the zip64 extra field, which lists them in this same order and
   * lists no others.
   *
   * @return false when a saturated value has no replacement
   */
  private static boolean resolveZip64(MemorySegment extra, long[] sizes) {
    long field = 0;
    while (extra.byteSize() - field >= 4) {
      long start = field + 4;
      long end = start + LittleEndian.u16(extra, field + 2);
      if (LittleEndian.u16(extra, field) == ZIP64_EXTRA) {
        for (int i = 0; i < sizes.length; i++) {
          if (sizes[i] == SATURATED32) {
            if (start + Long.BYTES > Math.min(end, extra.byteSize())) {
              return false;
            }
            sizes[i] = LittleEndian.i64(extra, start);
            start += Long.BYTES;
          }
        }
        return true;
      }
      field = end;
    }
    for (long size : sizes) {
      if (size == SATURATED32) {
        return false;
      }
    }
    return true;
  }

  private static String name(MemorySegment bytes) {
    return new String(bytes.toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
  }

  private static String quote(String name) {
    return CheckpointException.quote(name);
  }
}
