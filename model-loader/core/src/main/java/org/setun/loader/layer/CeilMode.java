// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.layer;

import org.setun.kernels.Shape;
import org.setun.kernels.Window;

/** The ceil mode of poolings: an output for every step that begins inside the picture. */
public final class CeilMode {
  private CeilMode() {}

  /**
   * A window with as much more padding behind as the last outputs need, which must begin inside the
   * picture or the padding before it.
   *
   * @param window the window, of any dilation
   * @param in shape of what is pooled
   * @return the window, or a wider one
   * @throws ArithmeticException if the padding leaves 32 bits
   */
  public static Window widen(Window window, Shape in) {
    int rows =
        missing(
            in.height(),
            window.padTop(),
            window.padBottom(),
            window.kernelHeight(),
            window.dilationHeight(),
            window.strideHeight());
    int columns =
        missing(
            in.width(),
            window.padLeft(),
            window.padRight(),
            window.kernelWidth(),
            window.dilationWidth(),
            window.strideWidth());
    return new Window(
        window.kernelHeight(),
        window.kernelWidth(),
        window.strideHeight(),
        window.strideWidth(),
        window.padTop(),
        window.padLeft(),
        Math.addExact(window.padBottom(), rows),
        Math.addExact(window.padRight(), columns),
        window.dilationHeight(),
        window.dilationWidth());
  }

  private static int missing(
      int size, int before, int behind, int kernel, int dilation, int stride) {
    long reach = (kernel - 1L) * dilation + 1;
    long free = (long) size + before + behind - reach;
    long missing = Math.floorMod(-free, (long) stride);
    boolean beginsInside = free + missing < (long) size + before;
    return free > 0 && beginsInside ? Math.toIntExact(missing) : 0;
  }
}
