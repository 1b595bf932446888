// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.plan;

import org.setun.kernels.Shape;
import org.setun.kernels.Window;
import org.setun.kernels.family.ArrayExtent;
import org.setun.kernels.layout.ChannelsLast;
import org.setun.kernels.op.Winograd;

/**
 * Which fp32 convolutions are run by transforms. A rule of their shape alone: what is computed, to
 * the bit, must not depend on the machine. Its constants were measured at 512 bits and with AVX2,
 * see DESIGN.md.
 */
public final class WinogradRule {
  /** With 3 products in a sum, transforms take what they save. */
  private static final int LEAST_DEPTH = 8;

  /** Transforms of a value in, in multiply-adds at each of its points. */
  private static final int INPUT = 8;

  /** Transforms of a sum out, in multiply-adds at each of its points. */
  private static final int OUTPUT = 4;

  /**
   * Every four rows read all transformed weights again. From a cache they are free; 512 × 512 of
   * 3×3 are 38 MB, and lose on a map of 7×7, where they are read for 8 tiles.
   */
  private static final double MOST_WEIGHTS_FOR_TILE = 300_000;

  private WinogradRule() {}

  /**
   * Applies the rule.
   *
   * @param in shape of the input
   * @param out shape of the convolution's output, before any pooling
   * @param image whether it reads the caller's image, which takes any stride; else it reads a value
   */
  public static boolean suits(Shape in, Window window, Shape out, boolean image) {
    boolean strided = window.strideHeight() > 1 || window.strideWidth() > 1;
    if (window.dilationHeight() > 1
        || window.dilationWidth() > 1
        || (strided && !image)
        || !hasPoints(window.kernelHeight(), window.strideHeight())
        || !hasPoints(window.kernelWidth(), window.strideWidth())) {
      return false;
    }
    // In double, which does not overflow.
    double depth = (double) in.channels() * window.strideHeight() * window.strideWidth();
    double points =
        (double) points(window.kernelHeight(), window.strideHeight())
            * points(window.kernelWidth(), window.strideWidth());
    double tiles = (double) Math.ceilDiv(out.height(), Winograd.OUTPUTS) * tilesAcross(out);
    double direct = (double) in.channels() * window.taps() * out.pixels() * out.channels();
    double transformed =
        tiles * points * (depth * out.channels() + INPUT * depth + OUTPUT * out.channels());
    double weights = points * depth * out.channels();
    return depth >= LEAST_DEPTH
        && transformed < direct
        && weights <= MOST_WEIGHTS_FOR_TILE * tiles
        && fit(points, depth, tiles, out);
  }

  /** Whether weights, inputs and what transforms leave of them fit into arrays. */
  private static boolean fit(double points, double depth, double tiles, Shape out) {
    double channels = ChannelsLast.paddedChannels(out.channels());
    double most = 1 << ArrayExtent.MOST_LOG2;
    return points * depth * channels <= most && 2 * points * tiles * depth <= most;
  }

  private static boolean hasPoints(int kernel, int stride) {
    int taps = Math.ceilDiv(kernel, stride);
    return taps == 3 || taps == 4;
  }

  /** Points along one axis. */
  static int points(int kernel, int stride) {
    return Math.ceilDiv(kernel, stride) + Winograd.OUTPUTS - 1;
  }

  /** Tiles of a row, those in the padding of a narrow map included. */
  static int tilesAcross(Shape out) {
    return Math.max(Winograd.TILES, Math.ceilDiv(out.width(), Winograd.OUTPUTS));
  }
}
