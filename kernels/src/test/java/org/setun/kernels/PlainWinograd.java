// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels;

/**
 * The oracle for fp32 convolutions by transforms: the definition of {@link
 * org.setun.kernels.op.Winograd}, one tile after the other, on arrays that have the shape of the
 * formulas.
 */
final class PlainWinograd {
  private static final double[][] POINTS = {{0, 1, -1, 0.5, -2}, {0, 1, -1, 0.5, -0.5, -2}};

  /** Lagrange's denominators, those of ±1/2 four times. */
  private static final double[][] DENOMINATORS = {
    {1, 3, -3, -3.75, 15}, {0.5, 4.5, 1.5, -3.75, -2.25, -22.5}
  };

  private PlainWinograd() {}

  /** The convolution's value, NHWC, of a NHWC input. */
  static float[] convolve(Layer.Convolution layer, float[] x, Shape in, Shape out) {
    Window w = layer.window();
    int taps = Math.ceilDiv(w.kernelHeight(), w.strideHeight());
    int tapsAcross = Math.ceilDiv(w.kernelWidth(), w.strideWidth());
    int depth = w.strideHeight() * in.channels() * w.strideWidth();
    float[][][][] weights = new float[out.channels()][depth][][];
    for (int o = 0; o < out.channels(); o++) {
      for (int k = 0; k < depth; k++) {
        weights[o][k] = weights(layer, in.channels(), o, k, taps, tapsAcross);
      }
    }
    float[] y = new float[out.size()];
    for (int top = 0; top < out.height(); top += 4) {
      for (int left = 0; left < out.width(); left += 4) {
        float[][][] values = new float[depth][][];
        for (int k = 0; k < depth; k++) {
          float[][] d = new float[taps + 3][tapsAcross + 3];
          for (int i = 0; i < d.length; i++) {
            for (int j = 0; j < d[i].length; j++) {
              d[i][j] = input(x, in, w, k, top + i, left + j);
            }
          }
          values[k] = across(transposed(across(transposed(d))));
        }
        for (int o = 0; o < out.channels(); o++) {
          float[][] sums = new float[taps + 3][tapsAcross + 3];
          for (int k = 0; k < depth; k++) {
            for (int p = 0; p < sums.length; p++) {
              for (int q = 0; q < sums[p].length; q++) {
                sums[p][q] = Math.fma(values[k][p][q], weights[o][k][p][q], sums[p][q]);
              }
            }
          }
          float[][] tile = new float[sums.length][];
          for (int p = 0; p < sums.length; p++) {
            tile[p] = outputs(sums[p], 0);
          }
          float[][] columns = transposed(tile);
          for (int j = 0; j < 4; j++) {
            float[] column = outputs(columns[j], layer.bias()[o]);
            for (int i = 0; i < 4; i++) {
              if (top + i < out.height() && left + j < out.width()) {
                y[((top + i) * out.width() + left + j) * out.channels() + o] = column[i];
              }
            }
          }
        }
      }
    }
    return y;
  }

  /** A phase's value, or 0 in the padding. */
  private static float input(float[] x, Shape in, Window w, int k, int row, int column) {
    int channel = k % in.channels();
    int y = row * w.strideHeight() + phaseRow(w, k / in.channels()) - w.padTop();
    int at = column * w.strideWidth() + phaseColumn(w, k / in.channels()) - w.padLeft();
    boolean inside = y >= 0 && y < in.height() && at >= 0 && at < in.width();
    return inside ? x[(y * in.width() + at) * in.channels() + channel] : 0;
  }

  /** Phases descend, columns first. */
  private static int phaseRow(Window w, int phase) {
    return w.strideHeight() - 1 - phase % w.strideHeight();
  }

  private static int phaseColumn(Window w, int phase) {
    return w.strideWidth() - 1 - phase / w.strideHeight();
  }

