// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.onnx;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.setun.kernels.ActivationFunction;
import org.setun.kernels.Layer;
import org.setun.loader.onnx.ScalarOp.Kind;

/**
 * A function of elements that one layer computes, recognised by its values: exporters write the
 * same activation in many ways.
 *
 * @param function the function; null for a PReLU
 * @param parameters what it takes; of a PReLU the slope below 0, one per channel or one for all
 * @param inner what an element is multiplied with before, as in CELU
 * @param outer what the function's value is multiplied with
 */
record KnownFunction(ActivationFunction function, float[] parameters, float inner, float outer) {
  /** Where smooth functions are compared: densely where they bend, and far out. */
  private static final float[] POINTS = points();

  /** What operators that each round to fp32 may be off, of the value and where it is small. */
  private static final double TOLERANCE = 4e-6;

  /** Beyond any bound, with room to be multiplied. */
  private static final float FAR = 1e30f;

  /** Levels of a quantizer whose edges are all probed. */
  private static final int MOST_LEVELS = 1 << 10;

  private KnownFunction(ActivationFunction function, float... parameters) {
    this(function, parameters, 1, 1);
  }

  /** ReLU. */
  static KnownFunction relu() {
    return new KnownFunction(null, 0);
  }

  private static float[] points() {
    float[] points = new float[241];
    for (int i = 0; i < points.length; i++) {
      float at = i - points.length / 2;
      // From 1/16 to 1/16 around 0, up to 40 at the ends.
      points[i] = at / 16 + Math.signum(at) * (at / 21) * (at / 21);
    }
    return points;
  }

  /**
   * Recognises a function.
   *
   * @param function the function
   * @param channels its channels
   * @return empty if no layer computes it
   */
  static Optional<KnownFunction> of(ScalarFunction function, int channels) {
    Optional<KnownFunction> sloped = prelu(function, channels);
    if (sloped.isPresent() || !function.isUniform()) {
      return sloped;
    }
    return clamp(function)
        .or(() -> smooth(function))
        .or(() -> scaled(function))
        .or(() -> quantizer(function));
  }

  Layer layer(String name, String input, int channels) {
    if (function != null) {
      return new Layer.Activation(name, input, function, parameters);
    }
    float[] slope = parameters;
    if (slope.length != channels) {
      slope = new float[channels];
      Arrays.fill(slope, parameters[0]);
    }
    return new Layer.PRelu(name, input, slope);
  }

  private static Optional<KnownFunction> prelu(ScalarFunction function, int channels) {
    float[] slope = new float[function.isUniform() ? 1 : channels];
    for (int c = 0; c < slope.length; c++) {
      slope[c] = -function.value(-1, c);
      for (float x : POINTS) {
        if (function.value(x, c) != (x < 0 ? x * slope[c] : x)) {
          return Optional.empty();
        }
      }
      if (function.value(-FAR, c) != -FAR * slope[c] || function.value(FAR, c) != FAR) {
        return Optional.empty();
      }
    }
    return Optional.of(new KnownFunction(null, slope));
  }

  private static Optional<KnownFunction> clamp(ScalarFunction function) {
    float low = function.value(-FAR, 0);
    float high = function.value(FAR, 0);
    float[] bounds = {
      low == -FAR ? Float.NEGATIVE_INFINITY : low, high == FAR ? Float.POSITIVE_INFINITY : high
    };
    if (!(bounds[0] <= bounds[1])) {
      return Optional.empty();
    }
    for (float x : POINTS) {
      for (float at : new float[] {x, low + x / 16, high + x / 16, x * 1e3f}) {
        if (function.value(at, 0) != Math.min(Math.max(at, bounds[0]), bounds[1])) {
          return Optional.empty();
        }
      }
    }
    return Optional.of(new KnownFunction(ActivationFunction.CLAMP, bounds));
  }

  private static Optional<KnownFunction> smooth(ScalarFunction function) {
    float middle = function.value(0, 0);
    float slope = (function.value(1 / 16f, 0) - function.value(-1 / 16f, 0)) * 8;
    for (ActivationFunction candidate : ActivationFunction.values()) {
      float[] parameters =
          switch (candidate) {
            case SIGMOID, TANH, SILU, HARD_SWISH, GELU, GELU_TANH, SOFTPLUS -> new float[0];
            case HARD_SIGMOID -> new float[] {slope, middle};
            case ELU -> new float[] {-function.value(-100, 0)};
            case CLAMP, QUANTIZE_HALF_EVEN, QUANTIZE_FLOOR, QUANTIZE_CEIL, QUANTIZE_TRUNCATE ->
                null;
          };
      if (parameters != null) {
        KnownFunction known = new KnownFunction(candidate, parameters);
        if (known.agrees(function)) {
          return Optional.of(known);
        }
      }
    }
    return Optional.empty();
  }

