// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.DoubleBinaryOperator;
import org.setun.kernels.Kernels;
import org.setun.kernels.Network;
import org.setun.kernels.NetworkGraph;
import org.setun.loader.onnx.proto.AttributeProto;
import org.setun.loader.onnx.proto.GraphProto;
import org.setun.loader.onnx.proto.NodeProto;
import org.setun.loader.onnx.proto.TensorProto;
import org.setun.loader.onnx.proto.TensorProto.DataType;

/** Computes a graph node by node as ONNX defines the operators: the oracle of the tests. */
final class PlainOnnx {
  private final Map<String, Array> values = new HashMap<>();

  /** Extents and numbers in row-major order. */
  record Array(int[] dims, double[] data) {
    static Array of(int[] dims) {
      return new Array(dims, new double[Arrays.stream(dims).reduce(1, (a, b) -> a * b)]);
    }

    double at(int... index) {
      int place = 0;
      for (int i = 0; i < dims.length; i++) {
        place = place * dims[i] + index[i];
      }
      return data[place];
    }

    int rank() {
      return dims.length;
    }
  }

  /**
   * Fails unless a converted graph gives what its nodes do, on three images that meet every
   * threshold.
   *
   * @param tolerance relative, and absolute near 0
   */
  static void assertSame(TestGraph test, NetworkGraph converted, Random random, double tolerance) {
    float[] image = new float[converted.inputShape().size()];
    for (int run = 0; run < 3; run++) {
      for (int i = 0; i < image.length; i++) {
        image[i] = random.nextInt(-8, 9) / 4f; // Multiples of 1/4: ±0.5 among them.
      }
      double[] expected = run(test.model().getGraph(), image);
      float[] actual = new float[converted.outputShape().size()];
      Network.compile(converted, Kernels.scalar()).session().run(image, actual, 1);
      assertEquals(expected.length, actual.length);
      for (int i = 0; i < actual.length; i++) {
        double allowed = tolerance * (1 + Math.abs(expected[i]));
        assertEquals(expected[i], actual[i], allowed, "output " + i);
      }
    }
  }

  /** The output {@code y} for an image {@code x}. */
  static double[] run(GraphProto graph, float[] image) {
    int[] dims =
        graph.getInput(0).getType().getTensorType().getShape().getDimList().stream()
            .mapToInt(d -> (int) Math.max(1, d.getDimValue()))
            .toArray();
    PlainOnnx plain = new PlainOnnx();
    Array input = Array.of(dims);
    Arrays.setAll(input.data, i -> image[i]);
    plain.values.put("x", input);
    graph.getInitializerList().forEach(t -> plain.values.put(t.getName(), read(t)));
    for (NodeProto node : graph.getNodeList()) {
      plain.values.put(node.getOutput(0), plain.compute(node));
    }
    return plain.values.get("y").data;
  }

  private static Array read(TensorProto tensor) {
    Array array = Array.of(tensor.getDimsList().stream().mapToInt(Long::intValue).toArray());
    boolean real = tensor.getDataType() == DataType.FLOAT.getNumber();
    Arrays.setAll(array.data, i -> real ? tensor.getFloatData(i) : (double) tensor.getInt64Data(i));
    return array;
  }

  private Array compute(NodeProto node) {
    Array a = node.getInputCount() == 0 ? null : input(node, 0);
    return switch (node.getOpType()) {
      case "Add", "Sum" -> zip(node, (x, y) -> (float) (x + y));
      case "Sub" -> zip(node, (x, y) -> (float) (x - y));
      case "Mul" -> zip(node, (x, y) -> (float) (x * y));
      case "Div" -> zip(node, (x, y) -> (float) (x / y));
      case "Less" -> zip(node, (x, y) -> x < y ? 1 : 0);
      case "LessOrEqual" -> zip(node, (x, y) -> x <= y ? 1 : 0);
      case "Greater" -> zip(node, (x, y) -> x > y ? 1 : 0);
      case "GreaterOrEqual" -> zip(node, (x, y) -> x >= y ? 1 : 0);
      case "And" -> zip(node, (x, y) -> x * y);
      case "Or" -> zip(node, Math::max);
      case "Max" -> zip(node, Math::max);
      case "Min" -> zip(node, Math::min);
      case "Not" -> zip(a, a, (x, _) -> 1 - x);
      case "Neg" -> zip(a, a, (x, _) -> -x);
      case "Abs" -> zip(a, a, (x, _) -> Math.abs(x));
      case "Sign" -> zip(a, a, (x, _) -> Math.signum(x));
      case "Round" -> zip(a, a, (x, _) -> Math.rint(x));
      case "Ceil" -> zip(a, a, (x, _) -> Math.ceil(x));
      case "Floor" -> zip(a, a, (x, _) -> Math.floor(x));
      case "Relu" -> zip(a, a, (x, _) -> Math.max(x, 0));
      case "LeakyRelu" -> zip(a, a, (x, _) -> x < 0 ? attribute(node, "alpha").getF() * x : x);
      case "PRelu" -> zip(a, input(node, 1), (x, slope) -> x < 0 ? slope * x : x);
      case "Clip" -> zip(zip(a, input(node, 1), Math::max), input(node, 2), Math::min);
      case "Cast", "Identity", "Dropout" -> a;
      case "Constant" -> read(attribute(node, "value").getT());
      case "Where" ->
          zip(
              zip(a, input(node, 1), (c, x) -> c != 0 ? x : Double.NaN),
              input(node, 2),
              (x, y) -> Double.isNaN(x) ? y : x);
      case "BatchNormalization" -> batchNorm(node, a);
      case "Conv" -> convolution(node, a);
      case "MaxPool" -> pool(node, a, true);
      case "AveragePool" -> pool(node, a, false);
      case "GlobalAveragePool", "ReduceMean" -> mean(node, a);
      case "Pad" -> pad(node, a);
      case "Concat" -> concat(a, input(node, 1));
      case "Flatten", "Reshape" -> new Array(new int[] {1, a.data.length}, a.data);
      case "Gemm", "MatMul" -> gemm(node, a, input(node, 1));
      default -> throw new IllegalArgumentException(node.getOpType());
    };
  }

