// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.layer;

import org.setun.kernels.Layer;
import org.setun.kernels.Window;
import org.setun.loader.json.JsonFormatException;

/**
 * Mean over a window; no parameters.
 *
 * @param name name of the layer
 * @param input value read
 * @param window the window
 * @param countPadding whether padded pixels count, as 0
 */
record AveragePool(String name, String input, Window window, boolean countPadding)
    implements BareLayer.Unary {
  static AveragePool read(LayerFields fields) throws JsonFormatException {
    Window own = fields.poolWindow();
    Window window = fields.ceiled(own);
    boolean count = fields.json().bool("count_padding", true);
    boolean padded = own.padTop() + own.padLeft() + own.padBottom() + own.padRight() > 0;
    boolean wider = !window.equals(own);
    if (wider && count && padded) {
      throw fields.json().error("ceil", "adds pixels that must not count, and its padding does");
    }
    return new AveragePool(fields.name(), fields.input(), window, count && !wider);
  }

  static AveragePool readGlobal(LayerFields fields) throws JsonFormatException {
    return new AveragePool(fields.name(), fields.input(), fields.wholeInput(), true);
  }

  @Override
  public Layer.AveragePool layer() {
    return new Layer.AveragePool(name, input, window, countPadding);
  }

  @Override
  public Value reference(Value in, Tensors tensors) {
    Value sums = PlainMath.pool(in, window, 0, Float::sum);
    if (countPadding) {
      return PlainMath.map(sums, x -> x / window.taps());
    }
    Value ones = PlainMath.map(in, _ -> 1);
    return PlainMath.combine(
        sums, PlainMath.pool(ones, window, 0, Float::sum), (sum, count) -> sum / count);
  }

  @Override
  public Value slack(Value in, Value slack, Tensors tensors) {
    return reference(slack, tensors);
  }
}
