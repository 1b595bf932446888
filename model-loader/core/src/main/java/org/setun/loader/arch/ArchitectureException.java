// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.arch;

import java.io.IOException;
import java.io.Serial;
import org.setun.loader.io.OneLine;

/**
 * An architecture that cannot be used. The message names the file, the layer and the cause.
 *
 * @since 0.1
 */
public class ArchitectureException extends IOException {
  @Serial private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param source the file or built-in name
   * @param detail layer, field and cause
   */
  public ArchitectureException(String source, String detail) {
    super(OneLine.of(source + ": " + detail));
  }

  /**
   * Creates the exception.
   *
   * @param source the file or built-in name
   * @param detail layer, field and cause
   * @param cause what was thrown underneath
   */
  public ArchitectureException(String source, String detail, Throwable cause) {
    super(OneLine.of(source + ": " + detail), cause);
  }
}
