// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.json;

import java.io.IOException;
import java.io.Serial;
import org.setun.loader.io.OneLine;

/** JSON that is not what its reader expects. The message names the place and the cause. */
public class JsonFormatException extends IOException {
  @Serial private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param place where in the document, empty for the document as a whole
   * @param detail the cause
   */
  public JsonFormatException(String place, String detail) {
    super(OneLine.of(place.isEmpty() ? detail : place + ": " + detail));
  }
}
