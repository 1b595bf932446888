// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.method;

/**
 * Which weights share a threshold and a scale.
 *
 * @since 0.1
 */
public enum ScaleExtent {
  /** All weights of a layer, as in the papers. */
  TENSOR,
  /** The weights of one output channel, as in many programs. */
  CHANNEL
}
