// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.model;

import java.io.IOException;
import java.io.Serial;
import java.nio.file.Path;
import org.setun.loader.io.OneLine;

/**
 * A packed model that cannot be read. The message names the file and the cause in one line.
 *
 * @since 0.1
 */
public class ModelFormatException extends IOException {
  @Serial private static final long serialVersionUID = 1L;

  /**
   * What went wrong, for callers and tests that must tell the cases apart.
   *
   * @since 0.1
   */
  public enum Kind {
    /** The file cannot be opened or mapped. */
    UNREADABLE,
    /** The file does not begin as a packed model does. */
    NOT_A_MODEL,
    /** The file was written in the other byte order. */
    WRONG_BYTE_ORDER,
    /** The file is of a version that this reader does not know. */
    UNKNOWN_VERSION,
    /** The file ends before its own header says it does. */
    TRUNCATED,
    /** A checksum differs from the bytes it was made of. */
    CHECKSUM,
    /** The file contradicts its own format. */
    MALFORMED,
    /** The file holds a matrix where a network is wanted, or a network where a matrix is. */
    OTHER_CONTENT
  }

  /** What went wrong. */
  private final Kind kind;

  /**
   * Creates the exception.
   *
   * @param kind what went wrong
   * @param file the model
   * @param detail the cause
   */
  public ModelFormatException(Kind kind, Path file, String detail) {
    this(kind, file, detail, null);
  }

  /**
   * Creates the exception.
   *
   * @param kind what went wrong
   * @param file the model
   * @param detail the cause
   * @param cause what was thrown underneath, or null
   */
  public ModelFormatException(Kind kind, Path file, String detail, Throwable cause) {
    super(OneLine.of(file + ": " + detail), cause);
    this.kind = kind;
  }

  /**
   * What went wrong.
   *
   * @return the kind of the error
   */
  public Kind kind() {
    return kind;
  }
}