  private static float[][] weights(
      Layer.Convolution layer, int channels, int o, int k, int taps, int tapsAcross) {
    Window w = layer.window();
    float[][] result = new float[taps + 3][tapsAcross + 3];
    for (int p = 0; p < result.length; p++) {
      for (int q = 0; q < result[p].length; q++) {
        double sum = 0;
        for (int i = 0; i < taps; i++) {
          for (int j = 0; j < tapsAcross; j++) {
            int ky = i * w.strideHeight() + phaseRow(w, k / channels);
            int kx = j * w.strideWidth() + phaseColumn(w, k / channels);
            if (ky < w.kernelHeight() && kx < w.kernelWidth()) {
              int row = (o * channels + k % channels) * w.kernelHeight() + ky;
              double weight = layer.weights()[row * w.kernelWidth() + kx];
              sum += factor(p, i, taps) * factor(q, j, tapsAcross) * weight;
            }
          }
        }
        result[p][q] = (float) sum;
      }
    }
    return result;
  }

  private static double factor(int point, int tap, int taps) {
    double[] points = POINTS[taps - 3];
    return point == points.length
        ? tap == taps - 1 ? 1 : 0
        : Math.pow(points[point], tap) / DENOMINATORS[taps - 3][point];
  }

  private static float[][] transposed(float[][] matrix) {
    float[][] result = new float[matrix[0].length][matrix.length];
    for (int i = 0; i < matrix.length; i++) {
      for (int j = 0; j < matrix[i].length; j++) {
        result[j][i] = matrix[i][j];
      }
    }
    return result;
  }

  private static float[][] across(float[][] rows) {
    float[][] result = new float[rows.length][];
    for (int i = 0; i < rows.length; i++) {
      result[i] = rows[i].length == 6 ? sixPoints(rows[i]) : sevenPoints(rows[i]);
    }
    return result;
  }

  private static float[] sixPoints(float[] d) {
    float[] l = new float[4];
    for (int i = 0; i < 4; i++) {
      l[i] = d[i + 2] - d[i];
    }
    float r1 = Math.fma(d[2], 1.5f, d[3]) - d[1];
    float r2 = Math.fma(d[3], 1.5f, d[4]) - d[2];
    return new float[] {
      Math.fma(l[1], 1.5f, l[2]) - l[0],
      r2 + r1,
      r2 - r1,
      Math.fma(l[1], 2, l[2]),
      Math.fma(l[1], -0.5f, l[2]),
      Math.fma(l[2], 1.5f, l[3]) - l[1]
    };
  }

  private static float[] sevenPoints(float[] d) {
    float[] e = new float[3];
    for (int i = 0; i < 3; i++) {
      e[i] = Math.fma(d[i], 0.25f, Math.fma(d[i + 2], -1.25f, d[i + 4]));
    }
    float[] h = new float[4];
    float[] l = new float[4];
    for (int i = 1; i < 4; i++) {
      h[i] = Math.fma(d[i], -0.25f, d[i + 2]);
      l[i] = d[i + 2] - d[i];
    }
    float m0 = Math.fma(h[1], 2, h[2]);
    float m1 = Math.fma(h[2], 2, h[3]);
    float n0 = Math.fma(l[1], 2, l[2]);
    float n1 = Math.fma(l[2], 2, l[3]);
    return new float[] {
      Math.fma(e[0], 2, e[1]),
      m1 + m0,
      m1 - m0,
      Math.fma(n0, 0.5f, n1),
      Math.fma(n0, -0.5f, n1),
      e[1],
      Math.fma(e[1], 2, e[2])
    };
  }

  private static float[] outputs(float[] m, float bias) {
    boolean six = m.length == 6;
    float at1 = m[1] + bias;
    float s1 = at1 + m[2];
    float d1 = at1 - m[2];
    float s2 = six ? m[3] : m[3] + m[4];
    float d2 = six ? m[3] : m[3] - m[4];
    float minus2 = m[m.length - 2];
    return new float[] {
      (m[0] + s1) + Math.fma(s2, 4, minus2),
      Math.fma(d2 - minus2, 2, d1),
      Math.fma(minus2, 4, s1 + s2),
      Math.fma(Math.fma(minus2, -16, d2), 0.5f, d1 + m[m.length - 1])
    };
  }
}
