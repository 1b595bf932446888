// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels;

/**
 * A choice of kernels that was asked for and cannot be met, or kernels that fail their check; the
 * message says what to change.
 *
 * @since 0.1
 */
public class KernelSelectionException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message what was asked for and why it cannot be had
   */
  public KernelSelectionException(String message) {
    super(message);
  }
}
