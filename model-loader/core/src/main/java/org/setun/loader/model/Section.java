// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.model;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;

/**
 * One entry of a packed model's section table.
 *
 * @param type what the section holds
 * @param crc32c CRC32C of its bytes
 * @param offset where it begins in the file, a multiple of {@value #ALIGNMENT}
 * @param length its bytes
 * @since 0.1
 */
public record Section(Type type, int crc32c, long offset, long length) {
  /**
   * Refuses {@code null}.
   *
   * @throws NullPointerException if a component is {@code null}
   */
  public Section {
    Objects.requireNonNull(type, "type");
  }

  /** Sections begin at multiples of this: a cache line, and the widest vector. */
  public static final int ALIGNMENT = 64;

  /** Bytes of an entry. */
  static final int ENTRY_BYTES = 32;

  /**
   * What a section holds. All numbers are little-endian.
   *
   * @since 0.1
   */
  public enum Type {
    /** The description of the model, UTF-8; always and only the first section. */
    JSON(1, 1),
    /** fp32 numbers. */
    FLOATS(2, Float.BYTES),
    /** 64-bit words of a bit plane. */
    WORDS(3, Long.BYTES),
    /** Bytes that are 0 or 1. */
    FLAGS(4, 1);

    private final int code;
    private final int elementBytes;

    Type(int code, int elementBytes) {
      this.code = code;
      this.elementBytes = elementBytes;
    }

    int elementBytes() {
      return elementBytes;
    }

    static Optional<Type> of(int code) {
      return Arrays.stream(values()).filter(type -> type.code == code).findAny();
    }
  }

  /** The first position at or behind {@code position} where a section may begin. */
  static long align(long position) {
    return (position + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  /** Where the section ends. */
  long end() {
    return offset + length;
  }

  /** Appends the entry. */
  void put(ByteBuffer table) {
    table.putInt(type.code).putInt(crc32c).putLong(offset).putLong(length).putLong(0);
  }
}