  private Array input(NodeProto node, int index) {
    return values.get(node.getInput(index));
  }

  private static AttributeProto attribute(NodeProto node, String name) {
    return node.getAttributeList().stream()
        .filter(a -> a.getName().equals(name))
        .findFirst()
        .orElse(AttributeProto.getDefaultInstance());
  }

  private static int[] ints(NodeProto node, String name, Integer... absent) {
    List<Long> given = attribute(node, name).getIntsList();
    return given.isEmpty()
        ? Arrays.stream(absent).mapToInt(i -> i).toArray()
        : given.stream().mapToInt(Long::intValue).toArray();
  }

  private Array zip(NodeProto node, DoubleBinaryOperator operator) {
    return zip(input(node, 0), input(node, 1), operator);
  }

  private static Array zip(Array a, Array b, DoubleBinaryOperator operator) {
    int rank = Math.max(a.rank(), b.rank());
    int[] dims = new int[rank];
    for (int i = 1; i <= rank; i++) {
      dims[rank - i] =
          Math.max(
              i <= a.rank() ? a.dims[a.rank() - i] : 1, i <= b.rank() ? b.dims[b.rank() - i] : 1);
    }
    Array result = Array.of(dims);
    for (int i = 0; i < result.data.length; i++) {
      result.data[i] = operator.applyAsDouble(broadcast(a, dims, i), broadcast(b, dims, i));
    }
    return result;
  }

  private static double broadcast(Array a, int[] dims, int place) {
    int[] index = new int[a.rank()];
    for (int i = 1, rest = place; i <= dims.length; i++) {
      int at = rest % dims[dims.length - i];
      rest /= dims[dims.length - i];
      if (i <= a.rank()) {
        index[a.rank() - i] = a.dims[a.rank() - i] == 1 ? 0 : at;
      }
    }
    return a.at(index);
  }

  private Array batchNorm(NodeProto node, Array x) {
    Array y = Array.of(x.dims);
    int pixels = x.data.length / x.dims[1];
    for (int i = 0; i < y.data.length; i++) {
      int c = i / pixels;
      double deviation = Math.sqrt(input(node, 4).data[c] + attribute(node, "epsilon").getF());
      y.data[i] =
          (x.data[i] - input(node, 3).data[c]) / deviation * input(node, 1).data[c]
              + input(node, 2).data[c];
    }
    return y;
  }

  private Array convolution(NodeProto node, Array x) {
    Array w = input(node, 1);
    int[] stride = ints(node, "strides", 1, 1);
    int[] pads = ints(node, "pads", 0, 0, 0, 0);
    Array padded = padded(x, pads, 0);
    int rows = (padded.dims[2] - w.dims[2]) / stride[0] + 1;
    int columns = (padded.dims[3] - w.dims[3]) / stride[1] + 1;
    Array y = Array.of(new int[] {1, w.dims[0], rows, columns});
    for (int i = 0; i < y.data.length; i++) {
      int o = i / (rows * columns);
      double sum = node.getInputCount() > 2 ? input(node, 2).data[o] : 0;
      for (int c = 0; c < w.dims[1]; c++) {
        for (int r = 0; r < w.dims[2]; r++) {
          for (int k = 0; k < w.dims[3]; k++) {
            sum +=
                w.at(o, c, r, k)
                    * padded.at(
                        0, c, i / columns % rows * stride[0] + r, i % columns * stride[1] + k);
          }
        }
      }
      y.data[i] = sum;
    }
    return y;
  }

