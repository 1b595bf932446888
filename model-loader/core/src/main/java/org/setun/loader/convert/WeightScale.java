// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.convert;

/**
 * What the {@code weight_scale} beside a BitNet tensor does to its trits. The two layers of
 * transformers differ, and a checkpoint alone does not tell them apart.
 *
 * @since 0.1
 */
public enum WeightScale {
  /** A weight is trit × scale, as in {@code AutoBitLinear}. */
  MULTIPLY,
  /** A weight is trit / scale, as in {@code BitLinear}: the scale is the inverse. */
  DIVIDE
}
