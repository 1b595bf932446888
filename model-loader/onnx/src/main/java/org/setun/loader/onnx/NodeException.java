// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.onnx;

import java.io.Serial;

/** A node that cannot be run. The message names node, operator and reason. */
final class NodeException extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  NodeException(String message) {
    super(message);
  }
}
