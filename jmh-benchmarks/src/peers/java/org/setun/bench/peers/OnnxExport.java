// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.peers;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.setun.bench.peers.OnnxGraph.Type;
import org.setun.kernels.Layer;
import org.setun.kernels.NetworkGraph;
import org.setun.kernels.Shape;
import org.setun.kernels.Window;

/** Writes a graph of fp32 layers as an ONNX model; the operators that plain ResNets need. */
final class OnnxExport {
  private final NetworkGraph network;
  private final OnnxGraph onnx = new OnnxGraph();

  private OnnxExport(NetworkGraph network) {
    this.network = network;
  }

  /**
   * Writes an fp32 model.
   *
   * @param network the graph
   * @param outputs names of the values that are outputs
   * @throws IllegalArgumentException if a layer has no counterpart here
   */
  static byte[] floats(NetworkGraph network, Set<String> outputs) {
    OnnxExport export = new OnnxExport(network);
    export.onnx.input(NetworkGraph.INPUT, Type.FLOAT, dimensions(network.inputShape()));
    for (Layer layer : network.layers()) {
      export.add(layer);
    }
    for (String name : outputs) {
      Shape shape = network.shapes().get(name);
      export.onnx.output(
          name, Type.FLOAT, export.isFlat(name) ? new long[] {1, shape.size()} : dimensions(shape));
    }
    return export.onnx.toModel();
  }

  static long[] dimensions(Shape shape) {
    return new long[] {1, shape.channels(), shape.height(), shape.width()};
  }

  private boolean isFlat(String value) {
    return network.layers().stream()
        .anyMatch(layer -> layer instanceof Layer.Linear && layer.name().equals(value));
  }

  private void add(Layer layer) {
    String name = layer.name();
    switch (layer) {
      case Layer.Convolution l -> {
        long inputs = network.shapes().get(l.input()).channels();
        onnx.node(
            "Conv",
            List.of(
                l.input(),
                onnx.constant(name + ".w", l.weights(), weightDimensions(l, inputs)),
                onnx.constant(name + ".b", l.bias(), l.bias().length)),
            name,
            window(l.window()));
      }
      case Layer.Linear l -> {
        long features = network.shapes().get(l.input()).size();
        onnx.node("Flatten", List.of(l.input()), name + ".flat", Map.of());
        onnx.node(
            "Gemm",
            List.of(
                name + ".flat",
                onnx.constant(name + ".w", l.weights(), l.outputs(), features),
                onnx.constant(name + ".b", l.bias(), l.outputs())),
            name,
            Map.of("transB", 1));
      }
      case Layer.Affine l -> {
        int channels = l.scale().length;
        float[] ones = new float[channels];
        Arrays.fill(ones, 1);
        onnx.node(
            "BatchNormalization",
            List.of(
                l.input(),
                onnx.constant(name + ".scale", l.scale(), channels),
                onnx.constant(name + ".shift", l.shift(), channels),
                onnx.constant(name + ".mean", new float[channels], channels),
                onnx.constant(name + ".variance", ones, channels)),
            name,
            Map.of("epsilon", 0f));
      }
      default -> plain(onnx, layer, layer.inputs(), name);
    }
  }

  /** Adds a layer that has an ONNX operator of its own and no weights but slopes. */
  static void plain(OnnxGraph onnx, Layer layer, List<String> inputs, String output) {
    switch (layer) {
      case Layer.PRelu l when isRelu(l) -> onnx.node("Relu", inputs, output, Map.of());
      case Layer.PRelu l ->
          onnx.node(
              "PRelu",
              List.of(
                  inputs.getFirst(),
                  onnx.constant(output + ".slope", l.slope(), l.slope().length, 1, 1)),
              output,
              Map.of());
      case Layer.MaxPool l -> onnx.node("MaxPool", inputs, output, window(l.window()));
      // All average pools here span the whole map.
      case Layer.AveragePool _ -> onnx.node("GlobalAveragePool", inputs, output, Map.of());
      case Layer.Add _ -> onnx.node("Add", inputs, output, Map.of());
      default -> throw new IllegalArgumentException("no ONNX counterpart of " + layer.name());
    }
  }

  static boolean isRelu(Layer layer) {
    return layer instanceof Layer.PRelu l && Arrays.equals(l.slope(), new float[l.slope().length]);
  }

  static long[] weightDimensions(Layer.Convolution l, long inputs) {
    return new long[] {
      l.outputChannels(), inputs, l.window().kernelHeight(), l.window().kernelWidth()
    };
  }

  static Map<String, ?> window(Window window) {
    return Map.of(
        "kernel_shape", new long[] {window.kernelHeight(), window.kernelWidth()},
        "strides", new long[] {window.strideHeight(), window.strideWidth()},
        "pads",
            new long[] {window.padTop(), window.padLeft(), window.padBottom(), window.padRight()});
  }
}
