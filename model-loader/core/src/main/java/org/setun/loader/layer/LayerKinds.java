// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.layer;

import static java.util.Map.entry;

import java.util.List;
import java.util.Map;
import org.setun.kernels.ActivationFunction;
import org.setun.loader.json.JsonFormatException;

/** The kinds of layers that a description may name. */
public final class LayerKinds {
  /** Reads the fields of one kind into the layers they stand for. */
  @FunctionalInterface
  private interface Reader {
    List<LayerSpec> read(LayerFields fields) throws JsonFormatException;
  }

  /** Reads a kind that becomes one layer of the architecture. */
  @FunctionalInterface
  private interface OneReader {
    LayerSpec read(LayerFields fields) throws JsonFormatException;
  }

  private static final Map<String, Reader> BY_TYPE =
      Map.ofEntries(
          entry("sttn_block", SttnBlock::read),
          kind("convolution", Convolution::read),
          kind("ternary_convolution", TernaryConvolution::read),
          kind("ternary_linear", TernaryLinear::read),
          kind("linear", Linear::read),
          kind("batch_norm", BatchNorm::read),
          kind("channel_bias", ChannelBias::read),
          kind("prelu", PRelu::read),
          kind("relu", LeakyRelu::readPlain),
          kind("leaky_relu", LeakyRelu::read),
          kind("clamp", Activation::readClamp),
          kind("relu6", f -> Activation.of(f, ActivationFunction.CLAMP, 0, 6)),
          kind("sigmoid", f -> Activation.of(f, ActivationFunction.SIGMOID)),
          kind("tanh", f -> Activation.of(f, ActivationFunction.TANH)),
          kind("silu", f -> Activation.of(f, ActivationFunction.SILU)),
          kind(
              "hard_sigmoid", f -> Activation.of(f, ActivationFunction.HARD_SIGMOID, 1 / 6.0, 0.5)),
          kind("hard_swish", f -> Activation.of(f, ActivationFunction.HARD_SWISH)),
          kind("gelu", Activation::readGelu),
          kind("elu", Activation::readElu),
          kind("softplus", f -> Activation.of(f, ActivationFunction.SOFTPLUS)),
          kind("ternarize", Ternarize::read),
          kind("max_pool", MaxPool::read),
          kind("global_max_pool", MaxPool::readGlobal),
          kind("average_pool", AveragePool::read),
          kind("global_average_pool", AveragePool::readGlobal),
          kind("local_response_normalization", LocalResponseNormalization::read),
          kind("softmax", Softmax::read),
          kind("channel_pad", ChannelPad::read),
          kind("channel_shuffle", ChannelShuffle::read),
          kind("flatten", Flatten::read),
          kind("add", Add::read),
          kind("multiply", Multiply::read),
          kind("concat", Concat::read));

  private LayerKinds() {}

  private static Map.Entry<String, Reader> kind(String type, OneReader reader) {
    return entry(type, fields -> List.of(reader.read(fields)));
  }

  /**
   * Reads an element of a description.
   *
   * @param fields its fields, of which the name is read
   * @return the layers, at least one; the last one's value is the element's
   * @throws JsonFormatException if its type is unknown, or a field missing or wrong
   */
  public static List<LayerSpec> read(LayerFields fields) throws JsonFormatException {
    String type = fields.json().string("type");
    Reader reader = BY_TYPE.get(type);
    if (reader == null) {
      throw fields.json().error("type", "'" + type + "' is not a type of layer");
    }
    return reader.read(fields);
  }
}
