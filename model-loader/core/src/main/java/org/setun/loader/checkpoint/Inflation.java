// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.checkpoint;

import java.lang.foreign.MemorySegment;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Inflates deflated bytes to exactly the size that they are said to have. */
final class Inflation {
  /** Bytes handed over at once: a buffer counts no more than an int does. */
  private static final long STEP = 1 << 20;

  private Inflation() {}

  /**
   * Fills a segment.
   *
   * @throws DataFormatException if the bytes are no deflated data, or of another size
   */
  static void inflate(MemorySegment compressed, MemorySegment target) throws DataFormatException {
    try (Inflater inflater = new Inflater(true)) {
      long read = 0;
      long written = 0;
      while (!inflater.finished()) {
        if (inflater.needsInput()) {
          long length = Math.min(STEP, compressed.byteSize() - read);
          if (length == 0) {
            throw new DataFormatException("it ends too early");
          }
          inflater.setInput(compressed.asSlice(read, length).asByteBuffer());
          read += length;
        }
        long room = target.byteSize() - written;
        if (room > 0) {
          written += inflater.inflate(target.asSlice(written, Math.min(STEP, room)).asByteBuffer());
        } else if (inflater.inflate(new byte[1]) > 0) {
          throw new DataFormatException("it is longer than the zip says");
        }
        if (inflater.needsDictionary()) {
          throw new DataFormatException("it needs a dictionary");
        }
      }
      if (written != target.byteSize()) {
        throw new DataFormatException("it is shorter than the zip says");
      }
    }
  }
}
