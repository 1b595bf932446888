// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.setun.kernels.Kernels;
import org.setun.kernels.Layer;
import org.setun.kernels.Network;
import org.setun.kernels.NetworkGraph;

/** Networks as people export them give what ONNX Runtime gives. */
class OnnxCasesTest {
  private static final Path CASES = Path.of(System.getProperty("setun.testdata"), "onnx", "cases");
  private static final double TOLERANCE = 1e-5;

  static List<String> cases() throws Exception {
    try (Stream<Path> folders = Files.list(CASES)) {
      return folders.map(folder -> folder.getFileName().toString()).sorted().toList();
    }
  }

  private static NetworkGraph convert(String name) throws Exception {
    Path file = CASES.resolve(name).resolve("model.onnx");
    return OnnxConverter.convert(file, Optional.empty()).graph();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void outputsAreThoseOfOnnxRuntime(String name) throws Exception {
    NetworkGraph graph = convert(name);
    float[] input = tensor(CASES.resolve(name).resolve("input.safetensors"));
    float[] expected = tensor(CASES.resolve(name).resolve("expected.safetensors"));
    int images = input.length / graph.inputShape().size();
    float[] actual = new float[images * graph.outputShape().size()];
    Network.compile(graph, Kernels.scalar()).session().run(input, actual, images);
    assertEquals(expected.length, actual.length);
    float largest = 0;
    for (float value : expected) {
      largest = Math.max(largest, Math.abs(value));
    }
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], actual[i], TOLERANCE * largest, "output " + i);
    }
  }

  @ParameterizedTest
  @MethodSource("binary")
  void weightsOfTwoOrThreeLevelsRunOnBits(String name) throws Exception {
    assertTrue(
        convert(name).layers().stream().anyMatch(Layer.TernaryConvolution.class::isInstance));
  }

  static List<String> binary() {
    return List.of(
        "act-where-ge",
        "brevitas-qcdq",
        "mlp2d",
        "sign-maxpool-conv",
        "step-cause-identity-x",
        "step-cause-square",
        "weights-dequantizelinear");
  }

  @Test
  void aPoolingCommutesWithTheStepBehindIt() throws Exception {
    List<Layer> layers = convert("sign-maxpool-conv").layers();
    assertEquals(
        1, layers.stream().filter(Layer.TernaryConvolution.class::isInstance).count(), "layers");
  }

  /** The one tensor of a safetensors file. */
  private static float[] tensor(Path file) throws Exception {
    ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    byte[] header = new byte[Math.toIntExact(in.getLong())];
    in.get(header);
    Matcher offsets =
        Pattern.compile("\"data_offsets\":\\[\\s*(\\d+)\\s*,\\s*(\\d+)\\s*]")
            .matcher(new String(header, StandardCharsets.UTF_8));
    assertTrue(offsets.find());
    int from = Integer.parseInt(offsets.group(1));
    float[] values = new float[(Integer.parseInt(offsets.group(2)) - from) / Float.BYTES];
    in.position(Long.BYTES + header.length + from);
    in.asFloatBuffer().get(values);
    return values;
  }
}
