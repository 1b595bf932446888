// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.convert;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.setun.kernels.Layer;
import org.setun.loader.arch.Architecture;
import org.setun.loader.arch.ArchitectureReader;
import org.setun.loader.checkpoint.Checkpoint;
import org.setun.loader.method.MethodOptions;
import org.setun.loader.method.ZeroPolicy;
import org.setun.loader.model.PackedModel;

class ConverterTest {
  @TempDir Path folder;

  private PackedModel convert(TestCheckpoint tensors, ZeroPolicy zeros) throws Exception {
    try (Checkpoint checkpoint = tensors.open(folder)) {
      return Converter.convert(
          checkpoint,
          ArchitectureReader.parse("net.json", TestCheckpoint.BLOCK_NET.getBytes(UTF_8)),
          MethodOptions.DEFAULT.with(zeros));
    }
  }

  private List<String> problems(TestCheckpoint tensors) {
    ConversionException e =
        assertThrows(ConversionException.class, () -> convert(tensors, ZeroPolicy.REFUSE));
    assertTrue(e.getMessage().contains("net.safetensors: "), e.getMessage());
    for (String problem : e.problems()) {
      assertTrue(e.getMessage().contains(problem), e.getMessage());
    }
    return e.problems();
  }

  private static Layer layer(PackedModel model, String name) {
    return model.graph().layers().stream().filter(l -> l.name().equals(name)).findAny().get();
  }

  /** The BatchNorm of PyTorch, in double. */
  private static double norm(TestCheckpoint tensors, String key, int c, double x) {
    return (x - tensors.values(key + ".running_mean")[c])
            / Math.sqrt(tensors.values(key + ".running_var")[c] + 1e-5)
            * tensors.values(key + ".weight")[c]
        + tensors.values(key + ".bias")[c];
  }

  @Test
  void foldsTheBatchNormsAroundATernaryConvolution() throws Exception {
    TestCheckpoint tensors = TestCheckpoint.ofBlock();
    Layer.TernaryConvolution conv =
        (Layer.TernaryConvolution) layer(convert(tensors, ZeroPolicy.REFUSE), "b.conv1");

    for (int c = 0; c < 3; c++) {
      for (float x = -5; x < 5; x += 0.01f) {
        double y = norm(tensors, "b.bn1", c, x);
        float v = conv.thresholds().negated()[c] ? -x : x;
        int trit = v < conv.thresholds().low()[c] ? -1 : v < conv.thresholds().high()[c] ? 0 : 1;
        assertEquals(y < -0.5 ? -1 : y < 0.5 ? 0 : 1, trit, "x = " + x);
      }
    }
    for (int o = 0; o < 5; o++) {
      double alpha = 0;
      for (int i = 27 * o; i < 27 * (o + 1); i++) {
        alpha += Math.min(1, Math.abs(tensors.values("b.conv1_1.weight")[i]));
        alpha += Math.min(1, Math.abs(tensors.values("b.conv1_2.weight")[i]));
      }
      alpha /= 2 * 27;
      double bias = tensors.values("b.conv1_1.bias")[o] + tensors.values("b.conv1_2.bias")[o];
      for (int count : new int[] {-27, 0, 1, 20}) {
        double expected = norm(tensors, "b.bn_add1", o, 2 * alpha * count + bias);
        double folded = Math.fma(count, (double) conv.scale()[o], conv.shift()[o]);
        assertEquals(expected, folded, 1e-5 * (1 + Math.abs(expected)));
      }
    }
  }

  @Test
  void aBlockBecomesItsLayers() throws Exception {
    PackedModel model = convert(TestCheckpoint.ofBlock(), ZeroPolicy.REFUSE);
    assertEquals(
        List.of(
            "b.conv1",
            "b.pool1",
            "b.pad1",
            "b.add1",
            "b.prelu1",
            "b.conv2",
            "b.add2",
            "b.prelu2",
            "fc"),
        model.graph().layers().stream().map(Layer::name).toList());
    assertEquals(List.of("b.conv1", "b.pad1"), layer(model, "b.add1").inputs());
    assertEquals(List.of("b.conv2", "b.prelu1"), layer(model, "b.add2").inputs());
    assertEquals("net.safetensors", model.source().file());
    assertTrue(model.source().sha256().matches("[0-9a-f]{64}"));
  }

  @Test
  void listsAllKeysThatDoNotFit() {
    TestCheckpoint tensors = TestCheckpoint.ofBlock();
    tensors.remove("b.bn1.bias");
    tensors.remove("b.conv2_1.weight");
    tensors.remove("b.conv2_2.bias");
    tensors.add("fc.weight", 2, 5);
    tensors.add("b.prelu1.weight", 4);
    tensors.add("b.bn3.weight", 5);
    tensors.add("b.conv1.weight", 5, 3, 3, 3);
    tensors.add("b.bn1.num_batches_tracked", 1);
    assertEquals(
        List.of(
            "3 missing (b.bn1.bias, b.conv2_1.weight, b.conv2_2.bias)",
            "2 misshapen (b.prelu1.weight is 4, not 5, fc.weight is 2x5, not 2x20)",
            "2 unused (b.bn3.weight, b.conv1.weight)"),
        problems(tensors));
  }

