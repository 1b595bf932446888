package org.setun.kernels.family;

import org.setun.kernels.Shape;
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
}
