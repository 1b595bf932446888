// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.plan;

import java.util.Set;
import org.setun.kernels.Shape;
import org.setun.kernels.Window;
import org.setun.kernels.layout.ChannelsLast;
import org.setun.kernels.op.Deinterleave;
import org.setun.kernels.op.Winograd;

/**
 * Input and weights of an fp32 convolution by transforms. With a stride s it is one of stride 1 on
 * the phases of its input, s × s for a channel, with {@code ceil(kernel / s)} taps each way: {@code
 * [row / s][column / s][phase][channel]}, zero padding included. Phases descend, columns first:
 * later ones may have a tap less, and sums round less that begin with what is small.
 */
final class WinogradInput implements ConvolutionInput {
  /** Points of the transforms of 3 and of 4 taps without the last one, ∞; see {@link Winograd}. */
  private static final double[][] POINTS = {{0, 1, -1, 0.5, -2}, {0, 1, -1, 0.5, -0.5, -2}};

  private final String layer;
  private final Shape shape;
  private final Window window;
  private final int channels;
  private final int depth;
  private final int rows;
  private final int columns;
  private final int tiles;

  /**
   * For one convolution that {@link WinogradRule#suits}.
   *
   * @param out shape of what it makes
   */
  WinogradInput(String layer, Shape shape, Window window, Shape out) {
    this.layer = layer;
    this.shape = shape;
    this.window = window;
    this.channels = shape.channels();
    this.depth = channels * window.strideHeight() * window.strideWidth();
    int outputs = Winograd.OUTPUTS;
    tiles = WinogradRule.tilesAcross(out);
    rows = Math.ceilDiv(out.height(), outputs) * outputs + pointsDown() - outputs;
    columns = tiles * outputs + pointsAcross() - outputs;
  }

  @Override
  public String layer() {
    return layer;
  }

  @Override
  public Shape shape() {
    return shape;
  }

  @Override
  public int size() {
    return rows * rowLength();
  }

  @Override
  public boolean inPlace() {
    return false;
  }

  @Override
  public Set<Class<?>> uses() {
    return Set.of();
  }

  /** Products in a sum at a point. */
  int depth() {
    return depth;
  }

  /** Tiles across, those in the padding of a narrow map included. */
  int tiles() {
    return tiles;
  }

  /** Floats of a row, in which all phases of an input row lie. */
  int rowLength() {
    return columns * depth;
  }

  /** Points down a column. */
  int pointsDown() {
    return WinogradRule.points(window.kernelHeight(), window.strideHeight());
  }

  /** Points along a row. */
  int pointsAcross() {
    return WinogradRule.points(window.kernelWidth(), window.strideWidth());
  }

  @Override
  public void planarRow(
      Deinterleave deinterleave, float[] planes, int offset, int pitch, int y, float[] copy) {
    int padded = y + window.padTop();
    int row = padded / window.strideHeight();
    if (row >= rows) {
      return; // the window does not reach it
    }
    int stride = window.strideWidth();
    int end = Math.min(shape.width(), columns * stride - window.padLeft());
    for (int c = 0; c < channels; c++) {
      int from = offset + (c * shape.height() + y) * pitch;
      for (int first = 0; first < Math.min(stride, end); first++) {
        int column = first + window.padLeft();
        int phase = phase(padded % window.strideHeight(), column % stride);
        int at = row * rowLength() + column / stride * depth + phase * channels + c;
        for (int x = first; x < end; x += stride, at += depth) {
          copy[at] = planes[from + x];
        }
      }
    }
  }

  /** Place of a phase among the s × s. */
  private int phase(int row, int column) {
    return (window.strideWidth() - 1 - column) * window.strideHeight()
        + (window.strideHeight() - 1 - row);
  }

  /** Only with stride 1, where windows reach every row and column. */
  @Override
  public void channelsLastRow(float[] values, int y, float[] copy) {
    int padded = ChannelsLast.paddedChannels(channels);
    int from = y * shape.width() * padded;
    int to = (y + window.padTop()) * rowLength() + window.padLeft() * channels;
    if (padded == channels) {
      System.arraycopy(values, from, copy, to, shape.width() * channels);
      return;
    }
    for (int x = 0; x < shape.width(); x++) {
      System.arraycopy(values, from + x * padded, copy, to + x * channels, channels);
    }
  }

  /**
   * Transforms weights (output, input channel, row, column) in double, and packs them: {@code
   * [panel][point down][point across][k][output of the panel]}.
   *
   * @param panel outputs of a panel
   */
  float[] packWeights(float[] weights, int outputs, int panel) {
    double[][] down = matrix(pointsDown());
    double[][] across = matrix(pointsAcross());
    int pointLength = depth * panel;
    int points = down.length * across.length;
    float[] packed = new float[Math.ceilDiv(outputs, panel) * points * pointLength];
    double[] at = new double[points];
    for (int o = 0; o < outputs; o++) {
      for (int k = 0; k < depth; k++) {
        transform(weights, o, k, down, across, at);
        int to = o / panel * points * pointLength + k * panel + o % panel;
        for (int p = 0; p < points; p++) {
          packed[to + p * pointLength] = (float) at[p];
        }
      }
    }
    return packed;
  }

  /** The weights of one output and one phase of an input channel at all points. */
  private void transform(
      float[] weights, int output, int k, double[][] down, double[][] across, double[] at) {
    int channel = k % channels;
    int phaseRow = window.strideHeight() - 1 - k / channels % window.strideHeight();
    int phaseColumn = window.strideWidth() - 1 - k / channels / window.strideHeight();
    int from = (output * channels + channel) * window.taps();
    for (int p = 0; p < down.length; p++) {
      for (int q = 0; q < across.length; q++) {
        double sum = 0;
        for (int i = 0; i < down[p].length; i++) {
          int ky = i * window.strideHeight() + phaseRow;
          for (int j = 0; j < across[q].length; j++) {
            int kx = j * window.strideWidth() + phaseColumn;
            if (ky < window.kernelHeight() && kx < window.kernelWidth()) {
              sum += down[p][i] * across[q][j] * weights[from + ky * window.kernelWidth() + kx];
            }
          }
        }
        at[p * across.length + q] = sum;
      }
    }
  }

  /** From taps to points: powers of a point by Lagrange's denominator; ∞ takes the last tap. */
  private static double[][] matrix(int points) {
    double[] finite = POINTS[points - 6];
    int taps = points - Winograd.OUTPUTS + 1;
    double[][] matrix = new double[points][taps];
    for (int p = 0; p < finite.length; p++) {
      double denominator = Math.abs(finite[p]) == 0.5 ? 4 : 1;
      for (int other = 0; other < finite.length; other++) {
        denominator *= other == p ? 1 : finite[p] - finite[other];
      }
      for (int tap = 0; tap < taps; tap++) {
        matrix[p][tap] = Math.pow(finite[p], tap) / denominator;
      }
    }
    matrix[points - 1][taps - 1] = 1;
    return matrix;
  }
}
