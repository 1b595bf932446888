// SPDX-License-Identifier: Apache-2.0
package org.setun.spark;

import java.io.IOException;
import java.io.Serial;

/**
 * A worker found another model than the driver asked for. The message names the file and both
 * SHA-256 sums in one line.
 *
 * @since 0.1
 */
public class ModelMismatchException extends IOException {
  @Serial private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param path where the worker looked
   * @param expected SHA-256 of the model that was asked for
   * @param found SHA-256 of the file that is there
   */
  public ModelMismatchException(String path, String expected, String found) {
    super(path + ": has SHA-256 " + found + ", the job asks for " + expected);
  }
}
