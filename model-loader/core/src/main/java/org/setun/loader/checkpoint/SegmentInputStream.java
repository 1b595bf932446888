// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.checkpoint;

import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.setun.loader.checkpoint.CheckpointException.Kind;

/**
 * A stream over mapped bytes that knows its position and fails where it ends: its readers never
 * expect an end.
 */
final class SegmentInputStream extends InputStream {
  private final MappedFile file;
  private final MemorySegment bytes;
  private long position;

  SegmentInputStream(MappedFile file, MemorySegment bytes) {
    this.file = file;
    this.bytes = bytes;
  }

  /** Bytes read so far. */
  long position() {
    return position;
  }

  /** Bytes not read yet. */
  long remaining() {
    return bytes.byteSize() - position;
  }

  @Override
  public int read() throws CheckpointException {
    require(1);
    return Byte.toUnsignedInt(bytes.get(ValueLayout.JAVA_BYTE, position++));
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws CheckpointException {
    require(length);
    MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, position, buffer, offset, length);
    position += length;
    return length;
  }

  /** The next bytes, which are not copied. */
  MemorySegment slice(long length) throws CheckpointException {
    require(length);
    MemorySegment slice = bytes.asSlice(position, length);
    position += length;
    return slice;
  }

  /** Fails when fewer bytes are left, so that nothing is allocated for a length that is a lie. */
  void require(long length) throws CheckpointException {
    if (length < 0 || length > remaining()) {
      throw file.error(Kind.TRUNCATED, "the pickle ends too early");
    }
  }
}
