// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.io;

import java.lang.foreign.MemorySegment;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256, as 64 hexadecimal digits in lower case. */
public final class Sha256 {
  private static final long HASHED_AT_ONCE = 1 << 20;

  private Sha256() {}

  /**
   * The hash of bytes in memory.
   *
   * @param bytes the bytes
   * @return their hash
   */
  public static String of(MemorySegment bytes) {
    MessageDigest digest = digest();
    for (long at = 0; at < bytes.byteSize(); at += HASHED_AT_ONCE) {
      long length = Math.min(HASHED_AT_ONCE, bytes.byteSize() - at);
      digest.update(bytes.asSlice(at, length).asByteBuffer());
    }
    return of(digest);
  }

  /**
   * What hashes bytes piece by piece.
   *
   * @return a new digest
   */
  public static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /**
   * The hash of all that a digest was given.
   *
   * @param digest from {@link #digest()}
   * @return the hash
   */
  public static String of(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest());
  }
}
