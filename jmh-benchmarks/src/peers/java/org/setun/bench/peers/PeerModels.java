// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.peers;

import ai.onnxruntime.OrtException;
import org.setun.bench.workload.Cost;
import org.setun.bench.workload.Implementation;
import org.setun.bench.workload.Int8Work;
import org.setun.bench.workload.Networks;
import org.setun.bench.workload.Passes;
import org.setun.kernels.NetworkGraph;

/** What the peers run, by the name that a benchmark's parameter has. */
public final class PeerModels {
  /** Rows and columns of the matrix-vector product. */
  public static final int MATRIX_SIZE = 4096;

  /** Weights of a chain of layers that still leave the second-level cache room for activations. */
  private static final int CHAIN_WEIGHT_BYTES = 1_200_000;

  private static final int LONGEST_CHAIN = 8;

  private PeerModels() {}

  /**
   * Layers in ONNX Runtime's model of a layer. It reorders channels where a model begins and ends,
   * which takes as long as the convolution where maps are large; a chain shares that among its
   * layers. Where weights are large, a chain would instead fall out of the cache.
   */
  public static int depth(int channels) {
    return Math.clamp(CHAIN_WEIGHT_BYTES / (9L * channels * channels), 1, LONGEST_CHAIN);
  }

  /**
   * Channels of a shape such as {@code 64@56}.
   *
   * @throws IllegalArgumentException if it is not a shape
   */
  public static int channels(String shape) {
    return extent(shape, 0);
  }

  /**
   * Pixels in a row of a shape such as {@code 64@56}.
   *
   * @throws IllegalArgumentException if it is not a shape
   */
  public static int size(String shape) {
    return extent(shape, 1);
  }

  private static int extent(String shape, int part) {
    if (!shape.matches("\\d{1,5}@\\d{1,5}")) {
      throw new IllegalArgumentException(
          "'" + shape + "' is neither a known network nor a shape such as 64@56");
    }
    return Integer.parseInt(shape.split("@")[part]);
  }

  /**
   * A checked model.
   *
   * @param network {@code resnet18}, {@code stem}, or a shape of layers
   * @param type {@code fp32} or {@code int8}
   * @param threads threads within an operator
   * @throws OrtException if ONNX Runtime refuses it
   */
  public static OrtModel ort(String network, String type, int threads) throws OrtException {
    NetworkGraph graph = graph(network);
    return switch (type) {
      case "fp32" -> OrtModel.floats(graph, threads);
      // Layers exchange uint8 values inside a network; a whole network is given an fp32 image.
      case "int8" -> OrtModel.int8(graph, threads, network.contains("@"));
      default -> throw new IllegalArgumentException("neither fp32 nor int8: " + type);
    };
  }

  private static NetworkGraph graph(String network) {
    return switch (network) {
      case "resnet18" -> Networks.plainResNet18();
      case "stem" -> Networks.plainStemOnly();
      default -> {
        int channels = channels(network);
        yield Networks.plainLayers(channels, size(network), depth(channels));
      }
    };
  }

  /** What one run of ONNX Runtime's model does; a layer of a chain is a unit. */
  public static Cost ortCost(String network) {
    if (network.contains("@")) {
      return Cost.ofMacs(1, macs(network)).times(depth(channels(network)));
    }
    Passes all = new Passes(graph(network), Implementation.named("vector"), step -> true);
    return Cost.ofMacs(1, all.macs());
  }

  /** Multiply-adds of a shape, of {@code matrix-vector}, or of rows × outputs × columns. */
  public static double macs(String shape) {
    if (shape.equals("matrix-vector")) {
      return (double) MATRIX_SIZE * MATRIX_SIZE;
    }
    if (isProduct(shape)) {
      int[] extents = Int8Work.extents(shape);
      return (double) extents[0] * extents[1] * extents[2];
    }
    double map = (double) channels(shape) * size(shape);
    return 9 * map * map;
  }

  /**
   * A checked primitive of oneDNN.
   *
   * @param isa instruction set
   * @param shape {@code matrix-vector}, rows × outputs × columns, or a shape of layers
   */
  public static OneDnn oneDnn(OneDnn.Isa isa, String shape) {
    if (shape.equals("matrix-vector")) {
      return OneDnn.product(isa, 1, MATRIX_SIZE, MATRIX_SIZE);
    }
    if (isProduct(shape)) {
      int[] extents = Int8Work.extents(shape);
      return OneDnn.product(isa, extents[0], extents[1], extents[2]);
    }
    return OneDnn.convolution(isa, channels(shape), size(shape));
  }

  private static boolean isProduct(String shape) {
    return shape.matches("\\d{1,5}x\\d{1,5}x\\d{1,5}");
  }
}
