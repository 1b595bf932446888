// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.peers;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import ai.onnxruntime.TensorInfo;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.setun.bench.peers.OnnxGraph.Type;
import org.setun.bench.workload.Agreement;
import org.setun.bench.workload.RandomParameters;
import org.setun.kernels.Network;
import org.setun.kernels.NetworkGraph;

/**
 * A model in ONNX Runtime with all optimizations, its input and output in native memory that is
 * reused: a run copies and allocates as little as the API permits.
 */
public final class OrtModel implements AutoCloseable {
  private final String description;
  private final OrtSession session;
  private final OrtSession.SessionOptions options;
  private final Map<String, OnnxTensor> inputs = new LinkedHashMap<>();
  private final Map<String, OnnxTensor> outputs = new LinkedHashMap<>();

  private OrtModel(String description, byte[] model, int threads) throws OrtException {
    this.description = "ONNX Runtime " + description + ", " + threads + " thread(s)";
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    options = new OrtSession.SessionOptions();
    options.setOptimizationLevel(OptLevel.ALL_OPT);
    options.setIntraOpNumThreads(threads);
    options.setInterOpNumThreads(1);
    session = environment.createSession(model, options);
    for (var entry : session.getInputInfo().entrySet()) {
      inputs.put(entry.getKey(), tensor(environment, (TensorInfo) entry.getValue().getInfo()));
    }
    for (var entry : session.getOutputInfo().entrySet()) {
      outputs.put(entry.getKey(), tensor(environment, (TensorInfo) entry.getValue().getInfo()));
    }
  }

  private static OnnxTensor tensor(OrtEnvironment environment, TensorInfo info)
      throws OrtException {
    int elements = Math.toIntExact(info.getNumElements());
    if (info.type == OnnxJavaType.FLOAT) {
      FloatBuffer buffer =
          ByteBuffer.allocateDirect(elements * Float.BYTES)
              .order(ByteOrder.nativeOrder())
              .asFloatBuffer();
      return OnnxTensor.createTensor(environment, buffer, info.getShape());
    }
    ByteBuffer buffer =
        ByteBuffer.allocateDirect(elements * info.type.size).order(ByteOrder.nativeOrder());
    return OnnxTensor.createTensor(environment, buffer, info.getShape(), info.type);
  }

  /**
   * An fp32 model, its output compared with our own fp32 layers'.
   *
   * @throws OrtException if ONNX Runtime refuses the model
   * @throws IllegalStateException if the outputs differ
   */
  public static OrtModel floats(NetworkGraph network, int threads) throws OrtException {
    String output = network.outputName();
    OrtModel model = new OrtModel("fp32", OnnxExport.floats(network, Set.of(output)), threads);
    float[] image = image(network);
    model.floatInput().put(0, image);
    model.run();
    Agreement.check(
        model.description,
        model.floatOutput(output),
        "Setun fp32",
        Network.compile(network).session().run(image),
        1e-3);
    return model;
  }

  /**
   * An int8 model, calibrated on one image, its output compared with the fp32 model's.
   *
   * @param network the fp32 graph
   * @param threads threads of the session
   * @param integerBoundary whether input and output are uint8 as between layers, or fp32
   * @throws OrtException if ONNX Runtime refuses the model
   * @throws IllegalStateException if the outputs differ by more than quantization explains
   */
  public static OrtModel int8(NetworkGraph network, int threads, boolean integerBoundary)
      throws OrtException {
    float[] image = image(network);
    Map<String, float[]> ranges = new LinkedHashMap<>();
    ranges.put(NetworkGraph.INPUT, range(image));
    Set<String> values = new LinkedHashSet<>(network.shapes().keySet());
    values.remove(NetworkGraph.INPUT);
    float[] expected;
    try (OrtModel calibration = new OrtModel("fp32", OnnxExport.floats(network, values), 1)) {
      calibration.floatInput().put(0, image);
      calibration.run();
      for (String value : values) {
        ranges.put(value, range(calibration.floatOutput(value)));
      }
      expected = calibration.floatOutput(network.outputName());
    }
    OrtModel model =
        new OrtModel(
            "int8 (QDQ)", QuantizedExport.export(network, ranges, integerBoundary), threads);
    float[] actual;
    String output = network.outputName();
    if (integerBoundary) {
      float[] in = ranges.get(NetworkGraph.INPUT);
      var from = QuantizedExport.Quantization.of(in[0], in[1]);
      ByteBuffer bytes =
          model
              .inputs
              .get(NetworkGraph.INPUT)
              .getBufferRef()
              .map(ByteBuffer.class::cast)
              .orElseThrow();
      for (int i = 0; i < image.length; i++) {
        bytes.put(i, (byte) (Math.round(image[i] / from.scale()) + from.zeroPoint()));
      }
      model.run();
      float[] out = ranges.get(output);
      var to = QuantizedExport.Quantization.of(out[0], out[1]);
      ByteBuffer result = model.outputs.get(output + ".q").getByteBuffer();
      actual = new float[expected.length];
      for (int i = 0; i < actual.length; i++) {
        actual[i] = ((result.get(i) & 0xff) - to.zeroPoint()) * to.scale();
      }
    } else {
      model.floatInput().put(0, image);
      model.run();
      actual = model.floatOutput(output + ".dq");
    }
    double cosine = cosine(actual, expected);
    // 8 bits lose 1 or 2 % a layer; a wrong layer leaves nothing of the direction.
    if (!(cosine > 0.95)) {
      throw new IllegalStateException(
          model.description + ": cosine of " + cosine + " with the fp32 output");
    }
    return model;
  }

