// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels;

/**
 * An inference-time BatchNorm of one channel as a multiply-add, rounded to fp32 step by step as
 * PyTorch rounds it: {@code 1/√(σ² + ε)}, times γ, and {@code β - μ·scale}. Folded in double
 * instead, the bundled network's predictions are those of PyTorch in fp64, 1 of 10,000 different.
 *
 * @param scale multiplier
 * @param shift addend
 * @since 0.1
 */
public record BatchNormFold(float scale, float shift) {
  /**
   * Folds.
   *
   * @param gamma γ
   * @param beta β
   * @param mean running mean μ
   * @param variance running variance σ²
   * @param epsilon ε
   * @return the multiply-add
   */
  public static BatchNormFold of(
      float gamma, float beta, float mean, float variance, double epsilon) {
    float scale = 1 / (float) Math.sqrt(variance + (float) epsilon) * gamma;
    return new BatchNormFold(scale, beta - mean * scale);
  }
}
