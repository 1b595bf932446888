// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.onnx;

import org.setun.kernels.Shape;
import org.setun.kernels.Window;
import org.setun.loader.layer.CeilMode;
import org.setun.loader.onnx.Value.Padding;

/** The window of a convolution or pooling as a node's attributes give it. */
record WindowAttributes(Window window) {
  private static final int[] NONE = {0, 0, 0, 0};
  private static final int[] ONES = {1, 1};

  /**
   * Reads the attributes.
   *
   * @param shape what the window slides over
   * @param rows rows of the kernel
   * @param columns columns of the kernel
   */
  static WindowAttributes of(Node node, Shape shape, int rows, int columns) throws NodeException {
    int[] kernel = extents(node, "kernel_shape", new int[] {rows, columns});
    if (kernel[0] != rows || kernel[1] != columns) {
      throw node.error(
          "kernel_shape " + Constant.extents(kernel) + " for a weight " + rows + "x" + columns);
    }
    int[] stride = extents(node, "strides", ONES);
    int[] dilation = extents(node, "dilations", ONES);
    int[] pads = extents(node, "pads", NONE);
    String automatic = node.text("auto_pad", "NOTSET");
    switch (automatic) {
      case "NOTSET" -> {}
      case "VALID" -> pads = NONE;
      case "SAME_UPPER", "SAME_LOWER" -> {
        int later = automatic.equals("SAME_UPPER") ? 1 : 0;
        int vertical = same(shape.height(), kernel[0], stride[0], dilation[0]);
        int horizontal = same(shape.width(), kernel[1], stride[1], dilation[1]);
        pads =
            new int[] {
              (vertical + 1 - later) / 2,
              (horizontal + 1 - later) / 2,
              (vertical + later) / 2,
              (horizontal + later) / 2
            };
      }
      default -> throw node.error("auto_pad " + automatic);
    }
    // ONNX lists the pads before each axis, then those after it.
    return new WindowAttributes(
        new Window(
            kernel[0],
            kernel[1],
            stride[0],
            stride[1],
            pads[0],
            pads[1],
            pads[2],
            pads[3],
            dilation[0],
            dilation[1]));
  }

  /** The window with a padding of zeros that stood before it. */
  Window padded(Node node, Padding padding) throws NodeException {
    if (!padding.isNone() && padding.value() != 0) {
      throw node.error("the padding before it is " + padding.value() + ", not 0");
    }
    return widened(padding);
  }

  /** The window with more padding around. */
  Window widened(Padding padding) {
    return new Window(
        window.kernelHeight(),
        window.kernelWidth(),
        window.strideHeight(),
        window.strideWidth(),
        Math.addExact(window.padTop(), padding.top()),
        Math.addExact(window.padLeft(), padding.left()),
        Math.addExact(window.padBottom(), padding.bottom()),
        Math.addExact(window.padRight(), padding.right()),
        window.dilationHeight(),
        window.dilationWidth());
  }

  /** The window as {@code ceil_mode} says. */
  Window withCeiling(Node node, Shape shape) throws NodeException {
    return node.flag("ceil_mode") ? CeilMode.widen(window, shape) : window;
  }

  /** Pixels to add so that there is an output for every stride. */
  private static int same(int size, int kernel, int stride, int dilation) {
    long outputs = Math.ceilDiv(size, stride);
    long reach = (kernel - 1L) * dilation + 1;
    return Math.toIntExact(Math.max(0, (outputs - 1) * stride + reach - size));
  }

  private static int[] extents(Node node, String attribute, int[] absent) throws NodeException {
    long[] values = node.integers(attribute).orElse(null);
    if (values == null || values.length == 0) {
      return absent;
    }
    if (values.length != absent.length) {
      throw node.error(attribute + " has " + values.length + " numbers, not " + absent.length);
    }
    int[] extents = new int[values.length];
    for (int i = 0; i < extents.length; i++) {
      extents[i] = Math.toIntExact(values[i]);
    }
    return extents;
  }
}
