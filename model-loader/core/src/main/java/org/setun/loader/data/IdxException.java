// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.data;

import java.io.IOException;
import java.io.Serial;
import java.nio.file.Path;
import org.setun.loader.io.OneLine;

/**
 * An IDX file cannot be read. The message names the file and the cause in one line.
 *
 * @since 0.1
 */
public class IdxException extends IOException {
  @Serial private static final long serialVersionUID = 1L;

  /**
   * An error about a file.
   *
   * @param file the IDX file
   * @param detail the cause, without the file
   */
  public IdxException(Path file, String detail) {
    this(file, detail, null);
  }

  /**
   * An error about a file, caused by another.
   *
   * @param file the IDX file
   * @param detail the cause, without the file
   * @param cause the exception behind it, or null
   */
  public IdxException(Path file, String detail, Throwable cause) {
    super(OneLine.of(file + ": " + detail), cause);
  }
}
