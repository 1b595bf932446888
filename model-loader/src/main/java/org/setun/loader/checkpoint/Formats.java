package org.setun.loader.checkpoint;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.setun.loader.checkpoint.CheckpointException.Kind;

/** Recognises a checkpoint's format by its first bytes and calls that format's reader. */
final class Formats {
  private static final ValueLayout.OfLong LE_LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private Formats() {}

  static Checkpoint.Contents read(MappedFile file) throws CheckpointException {
    if (file.size() == 0) {
      throw file.error(Kind.NOT_A_CHECKPOINT, "the file is empty");
    }
    if (looksLikeSafetensors(file.bytes())) {
      return Safetensors.read(file);
    }
    throw file.error(Kind.NOT_A_CHECKPOINT, "not a checkpoint: neither torch nor safetensors");
  }

  /** An 8-byte header length, then the brace that opens the JSON header. */
  private static boolean looksLikeSafetensors(MemorySegment bytes) {
    return bytes.byteSize() > Long.BYTES
        && bytes.get(ValueLayout.JAVA_BYTE, Long.BYTES) == '{'
        && bytes.get(LE_LONG, 0) > 0
        && bytes.get(LE_LONG, 0) <= Safetensors.MAX_HEADER_BYTES;
  }
}
