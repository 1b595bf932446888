// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.checkpoint;

import java.lang.foreign.MemorySegment;
import org.setun.loader.checkpoint.CheckpointException.Kind;

/** Recognises a checkpoint's format by its first bytes and calls that format's reader. */
final class Formats {
  /** {@code PK\3\4}, as a little-endian number. */
  private static final int ZIP_LOCAL_HEADER = 0x04034b50;

  private Formats() {}

  static Checkpoint.Contents read(MappedFile file, String state) throws CheckpointException {
    if (file.size() == 0) {
      throw file.error(Kind.NOT_A_CHECKPOINT, "the file is empty");
    }
    if (startsWith(file.bytes(), ZIP_LOCAL_HEADER)) {
      return readZip(file, state);
    }
    // Before torch's pickles: the header's length may well begin with a pickle's first byte.
    if (SafetensorsReader.mayBe(file)) {
      return SafetensorsReader.read(file);
    }
    if (TorchLegacy.mayBe(file)) {
      return TorchLegacy.read(file, state);
    }
    if (SafetensorsIndex.mayBe(file)) {
      return SafetensorsIndex.read(file);
    }
    throw file.error(Kind.NOT_A_CHECKPOINT, ForeignFile.describe(file.bytes()));
  }

  private static Checkpoint.Contents readZip(MappedFile file, String state)
      throws CheckpointException {
    ZipDirectory zip = ZipDirectory.read(file);
    if (TorchZip.mayBe(zip)) {
      return TorchZip.read(file, zip, state);
    }
    if (Npz.mayBe(zip)) {
      return Npz.read(file, zip);
    }
    throw file.error(Kind.NOT_A_CHECKPOINT, ForeignFile.describe(zip));
  }

  private static boolean startsWith(MemorySegment bytes, int signature) {
    return bytes.byteSize() >= Integer.BYTES && LittleEndian.i32(bytes, 0) == signature;
  }
}
