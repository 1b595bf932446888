// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.onnx;

import org.setun.loader.onnx.Value.Activation;

/** Constants that stand beside a value of the network: one number, or one per channel. */
final class ChannelConstants {
  private ChannelConstants() {}

  /**
   * A constant's numbers per channel.
   *
   * @param beside the value beside it
   * @return one number, or as many as channels
   */
  static float[] of(Node node, Constant constant, Activation beside) throws NodeException {
    int[] own = constant.dims();
    int[] dims = beside.dims();
    if (own.length > dims.length && constant.count() > 1 || constant.count() == 0) {
      throw misfit(node, constant, dims);
    }
    if (constant.isUniform() || isOneValue(constant)) {
      return new float[] {constant.real(0)};
    }
    int axis = own.length - dims.length + beside.channelAxis();
    boolean perChannel = beside.channelAxis() >= 0 && axis >= 0 && own[axis] != 1;
    int channels = perChannel ? own[axis] : 1;
    int stride = axis < 0 ? 1 : ConstantMoves.strides(own)[axis];
    if (perChannel && channels != beside.source().shape().channels()) {
      throw misfit(node, constant, dims);
    }
    float[] values = new float[channels];
    for (int c = 0; c < channels; c++) {
      values[c] = constant.real(c * stride);
    }
    for (int i = 0; i < own.length; i++) {
      if (own[i] != 1 && own[i] != dims[dims.length - own.length + i]) {
        throw misfit(node, constant, dims);
      }
    }
    // An exporter may have written a channel's number once for each pixel.
    for (int i = 0; i < constant.count(); i++) {
      if (constant.real(i) != values[i / stride % channels]) {
        throw misfit(node, constant, dims);
      }
    }
    return values;
  }

  /** Whether all elements are equal, as of the zeros and ones that exporters write out in full. */
  private static boolean isOneValue(Constant constant) {
    for (int i = 1; i < constant.count(); i++) {
      if (constant.real(i) != constant.real(0)) {
        return false;
      }
    }
    return constant.count() > 0;
  }

  private static NodeException misfit(Node node, Constant constant, int[] dims) {
    return node.error(
        "a constant of "
            + Constant.extents(constant.dims())
            + " beside a value of "
            + Constant.extents(dims)
            + " is not one number per channel");
  }
}
