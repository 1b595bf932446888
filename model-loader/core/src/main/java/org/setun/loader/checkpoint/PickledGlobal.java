// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.checkpoint;

/** A class or function that a pickle names and that means nothing here. It is never looked up. */
record PickledGlobal(String module, String name) {
  @Override
  public String toString() {
    return module + "." + name;
  }
}
