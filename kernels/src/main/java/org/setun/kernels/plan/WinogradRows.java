// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.plan;

import java.util.Arrays;
import java.util.Set;
import org.setun.kernels.Layer.Convolution;
import org.setun.kernels.Shape;
import org.setun.kernels.layout.ChannelsLast;
import org.setun.kernels.op.KernelSet;
import org.setun.kernels.op.Winograd;
import org.setun.kernels.pass.Scratch;

/**
 * Four rows at a time, by transforms, see {@link Winograd}.
 *
 * <p>In scratch memory, n and m being the points down and across, K the input's depth and P the
 * channels of a panel:
 *
 * <pre>{@code
 * COLUMNS   [n][input column][K]       after the vertical transform
 * VALUES    [n][tile][m][K]            after the horizontal one
 * PRODUCTS  [m][4 tiles][P]            of one row of points
 * SUMS      [n][4 columns][4 tiles][P] outputs across, still to be transformed down
 * }</pre>
 */
final class WinogradRows implements ConvolutionRows {
  private static final int COLUMNS = FIRST;
  private static final int VALUES = FIRST + 1;
  private static final int PRODUCTS = FIRST + 2;
  private static final int SUMS = FIRST + 3;

  private final Winograd kernel;
  private final WinogradInput input;
  private final int outputs;
  private final int channels;
  private final float[] weights;
  private final RowParameters parameters;

  /**
   * Packs a convolution.
   *
   * @param out shape of what it makes, before any pooling
   * @param scale with {@code shift}, of the multiply-add behind it, or {@code null}
   * @param slope of the PReLU behind it, or {@code null}
   */
  WinogradRows(
      Convolution layer,
      WinogradInput input,
      Shape out,
      Winograd kernel,
      float[] scale,
      float[] shift,
      float[] slope) {
    this.kernel = kernel;
    this.input = input;
    this.outputs = out.channels();
    this.channels = ChannelsLast.paddedChannels(outputs);
    this.weights = input.packWeights(layer.weights(), outputs, kernel.channels());
    float[] ones = new float[outputs];
    Arrays.fill(ones, 1);
    this.parameters =
        RowParameters.padded(layer.bias(), scale, shift, slope == null ? ones : slope);
  }

  private WinogradRows(WinogradRows other, Winograd kernel) {
    this.kernel = kernel;
    this.input = other.input;
    this.outputs = other.outputs;
    this.channels = other.channels;
    this.weights = other.weights;
    this.parameters = other.parameters;
  }

  @Override
  public ConvolutionRows on(KernelSet kernels) {
    return new WinogradRows(this, kernels.winograd());
  }

  @Override
  public ConvolutionInput input() {
    return input;
  }

  @Override
  public int together() {
    return Winograd.OUTPUTS;
  }

  @Override
  public int rowFloats() {
    return input.tiles() * Winograd.OUTPUTS * channels;
  }

  @Override
  public String kernel() {
    return kernel.name();
  }

  @Override
  public Set<Class<?>> uses() {
    return Set.of(Winograd.class);
  }

  @Override
  public long parameterBytes() {
    return 4L * weights.length + 4L * 4 * channels;
  }

  @Override
  public void scratch(Scratch.Need need) {
    int down = input.pointsDown();
    int across = input.pointsAcross();
    int group = Winograd.TILES * kernel.channels();
    need.floats(COLUMNS, down * input.rowLength() + Winograd.SLACK);
    need.floats(VALUES, down * input.tiles() * across * input.depth() + Winograd.SLACK);
    need.floats(PRODUCTS, across * group);
    need.floats(SUMS, down * Winograd.OUTPUTS * group);
  }

  @Override
  public void make(int y, float[] in, float[] rows, int offset, Scratch scratch) {
    float[] values = scratch.floats(VALUES);
    transform(y, in, scratch.floats(COLUMNS), values);
    float[] products = scratch.floats(PRODUCTS);
    float[] sums = scratch.floats(SUMS);
    int down = input.pointsDown();
    int across = input.pointsAcross();
    int depth = input.depth();
    int panel = kernel.channels();
    int tileLength = across * depth;
    int row = Winograd.OUTPUTS * Winograd.TILES * panel;
    for (int c = 0; c < outputs; c += panel) {
      for (int next = 0; next < input.tiles(); next += Winograd.TILES) {
        int tile = Math.min(next, input.tiles() - Winograd.TILES);
        for (int p = 0; p < down; p++) {
          int from = (p * input.tiles() + tile) * tileLength;
          int panelOffset = (c / panel * down + p) * tileLength * panel;
          kernel.multiply(across, depth, values, from, tileLength, weights, panelOffset, products);
          kernel.rowOutput(across, products, sums, p * row);
        }
        int to = offset + tile * Winograd.OUTPUTS * channels + c;
        kernel.columnOutput(
            down,
            sums,
            parameters.bias(),
            parameters.scale(),
            parameters.shift(),
            parameters.slope(),
            c,
            rows,
            to,
            rowFloats(),
            channels);
      }
    }
  }

  private void transform(int y, float[] in, float[] columns, float[] values) {
    int down = input.pointsDown();
    int across = input.pointsAcross();
    int depth = input.depth();
    int length = input.rowLength();
    int tiles = input.tiles();
    kernel.input(down, in, y * length, length, 0, 1, length, columns, 0, length, 0);
    for (int p = 0; p < down; p++) {
      kernel.input(
          across,
          columns,
          p * length,
          depth,
          Winograd.OUTPUTS * depth,
          tiles,
          depth,
          values,
          p * tiles * across * depth,
          depth,
          across * depth);
    }
  }
}
