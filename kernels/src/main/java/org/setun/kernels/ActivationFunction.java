// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels;

import java.util.Locale;
import java.util.Objects;

/**
 * A function of one number that {@link Layer.Activation} applies to every value. It is computed in
 * double with {@link StrictMath} and rounded once, so that every JVM, kernel and vector width gives
 * the same bits; a NaN stays NaN. The smooth ones take some 50 ns a value.
 *
 * @since 0.1
 */
public enum ActivationFunction {
  /** {@code min(max(x, low), high)}; parameters low, high. Hardtanh, ReLU6, Clip. */
  CLAMP(2) {
    @Override
    double apply(double x, float[] p) {
      return Math.min(Math.max(x, p[0]), p[1]);
    }
  },

  /** {@code 1 / (1 + e^-x)}. */
  SIGMOID(0) {
    @Override
    double apply(double x, float[] p) {
      return logistic(x);
    }
  },

  /** Hyperbolic tangent. */
  TANH(0) {
    @Override
    double apply(double x, float[] p) {
      return StrictMath.tanh(x);
    }
  },

  /** {@code x · sigmoid(x)}, also called swish; 0 for negative infinity. */
  SILU(0) {
    @Override
    double apply(double x, float[] p) {
      return times(x, logistic(x));
    }
  },

  /** {@code clamp(alpha · x + beta, 0, 1)}; parameters alpha, beta. PyTorch's are 1/6 and 1/2. */
  HARD_SIGMOID(2) {
    @Override
    double apply(double x, float[] p) {
      return Math.clamp(p[0] * x + p[1], 0, 1);
    }
  },

  /** {@code x · clamp(x + 3, 0, 6) / 6}; 0 for negative infinity. */
  HARD_SWISH(0) {
    @Override
    double apply(double x, float[] p) {
      return times(x, Math.clamp(x + 3, 0, 6) / 6);
    }
  },

  /** {@code x · Φ(x)} with the normal distribution Φ; 0 for negative infinity. */
  GELU(0) {
    @Override
    double apply(double x, float[] p) {
      return times(x, 0.5 * complementaryErrorFunction(-x * StrictMath.sqrt(0.5)));
    }
  },

  /** {@code x/2 · (1 + tanh(√(2/π) (x + 0.044715 x³)))}; 0 for negative infinity. */
  GELU_TANH(0) {
    @Override
    double apply(double x, float[] p) {
      double inner = StrictMath.sqrt(2 / StrictMath.PI) * (x + 0.044715 * x * x * x);
      return times(x, 0.5 * (1 + StrictMath.tanh(inner)));
    }
  },

  /** {@code x < 0 ? alpha (e^x - 1) : x}; parameter alpha. */
  ELU(1) {
    @Override
    double apply(double x, float[] p) {
      return x < 0 ? p[0] * StrictMath.expm1(x) : x;
    }
  },

  /** {@code log(1 + e^x)}. */
  SOFTPLUS(0) {
    @Override
    double apply(double x, float[] p) {
      return Math.max(x, 0) + StrictMath.log1p(StrictMath.exp(-Math.abs(x)));
    }
  },

  /**
   * A uniform quantizer: {@code (clamp(round(x / scale + zero), lowest, highest) - zero) · scale},
   * rounding half to even; parameters scale, zero, lowest, highest. The quotient and the sum are
   * rounded to fp32 each, as a training program computes them.
   */
  QUANTIZE_HALF_EVEN(4) {
    @Override
    double apply(double x, float[] p) {
      return quantized(Math.rint(level(x, p)), p);
    }
  },

  /** As {@link #QUANTIZE_HALF_EVEN}, rounding down. */
  QUANTIZE_FLOOR(4) {
    @Override
    double apply(double x, float[] p) {
      return quantized(Math.floor(level(x, p)), p);
    }
  },

  /** As {@link #QUANTIZE_HALF_EVEN}, rounding up. */
  QUANTIZE_CEIL(4) {
    @Override
    double apply(double x, float[] p) {
      return quantized(Math.ceil(level(x, p)), p);
    }
  },

  /** As {@link #QUANTIZE_HALF_EVEN}, rounding toward zero. */
  QUANTIZE_TRUNCATE(4) {
    @Override
    double apply(double x, float[] p) {
      double level = level(x, p);
      return quantized(level < 0 ? Math.ceil(level) : Math.floor(level), p);
    }
  };

  private final int parameters;

  ActivationFunction(int parameters) {
    this.parameters = parameters;
  }

  /** The function in double; the result is rounded to fp32. */
  abstract double apply(double x, float[] parameters);

  /** {@return the number of parameters} */
  public int parameters() {
    return parameters;
  }

  /** {@return the name in lower case, for files and people} */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Applies the function.
   *
   * @param x the value
   * @param parameters as many as {@link #parameters()}
   * @return the result
   */
  public float apply(float x, float[] parameters) {
    Objects.requireNonNull(parameters, "parameters");
    return (float) apply((double) x, parameters);
  }

  private static double logistic(double x) {
    return 1 / (1 + StrictMath.exp(-x));
  }

  /** 0 · ∞ is 0 here: the limit of these functions. */
  private static double times(double x, double share) {
    return share == 0 ? 0 : x * share;
  }

  private static double level(double x, float[] p) {
    return (float) ((float) (x / p[0]) + (double) p[1]);
  }

  private static double quantized(double level, float[] p) {
    double clamped = Math.min(Math.max(level, p[2]), p[3]);
    return (float) (clamped - p[1]) * (double) p[0];
  }

  /**
   * 1 - erf(x), to some 1e-15 of itself: the series of erf up to 2.5, beyond it the continued
   * fraction (Abramowitz and Stegun, 7.1.6 and 7.1.14).
   */
  private static double complementaryErrorFunction(double x) {
    if (x < 0) {
      return 2 - complementaryErrorFunction(-x);
    }
    if (x > 27) {
      return 0; // below the smallest double
    }
    double factor = StrictMath.exp(-x * x) / StrictMath.sqrt(StrictMath.PI);
    if (x < 2.5) {
      double term = 2 * x;
      double sum = term;
      for (int n = 1; term > sum * 1e-17; n++) {
        term *= 2 * x * x / (2 * n + 1);
        sum += term;
      }
      return 1 - factor * sum;
    }
    double fraction = x;
    for (int n = 60; n >= 1; n--) {
      fraction = x + n / 2.0 / fraction;
    }
    return factor / fraction;
  }
}