  @Test
  void theMessageHasFiveProblemsAndTheExceptionAll() throws Exception {
    List<String> problems = List.of("a", "b", "c", "d", "e", "f", "g");
    ConversionException e = new ConversionException(Path.of("file"), "cannot", problems);
    assertEquals("file: cannot: a; b; c; d; e; 2 more", e.getMessage());
    assertEquals(problems, e.problems());
    e = new ConversionException(Path.of("file"), "cannot", problems.subList(0, 5));
    assertEquals("file: cannot: a; b; c; d; e", e.getMessage());
  }

  @Test
  void listsTheZerosOfAllLayersAndResolvesThem() throws Exception {
    TestCheckpoint tensors = TestCheckpoint.ofBlock();
    tensors.values("b.conv1_2.weight")[30] = 0;
    tensors.values("b.conv2_1.weight")[0] = 0;
    tensors.values("b.conv2_1.weight")[1] = 0;
    assertEquals(
        List.of(
            "b.conv1_2.weight: latents that are exactly 0 (--zeros gives them a sign): channel 1 (1"
                + " of 27)",
            "b.conv2_1.weight: latents that are exactly 0 (--zeros gives them a sign): channel 0 (2"
                + " of 45)"),
        problems(tensors));
    assertEquals(5L * 5 * 9, convert(tensors, ZeroPolicy.MINUS).zeros().getLast().weights());
  }

  @Test
  void namesParametersThatAreNoUse() {
    TestCheckpoint tensors = TestCheckpoint.ofBlock();
    tensors.values("b.bn1.running_var")[2] = -1;
    tensors.values("b.conv2_2.bias")[1] = Float.NaN;
    tensors.values("fc.weight")[3] = Float.POSITIVE_INFINITY;
    assertEquals(
        List.of(
            "b.bn1.running_var: variance -1.0 of channel 2 is negative",
            "b.conv2_2.bias: value NaN at index 1",
            "fc.weight: value Infinity at index 3"),
        problems(tensors));
  }

  @Test
  void namesAFoldThatLeavesFp32() {
    TestCheckpoint tensors = TestCheckpoint.ofBlock();
    tensors.values("b.bn_add1.weight")[4] = 3e38f;
    tensors.values("b.bn_add1.running_var")[4] = 0;
    assertEquals(1, problems(tensors).size());
    assertTrue(problems(tensors).getFirst().startsWith("b.conv1: folded scale"));
  }

  @Test
  void oneSlopeServesAllChannels() throws Exception {
    TestCheckpoint tensors = TestCheckpoint.ofBlock();
    float slope = tensors.add("b.prelu1.weight", 1)[0];
    Layer.PRelu prelu = (Layer.PRelu) layer(convert(tensors, ZeroPolicy.REFUSE), "b.prelu1");
    assertEquals(5, prelu.slope().length);
    assertEquals(slope, prelu.slope()[4]);
  }

  /** Layers that take a few bytes of JSON each, and 1 MB of slopes. */
  @Test
  void anArchitectureThatNeedsFarMoreThanTheStateDictHoldsIsRefused() throws Exception {
    StringBuilder json =
        new StringBuilder(
            """
            {"name": "wide", "input": [1, 1, 1], "layers": [
              {"type": "prelu", "name": "p"},
              {"type": "channel_pad", "name": "pad", "output_channels": 262144}\
            """);
    for (int i = 0; i < 100; i++) {
      json.append(",{\"type\": \"relu\", \"name\": \"r").append(i).append("\"}");
    }
    TestCheckpoint tensors = new TestCheckpoint();
    tensors.add("p.weight", 1);
    try (Checkpoint checkpoint = tensors.open(folder)) {
      var wide = ArchitectureReader.parse("net.json", json.append("]}").toString().getBytes(UTF_8));
      ConversionException e =
          assertThrows(
              ConversionException.class,
              () -> Converter.convert(checkpoint, wide, MethodOptions.DEFAULT));
      assertEquals(
          List.of("its layers need 26214401 values, the state dict holds 1"), e.problems());
    }
  }

  @Test
  void aPrefixIsTheLikelyReason() {
    TestCheckpoint longer = TestCheckpoint.ofBlock();
    longer.remove("fc.bias");
    longer.add("model.module.fc.bias", 2);
    assertEquals(
        "the checkpoint's keys have model.module. before them, but not all of them",
        problems(longer).getLast());
    TestCheckpoint shorter = TestCheckpoint.ofBlock();
    shorter.remove("b.bn1.bias");
    shorter.add("bn1.bias", 3);
    assertEquals(
        "the architecture's keys have b. before them, the checkpoint's not",
        problems(shorter).getLast());
  }

  /** Comparing each missing key with each that is unused would take minutes. */
  @Test
  void manyKeysThatDoNotFitAreAnsweredInTime() throws Exception {
    TestCheckpoint tensors = new TestCheckpoint();
    for (int i = 0; i < 60_000; i++) {
      tensors.add("a.module.of.some.other.network." + i, 0);
    }
    StringBuilder json = new StringBuilder("{\"name\": \"n\", \"input\": [1, 1, 1], \"layers\": [");
    for (int i = 0; i < 8000; i++) {
      json.append(i == 0 ? "" : ",");
      json.append("{\"type\": \"batch_norm\", \"name\": \"norm.of.this.network.%d\"}".formatted(i));
    }
    Architecture architecture =
        ArchitectureReader.parse("net.json", json.append("]}").toString().getBytes(UTF_8));
    try (Checkpoint checkpoint = tensors.open(folder)) {
      List<String> problems =
          assertTimeout(
              Duration.ofSeconds(20), () -> ArchitectureChoice.problems(architecture, checkpoint));
      assertEquals(2, problems.size(), problems.toString());
    }
  }
}
