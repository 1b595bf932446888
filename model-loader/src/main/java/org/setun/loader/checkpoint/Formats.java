package org.setun.loader.checkpoint;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.setun.loader.checkpoint.CheckpointException.Kind;

/** Recognises a checkpoint's format by its first bytes and calls that format's reader. */
final class Formats {
  /** {@code PK\3\4}, as a little-endian number. */
  private static final int ZIP_LOCAL_HEADER = 0x04034b50;

  private Formats() {}

  static Checkpoint.Contents read(MappedFile file) throws CheckpointException {
    if (file.size() == 0) {
      throw file.error(Kind.NOT_A_CHECKPOINT, "the file is empty");
    }
    if (startsWith(file.bytes(), ZIP_LOCAL_HEADER)) {
      return TorchZip.read(file, ZipDirectory.read(file));
    }
    if (looksLikeSafetensors(file.bytes())) {
      return Safetensors.read(file);
    }
    throw file.error(Kind.NOT_A_CHECKPOINT, "not a checkpoint: neither torch nor safetensors");
  }

  private static boolean startsWith(MemorySegment bytes, int signature) {
    return bytes.byteSize() >= Integer.BYTES && LittleEndian.i32(bytes, 0) == signature;
  }

  /** An 8-byte header length, then the brace that opens the JSON header. */
  private static boolean looksLikeSafetensors(MemorySegment bytes) {
    return bytes.byteSize() > Long.BYTES
        && bytes.get(ValueLayout.JAVA_BYTE, Long.BYTES) == '{'
        && LittleEndian.i64(bytes, 0) > 0
        && LittleEndian.i64(bytes, 0) <= Safetensors.MAX_HEADER_BYTES;
  }
}
