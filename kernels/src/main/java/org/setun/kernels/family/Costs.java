package org.setun.kernels.family;

import org.setun.kernels.Shape;
import org.setun.kernels.Window;
import org.setun.kernels.layout.Layout;

/**
 * What passes cost, in cycles of one thread. Only sums are compared, so what all choices have in
 * common may be left out. The constants are sampled from a layer of 64 channels at 56×56 pixels.
 */
public final class Costs {
  /** Vector operations a cycle: two ports at 512 bits, on the processors of either maker. */
  public static final int PORTS = 2;

  /** From a count to a value, shortcut and PReLU included, for each value of the output. */
  public static final double EPILOGUE = 0.5;

  /** From a value to its trit. */
  public static final double TERNARIZE = 0.4;

  /** Gathering of a word of trits. */
  public static final double GATHER_WORD = 1;

  /** Change of a layout, for each float that is read or written. */
  private static final double CONVERT = 0.5;

  /** An addition, a multiply-add or a copy, for each float of the result. */
  private static final double PASS = 0.25;

  private Costs() {}

  /** Change of a value from one layout to another. */
  public static double conversion(Shape shape, Layout from, Layout to) {
    return CONVERT * ((double) from.floats(shape) + to.floats(shape));
  }

  /** A pass that does little for each value of its output. */
  public static double pass(Shape shape, Layout layout) {
    return PASS * layout.floats(shape);
  }

  /**
   * Costs of bit-sliced sums.
   *
   * @param entry one vector's entry
   * @param list start and end of a list
   * @param expand one plane of a table
   * @param counts a vector of counters made integers
   * @param append one trit looked at for a list
   */
  public record BitSliced(double entry, double list, double expand, double counts, double append) {}

  /** Costs of bit-sliced sums of so many lanes on a machine. */
  public static BitSliced bitSliced(Machine machine, int lanes) {
    return new BitSliced(machine.vectorPopcount() ? 2 : 2.6, 60, 1.5, lanes * 0.5, 0.2);
  }

  /** Share of a convolution's taps that lie inside the map. */
  public static double insideShare(ConvolutionSpec spec) {
    Window w = spec.window();
    return inside(
            spec.in().height(),
            spec.out().height(),
            w.kernelHeight(),
            w.strideHeight(),
            w.padTop(),
            w.dilationHeight())
        * inside(
            spec.in().width(),
            spec.out().width(),
            w.kernelWidth(),
            w.strideWidth(),
            w.padLeft(),
            w.dilationWidth());
  }

  private static double inside(int in, int out, int kernel, int stride, int pad, int dilation) {
    int inside = 0;
    for (int i = 0; i < out; i++) {
      for (int k = 0; k < kernel; k++) {
        int at = i * stride - pad + k * dilation;
        inside += at >= 0 && at < in ? 1 : 0;
      }
    }
    return (double) inside / ((double) out * kernel);
  }
}
