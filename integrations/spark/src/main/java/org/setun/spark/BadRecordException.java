// SPDX-License-Identifier: Apache-2.0
package org.setun.spark;

import java.io.Serial;

/** A record that becomes a row with an error; the message is the row's. */
final class BadRecordException extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  private final ImageError kind;

  BadRecordException(ImageError kind, String message) {
    // No stack trace: a data set may have millions of them.
    super(message, null, false, false);
    this.kind = kind;
  }

  ImageError kind() {
    return kind;
  }
}
