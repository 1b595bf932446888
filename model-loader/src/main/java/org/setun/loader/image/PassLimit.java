package org.setun.loader.image;

import java.io.IOException;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.ImageInputStreamImpl;

/**
 * Hands a decoder the bytes of a JPEG, and fails when they start more passes over the picture than
 * are allowed. A progressive JPEG has about 10 passes, yet one that does nothing takes 20 bytes: 1
 * MB has room for hours of work. In other data the marker occurs by chance, every 64 KB or so.
 */
final class PassLimit extends ImageInputStreamImpl {
  private static final int START_OF_SCAN = 0xFFDA;

  private final ImageInputStream in;
  private long most = Long.MAX_VALUE;
  private long passes;

  /** Where {@link #passes} is counted up to: decoders step back and read again. */
  private long counted;

  private int last;

  /** Begins where {@code in} stands. */
  PassLimit(ImageInputStream in) throws IOException {
    this.in = in;
    this.streamPos = in.getStreamPosition();
    this.counted = streamPos;
  }

  /** Sets the most passes, once the header is read that says how large the picture is. */
  void allow(long passesAllowed) {
    most = passesAllowed;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    checkClosed();
    bitOffset = 0;
    in.seek(streamPos);
    int read = in.read(buffer, offset, length);
    for (int i = (int) Math.max(0, counted - streamPos); i < read; i++) {
      last = (last << 8 | Byte.toUnsignedInt(buffer[offset + i])) & 0xFFFF;
      if (last == START_OF_SCAN && ++passes > most) {
        throw new IOException("more than " + most + " passes over the picture");
      }
    }
    if (read > 0) {
      streamPos += read;
      counted = Math.max(counted, streamPos);
    }
    return read;
  }

  @Override
  public long length() {
    try {
      return in.length();
    } catch (IOException e) {
      return -1; // not known
    }
  }
}
