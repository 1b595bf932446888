// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.gate;

/** A measured process could not be started, or ended early; the message says which and why. */
public final class ProbeException extends RuntimeException {
  private static final long serialVersionUID = 1;

  ProbeException(String message) {
    super(message);
  }

  ProbeException(String message, Throwable cause) {
    super(message, cause);
  }
}
