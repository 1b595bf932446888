// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.image;

import java.io.IOException;
import java.io.Serial;
import java.nio.file.Path;
import org.setun.loader.io.OneLine;

/**
 * An image that cannot be read or used. The message names the file and the cause in one line.
 *
 * @since 0.1
 */
public class ImageException extends IOException {
  @Serial private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param file the image
   * @param detail the cause
   * @param cause what was thrown underneath, or null
   */
  public ImageException(Path file, String detail, Throwable cause) {
    this(file.toString(), detail, cause);
  }

  /**
   * Creates the exception for an image that is not a file.
   *
   * @param name what to call the image
   * @param detail the cause
   * @param cause what was thrown underneath, or null
   */
  public ImageException(String name, String detail, Throwable cause) {
    super(OneLine.of(name + ": " + detail), cause);
  }
}
