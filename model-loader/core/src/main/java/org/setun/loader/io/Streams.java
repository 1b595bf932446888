// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.io;

import java.io.IOException;
import java.io.InputStream;

/** Streams that are held in memory as a whole. */
public final class Streams {
  private Streams() {}

  /**
   * Reads a stream to its end.
   *
   * @param in the stream, which is not closed
   * @return all its bytes
   * @throws IOException if it fails, or has more bytes than half of the heap or an array may hold
   */
  public static byte[] readAll(InputStream in) throws IOException {
    int limit = (int) Math.min(Integer.MAX_VALUE - 16, Runtime.getRuntime().maxMemory() / 2);
    byte[] bytes = in.readNBytes(limit);
    if (bytes.length == limit && in.read() >= 0) {
      throw new IOException(
          "the stream has more than "
              + limit
              + " bytes, half of the heap; read it from a file, or raise -Xmx");
    }
    return bytes;
  }
}
