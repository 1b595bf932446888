// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.layer;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.setun.kernels.Shape;
import org.setun.kernels.Window;
import org.setun.loader.json.JsonFormatException;
import org.setun.loader.method.Method;

/**
 * STTN's residual block: two half-blocks of 3×3 ternary convolution with BatchNorm on both sides, a
 * shortcut without parameters, and PReLU.
 */
final class SttnBlock {
  private SttnBlock() {}

  static List<LayerSpec> read(LayerFields fields) throws JsonFormatException {
    String name = fields.name();
    String input = fields.input();
    String key = fields.key();
    int channels = fields.outputChannels();
    int stride = fields.json().integer("stride", 1, 1);
    double epsilon = fields.epsilon();
    Shape in = fields.inputShape();
    List<LayerSpec> layers = new ArrayList<>();
    for (int half = 1; half <= 2; half++) {
      int step = half == 1 ? stride : 1;
      String convolution = name + ".conv" + half;
      layers.add(
          new TernaryConvolution(
              convolution,
              input,
              key + ".conv" + half,
              channels,
              Window.square(3, step, 1),
              1,
              true,
              new Folds(
                  Optional.of(key + ".bn" + half),
                  Optional.empty(),
                  Optional.of(key + ".bn_add" + half),
                  Optional.empty(),
                  epsilon),
              Activations.TERNARY,
              Method.STTN));
      String shortcut = input;
      if (step > 1) {
        String pool = name + ".pool" + half;
        layers.add(new MaxPool(pool, shortcut, Window.square(step, step, 0)));
        shortcut = pool;
      }
      if (half == 1 && channels != in.channels()) {
        String pad = name + ".pad" + half;
        layers.add(new ChannelPad(pad, shortcut, channels));
        shortcut = pad;
      }
      layers.add(new Add(name + ".add" + half, convolution, shortcut));
      input = name + ".prelu" + half;
      layers.add(new PRelu(input, name + ".add" + half, key + ".prelu" + half));
    }
    return layers;
  }
}