  private Array pool(NodeProto node, Array x, boolean max) {
    int[] kernel = ints(node, "kernel_shape");
    int[] stride = ints(node, "strides", 1, 1);
    int[] pads = ints(node, "pads", 0, 0, 0, 0);
    int ceil = attribute(node, "ceil_mode").getI() != 0 ? 1 : 0;
    Array padded = padded(x, pads, max ? Double.NEGATIVE_INFINITY : 0);
    int rows = (padded.dims[2] - kernel[0] + ceil * (stride[0] - 1)) / stride[0] + 1;
    int columns = (padded.dims[3] - kernel[1] + ceil * (stride[1] - 1)) / stride[1] + 1;
    Array y = Array.of(new int[] {1, x.dims[1], rows, columns});
    for (int i = 0; i < y.data.length; i++) {
      double largest = Double.NEGATIVE_INFINITY;
      double sum = 0;
      for (int r = 0; r < kernel[0]; r++) {
        for (int k = 0; k < kernel[1]; k++) {
          int row = i / columns % rows * stride[0] + r;
          int column = i % columns * stride[1] + k;
          if (row < padded.dims[2] && column < padded.dims[3]) {
            double value = padded.at(0, i / (rows * columns), row, column);
            largest = Math.max(largest, value);
            sum += value;
          }
        }
      }
      y.data[i] = max ? largest : sum / (kernel[0] * kernel[1]);
    }
    return y;
  }

  private static Array mean(NodeProto node, Array x) {
    boolean flat = node.getOpType().equals("ReduceMean") && attribute(node, "keepdims").getI() == 0;
    int pixels = x.dims[2] * x.dims[3];
    Array y = Array.of(flat ? new int[] {1, x.dims[1]} : new int[] {1, x.dims[1], 1, 1});
    for (int i = 0; i < x.data.length; i++) {
      y.data[i / pixels] += x.data[i] / pixels;
    }
    return y;
  }

  private Array pad(NodeProto node, Array x) {
    double[] pads = input(node, 1).data;
    double value = node.getInputCount() > 2 ? input(node, 2).data[0] : 0;
    int[] around = {(int) pads[2], (int) pads[3], (int) pads[6], (int) pads[7]};
    Array widened = Array.of(new int[] {1, x.dims[1] + (int) pads[5], x.dims[2], x.dims[3]});
    Arrays.fill(widened.data, value);
    System.arraycopy(x.data, 0, widened.data, 0, x.data.length);
    return padded(widened, around, value);
  }

  private static Array padded(Array x, int[] pads, double value) {
    int rows = pads[0] + x.dims[2] + pads[2];
    int columns = pads[1] + x.dims[3] + pads[3];
    Array y = Array.of(new int[] {1, x.dims[1], rows, columns});
    for (int i = 0; i < y.data.length; i++) {
      int row = i / columns % rows - pads[0];
      int column = i % columns - pads[1];
      boolean inside = row >= 0 && row < x.dims[2] && column >= 0 && column < x.dims[3];
      y.data[i] = inside ? x.at(0, i / (rows * columns), row, column) : value;
    }
    return y;
  }

  private static Array concat(Array a, Array b) {
    int[] dims = a.dims.clone();
    dims[1] += b.dims[1];
    Array y = Array.of(dims);
    System.arraycopy(a.data, 0, y.data, 0, a.data.length);
    System.arraycopy(b.data, 0, y.data, a.data.length, b.data.length);
    return y;
  }

  private Array gemm(NodeProto node, Array x, Array matrix) {
    boolean transposed = attribute(node, "transB").getI() != 0;
    double alpha =
        node.getAttributeList().stream().anyMatch(a -> a.getName().equals("alpha"))
            ? attribute(node, "alpha").getF()
            : 1;
    double beta =
        node.getAttributeList().stream().anyMatch(a -> a.getName().equals("beta"))
            ? attribute(node, "beta").getF()
            : 1;
    int outputs = matrix.dims[transposed ? 0 : 1];
    Array y = Array.of(new int[] {1, outputs});
    for (int o = 0; o < outputs; o++) {
      double sum = 0;
      for (int f = 0; f < x.data.length; f++) {
        sum += x.data[f] * (transposed ? matrix.at(o, f) : matrix.at(f, o));
      }
      double[] bias = node.getInputCount() > 2 ? input(node, 2).data : new double[1];
      y.data[o] = alpha * sum + beta * bias[bias.length == 1 ? 0 : o];
    }
    return y;
  }
}
