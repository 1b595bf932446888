// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.pass;

import org.setun.kernels.layout.Layout;

/**
 * The value of a layer in one layout. A value may exist in several.
 *
 * @param name name of the value
 * @param layout how it lies in memory
 */
public record Value(String name, Layout layout) {
  // Written out as those of Shape are, to load sooner.
  @Override
  public boolean equals(Object other) {
    return other instanceof Value that && name.equals(that.name) && layout.equals(that.layout);
  }

  @Override
  public int hashCode() {
    return name.hashCode() * 31 + layout.hashCode();
  }

  @Override
  public String toString() {
    return name + " (" + layout.name() + ")";
  }
}