  private static float[] image(NetworkGraph network) {
    return new RandomParameters(1).normal(network.inputShape().size(), 1);
  }

  /**
   * The product of rows of uint8 and a constant matrix of int8 with int32 results, {@code
   * MatMulInteger}; those of the last row are compared with plainly computed ones. Weights have 7
   * bits, as in all int8 models here.
   *
   * @param extents rows, outputs and columns
   * @throws OrtException if ONNX Runtime refuses the model
   * @throws IllegalStateException if the results differ
   */
  public static OrtModel product(int[] extents) throws OrtException {
    int rows = extents[0];
    int outputs = extents[1];
    int columns = extents[2];
    SplittableRandom random = new SplittableRandom(1958);
    byte[] weights = new byte[columns * outputs];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (byte) random.nextInt(-63, 64);
    }
    OnnxGraph onnx = new OnnxGraph();
    onnx.input(NetworkGraph.INPUT, Type.UINT8, rows, columns);
    String matrix = onnx.constant("weights", Type.INT8, weights, columns, outputs);
    onnx.node("MatMulInteger", List.of(NetworkGraph.INPUT, matrix), "y", Map.of());
    onnx.output("y", Type.INT32, rows, outputs);
    OrtModel model = new OrtModel("MatMulInteger", onnx.toModel(), 1);
    byte[] x = new byte[rows * columns];
    random.nextBytes(x);
    model
        .inputs
        .get(NetworkGraph.INPUT)
        .getBufferRef()
        .map(ByteBuffer.class::cast)
        .orElseThrow()
        .put(0, x);
    model.run();
    int last = rows - 1;
    var y = model.outputs.get("y").getIntBuffer();
    for (int o = 0; o < outputs; o++) {
      int expected = 0;
      for (int c = 0; c < columns; c++) {
        expected += (x[last * columns + c] & 0xff) * weights[c * outputs + o];
      }
      int actual = y.get(last * outputs + o);
      if (actual != expected) {
        throw new IllegalStateException(
            "%s: %d in output %d where %d is right"
                .formatted(model.description, actual, o, expected));
      }
    }
    return model;
  }

  private static float[] range(float[] values) {
    float low = 0;
    float high = 0;
    for (float value : values) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    return new float[] {low, high};
  }

  private static double cosine(float[] a, float[] b) {
    double ab = 0;
    double aa = 0;
    double bb = 0;
    for (int i = 0; i < a.length; i++) {
      ab += (double) a[i] * b[i];
      aa += (double) a[i] * a[i];
      bb += (double) b[i] * b[i];
    }
    return ab / Math.sqrt(aa * bb);
  }

  private FloatBuffer floatInput() {
    return inputs.get(NetworkGraph.INPUT).getBufferRef().map(FloatBuffer.class::cast).orElseThrow();
  }

  private float[] floatOutput(String name) {
    FloatBuffer buffer = outputs.get(name).getFloatBuffer();
    float[] values = new float[buffer.remaining()];
    buffer.get(values);
    return values;
  }

  /** Runs the model on what its input holds. */
  public void run() {
    try (OrtSession.Result _ = session.run(inputs, outputs)) {
      // The outputs lie in tensors of our own.
    } catch (OrtException e) {
      throw new IllegalStateException(description, e);
    }
  }

  /** What runs, for people to read. */
  public String describe() {
    return description;
  }

  @Override
  public void close() throws OrtException {
    inputs.values().forEach(OnnxTensor::close);
    outputs.values().forEach(OnnxTensor::close);
    session.close();
    options.close();
  }
}
