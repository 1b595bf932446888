// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.layer;

import java.io.Serial;

/** A parameter with a value that no network can use. The message names the tensor or the layer. */
public final class ParameterException extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  ParameterException(String message) {
    super(message);
  }
}
