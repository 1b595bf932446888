// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.peers;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.setun.bench.peers.OnnxGraph.Type;
import org.setun.kernels.Layer;
import org.setun.kernels.NetworkGraph;
import org.setun.kernels.Shape;

/**
 * Writes a graph of fp32 layers as an int8 model in QDQ form, the one that ONNX Runtime's own
 * quantizer writes and its optimizer turns into integer kernels: activations uint8 with one scale a
 * tensor, weights int8 with one scale an output channel, biases int32. Weights have 7 bits, as ONNX
 * Runtime advises for processors without VNNI, where two products are added in 16 bits and may
 * saturate. A ReLU stays unquantized before its rounding, which then does its work.
 */
final class QuantizedExport {
  /** Scale and zero point of a uint8 tensor. */
  record Quantization(float scale, int zeroPoint) {
    /** The finest one that represents [low, high] and 0. */
    static Quantization of(float low, float high) {
      float from = Math.min(low, 0);
      float scale = Math.max((Math.max(high, 0) - from) / 255, 1e-9f);
      return new Quantization(scale, Math.round(-from / scale));
    }
  }

  /** 2 · 255 · 63 is just below 2^15. */
  private static final int MOST_WEIGHT = 63;

  private final NetworkGraph network;
  private final Map<String, Quantization> quantizations = new HashMap<>();
  private final OnnxGraph onnx = new OnnxGraph();

  private QuantizedExport(NetworkGraph network) {
    this.network = network;
  }

  /**
   * Writes a model.
   *
   * @param network the graph
   * @param ranges smallest and largest value of every value on calibration images
   * @param integerBoundary whether input and output are uint8 as between layers, or fp32
   */
  static byte[] export(NetworkGraph network, Map<String, float[]> ranges, boolean integerBoundary) {
    QuantizedExport export = new QuantizedExport(network);
    ranges.forEach(
        (name, range) -> export.quantizations.put(name, Quantization.of(range[0], range[1])));
    return export.export(integerBoundary);
  }

  private byte[] export(boolean integerBoundary) {
    long[] inputDimensions = OnnxExport.dimensions(network.inputShape());
    if (integerBoundary) {
      onnx.input(NetworkGraph.INPUT, Type.UINT8, inputDimensions);
      dequantize(NetworkGraph.INPUT, NetworkGraph.INPUT, NetworkGraph.INPUT);
    } else {
      onnx.input(NetworkGraph.INPUT, Type.FLOAT, inputDimensions);
      round(NetworkGraph.INPUT, NetworkGraph.INPUT);
    }
    for (Layer layer : network.layers()) {
      add(layer);
      if (!isBeforeRelu(layer.name())) {
        if (layer instanceof Layer.MaxPool pool) {
          quantizations.put(layer.name(), quantizations.get(pool.input()));
        }
        round(layer.name(), layer.name());
      }
    }
    String output = network.outputName();
    Shape shape = network.outputShape();
    boolean flat = network.layers().getLast() instanceof Layer.Linear;
    onnx.output(
        integerBoundary ? output + ".q" : output + ".dq",
        integerBoundary ? Type.UINT8 : Type.FLOAT,
        flat ? new long[] {1, shape.size()} : OnnxExport.dimensions(shape));
    return onnx.toModel();
  }

  private boolean isBeforeRelu(String value) {
    List<Layer> readers =
        network.layers().stream().filter(layer -> layer.inputs().contains(value)).toList();
    return readers.size() == 1 && OnnxExport.isRelu(readers.getFirst());
  }

  /** Name of a value as a layer reads it. */
  private String read(String value) {
    return isBeforeRelu(value) ? value : value + ".dq";
  }

  private void round(String value, String like) {
    onnx.node("QuantizeLinear", quantization(value, value, like), value + ".q", Map.of());
    dequantize(value, value + ".q", like);
  }

  private void dequantize(String value, String quantized, String like) {
    onnx.node(
        "DequantizeLinear", quantization(value + ".d", quantized, like), value + ".dq", Map.of());
  }

  private List<String> quantization(String name, String input, String like) {
    Quantization quantization = quantizations.get(like);
    return List.of(
        input,
        onnx.constant(name + ".scale", new float[] {quantization.scale}),
        onnx.constant(name + ".zero", Type.UINT8, new byte[] {(byte) quantization.zeroPoint}));
  }

  private void add(Layer layer) {
    String name = layer.name();
    switch (layer) {
      case Layer.Convolution l -> {
        long channels = network.shapes().get(l.input()).channels();
        onnx.node(
            "Conv",
            parameters(
                name,
                read(l.input()),
                quantizations.get(l.input()),
                l.weights(),
                l.bias(),
                OnnxExport.weightDimensions(l, channels)),
            name,
            OnnxExport.window(l.window()));
      }
      case Layer.Linear l -> {
        String flat = name + ".flat";
        onnx.node("Flatten", List.of(read(l.input())), flat, Map.of());
        round(flat, l.input());
        onnx.node(
            "Gemm",
            parameters(
                name,
                flat + ".dq",
                quantizations.get(l.input()),
                l.weights(),
                l.bias(),
                l.outputs(),
                l.weights().length / l.outputs()),
            name,
            Map.of("transB", 1));
      }
      default ->
          OnnxExport.plain(onnx, layer, layer.inputs().stream().map(this::read).toList(), name);
    }
  }

  /** Input, weights and bias of a product, weights and bias dequantized from integers. */
  private List<String> parameters(
      String name,
      String input,
      Quantization inputQuantization,
      float[] weights,
      float[] bias,
      long... dimensions) {
    int outputs = bias.length;
    int terms = weights.length / outputs;
    float[] scales = new float[outputs];
    float[] biasScales = new float[outputs];
    byte[] quantized = new byte[weights.length];
    int[] quantizedBias = new int[outputs];
    for (int o = 0; o < outputs; o++) {
      float largest = 1e-9f;
      for (int i = o * terms; i < (o + 1) * terms; i++) {
        largest = Math.max(largest, Math.abs(weights[i]));
      }
      scales[o] = largest / MOST_WEIGHT;
      biasScales[o] = scales[o] * inputQuantization.scale;
      for (int i = o * terms; i < (o + 1) * terms; i++) {
        quantized[i] = (byte) Math.round(weights[i] / scales[o]);
      }
      quantizedBias[o] = Math.round(bias[o] / biasScales[o]);
    }
    Map<String, ?> perOutput = Map.of("axis", 0);
    onnx.node(
        "DequantizeLinear",
        List.of(
            onnx.constant(name + ".w.q", Type.INT8, quantized, dimensions),
            onnx.constant(name + ".w.scale", scales, outputs),
            onnx.constant(name + ".w.zero", Type.INT8, new byte[outputs], outputs)),
        name + ".w",
        perOutput);
    onnx.node(
        "DequantizeLinear",
        List.of(
            onnx.constant(name + ".b.q", quantizedBias, outputs),
            onnx.constant(name + ".b.scale", biasScales, outputs),
            onnx.constant(name + ".b.zero", new int[outputs], outputs)),
        name + ".b",
        perOutput);
    return List.of(input, name + ".w", name + ".b");
  }
}
