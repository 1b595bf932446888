// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.method;

import java.util.Locale;

/**
 * How weights were trained to be ternary or binary, which says what a checkpoint's tensors are.
 *
 * @since 0.1
 */
public enum Method {
  /** To be found from the tensors; never the method of a layer that was read. */
  AUTO,
  /** Soft Threshold Ternary Networks: a latent pair of binary kernels, or their sum. */
  STTN,
  /** XNOR-Net: the sign of the latents times their mean magnitude. */
  XNOR,
  /** Ternary Weight Networks: latents beyond a threshold that is a part of their mean magnitude. */
  TWN,
  /** Trained Ternary Quantization: a scale for plus and another for minus. */
  TTQ,
  /** Kernels that are ternary already, with one scale a tensor or a channel. */
  TERNARY;

  /**
   * The method's name in options, descriptions and messages.
   *
   * @return the constant's name in lower case
   */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