  /** Functions of a multiple: CELU is {@code alpha * elu(x / alpha)}, log-sigmoid -softplus(-x). */
  private static Optional<KnownFunction> scaled(ScalarFunction function) {
    float limit = -function.value(-100, 0);
    return Stream.of(
            new KnownFunction(ActivationFunction.ELU, new float[] {1}, 1 / limit, limit),
            new KnownFunction(ActivationFunction.SOFTPLUS, new float[0], -1, -1))
        .filter(candidate -> Float.isFinite(candidate.inner) && candidate.agrees(function))
        .findFirst();
  }

  private boolean agrees(ScalarFunction other) {
    for (float x : POINTS) {
      double expected = outer * function.apply(inner * x, parameters);
      double error = Math.abs(other.value(x, 0) - expected);
      if (!(error <= TOLERANCE * Math.max(1, Math.abs(expected)))) {
        return false;
      }
    }
    return true;
  }

  /**
   * A uniform quantizer, however its bounds are written: its scale and zero are those of the one
   * rounding in it, its bounds what comes of the largest values, and between them every edge must
   * be where it should.
   */
  private static Optional<KnownFunction> quantizer(ScalarFunction function) {
    int rounding = -1;
    for (int i = 0; i < function.ops().size(); i++) {
      if (rounding(function.ops().get(i).kind()) != null) {
        if (rounding >= 0) {
          return Optional.empty();
        }
        rounding = i;
      }
    }
    if (rounding < 0) {
      return Optional.empty();
    }
    ActivationFunction kind = rounding(function.ops().get(rounding).kind());
    float[] line = line(function, function.ops().get(rounding).a());
    float scale = line[0];
    float zero = line[1];
    if (!(scale > 0) || !Float.isFinite(scale) || !Float.isFinite(zero)) {
      return Optional.empty();
    }
    float low = level(function.value(-FAR, 0), scale, zero);
    float high = level(function.value(FAR, 0), scale, zero);
    boolean bounded = high - low < MOST_LEVELS;
    float[] parameters = {
      scale,
      zero,
      Math.abs(low) < 1e9f ? low : Float.NEGATIVE_INFINITY,
      Math.abs(high) < 1e9f ? high : Float.POSITIVE_INFINITY
    };
    float first = bounded ? low - 2 : Math.max(low - 2, zero - MOST_LEVELS / 2f);
    for (int i = 0; i < (bounded ? high - low + 4 : MOST_LEVELS); i++) {
      float edge = (first + i - zero) * scale;
      for (float part : new float[] {0, 0.01f, 0.3f, 0.499f, 0.5f, 0.501f, 0.7f, 0.99f}) {
        float x = edge + part * scale;
        float expected = kind.apply(x, parameters);
        if (Math.abs(function.value(x, 0) - expected) > TOLERANCE * Math.abs(expected)) {
          return Optional.empty();
        }
      }
    }
    return Optional.of(new KnownFunction(kind, parameters));
  }

  private static float level(float value, float scale, float zero) {
    return (float) Math.rint(value / scale + zero);
  }

  /** Scale and zero before a rounding, of {@code x / scale + zero} with any bounds. */
  private static float[] line(ScalarFunction function, int place) {
    ScalarOp op = function.ops().get(place);
    if (op.kind() == Kind.INPUT) {
      return new float[] {1, 0};
    }
    // The constant among the operands: on the left only where the order does not matter.
    Float constant = still(function, op.b());
    int moving = op.a();
    boolean ordered = op.kind() == Kind.SUB || op.kind() == Kind.DIV;
    if (constant == null && !ordered) {
      constant = still(function, op.a());
      moving = op.b();
    }
    if (constant == null) {
      return new float[] {Float.NaN, 0};
    }
    float[] inner = line(function, moving);
    return switch (op.kind()) {
      case MIN, MAX -> inner;
      case ADD -> new float[] {inner[0], inner[1] + constant};
      case SUB -> new float[] {inner[0], inner[1] - constant};
      case MUL -> new float[] {inner[0] / constant, inner[1] * constant};
      case DIV -> new float[] {inner[0] * constant, inner[1] / constant};
      default -> new float[] {Float.NaN, 0};
    };
  }

  private static Float still(ScalarFunction function, int place) {
    if (place < 0 || function.ops().get(place).kind() != Kind.CONSTANT) {
      return null;
    }
    return function.ops().get(place).constant(0);
  }

  private static ActivationFunction rounding(Kind kind) {
    return switch (kind) {
      case ROUND -> ActivationFunction.QUANTIZE_HALF_EVEN;
      case FLOOR -> ActivationFunction.QUANTIZE_FLOOR;
      case CEIL -> ActivationFunction.QUANTIZE_CEIL;
      case TRUNCATE -> ActivationFunction.QUANTIZE_TRUNCATE;
      default -> null;
    };
  }
}
