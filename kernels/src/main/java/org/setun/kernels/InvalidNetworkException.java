// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels;

/**
 * A {@link NetworkGraph} that cannot be run: its message names the layer and the reason.
 *
 * @since 0.1
 */
public class InvalidNetworkException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message the layer and the reason
   */
  public InvalidNetworkException(String message) {
    super(message);
  }

  /**
   * Creates the exception.
   *
   * @param message the layer and the reason
   * @param cause what was thrown underneath
   */
  public InvalidNetworkException(String message, Throwable cause) {
    super(message, cause);
  }
}
