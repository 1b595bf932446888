// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.gate;

/** A side of the comparison cannot be had; the message says which and why. */
public final class BuildException extends RuntimeException {
  private static final long serialVersionUID = 1;

  BuildException(String message) {
    super(message);
  }
}
