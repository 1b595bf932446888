// SPDX-License-Identifier: Apache-2.0
package org.setun.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.setun.cli.Cli.Result;
import org.setun.kernels.Layer;
import org.setun.loader.checkpoint.Safetensors;
import org.setun.loader.checkpoint.TensorData;
import org.setun.loader.model.ModelFile;
import org.setun.loader.model.PackedModel;

/** The options that say how weights were trained, on a checkpoint of one layer of latents. */
class MethodOptionsTest {
  private static final int OUTPUTS = 4;
  private static final int INPUTS = 3;
  private static final int TAPS = 9;
  private static final int PER_OUTPUT = INPUTS * TAPS;

  @TempDir Path folder;
  private final float[] latents = new float[OUTPUTS * PER_OUTPUT];
  private Path checkpoint;
  private Path model;

  @BeforeEach
  void writeCheckpoint() throws Exception {
    Random random = new Random(5);
    for (int i = 0; i < latents.length; i++) {
      latents[i] = (float) random.nextGaussian();
    }
    checkpoint = folder.resolve("latent.safetensors");
    model = folder.resolve("m.setun");
    writeWeights();
    Files.writeString(
        folder.resolve("architecture.json"),
        """
        {"name": "one", "input": [3, 4, 4], "layers": [
          {"type": "ternary_convolution", "name": "c", "output_channels": 4, "kernel": 3,
           "bias": false}]}
        """);
  }

  private void writeWeights() throws IOException {
    LinkedHashMap<String, TensorData> tensors = new LinkedHashMap<>();
    tensors.put("c.weight", TensorData.ofFloats(latents, OUTPUTS, INPUTS, 3, 3));
    Safetensors.write(checkpoint, tensors);
  }

  private Result convert(String... options) {
    Object[] arguments = new Object[options.length + 4];
    System.arraycopy(options, 0, arguments, 4, options.length);
    arguments[0] = "convert";
    arguments[1] = checkpoint;
    arguments[2] = "-o";
    arguments[3] = model;
    return Cli.run(arguments);
  }

  /** Converts; one layer has so many zeros and, for each output, this scale. */
  private void assertConverted(String method, long zeros, double[] scale, String... options)
      throws Exception {
    Result result = convert(options);
    assertEquals(0, result.exitCode(), result.err());
    assertTrue(result.out().contains("\nmethod " + method + " (1 latent kernel)\n"), result.out());
    PackedModel read = ModelFile.read(model);
    assertEquals(zeros, read.zeros().getFirst().zeros());
    Layer.TernaryConvolution layer = (Layer.TernaryConvolution) read.graph().layers().getFirst();
    for (int o = 0; o < OUTPUTS; o++) {
      assertEquals(scale[o], layer.scale()[o], 1e-6, "output " + o);
    }
  }

  /** TWN with one threshold and scale for so many outputs. */
  private void assertTwn(double factor, int together, String... options) throws Exception {
    double[] scale = new double[OUTPUTS];
    long zeros = 0;
    for (int o = 0; o < OUTPUTS; o += together) {
      float[] shared = Arrays.copyOfRange(latents, o * PER_OUTPUT, (o + together) * PER_OUTPUT);
      double threshold = factor * magnitudes(shared).average().orElseThrow();
      Arrays.fill(
          scale,
          o,
          o + together,
          magnitudes(shared).filter(w -> w > threshold).average().orElseThrow());
      zeros += magnitudes(shared).filter(w -> w <= threshold).count();
    }
    assertConverted("twn", zeros, scale, options);
  }

  private static DoubleStream magnitudes(float[] values) {
    return IntStream.range(0, values.length).mapToDouble(i -> Math.abs(values[i]));
  }

  @Test
  void thresholdAndExtentReachTheWeights() throws Exception {
    assertTwn(0.75, OUTPUTS, "--method", "twn");
    assertTwn(0.7, OUTPUTS, "--method", "TWN", "--threshold", "0.7");
    assertTwn(0.75, 1, "--method", "twn", "--scale-per", "channel");
    assertTwn(0.3, 1, "--method", "twn", "--scale-per", "channel", "--threshold", "0.3");
  }

  @Test
  void centeringReachesTheScales() throws Exception {
    double[] plain = new double[OUTPUTS];
    double[] centered = new double[OUTPUTS];
    for (int i = 0; i < latents.length; i++) {
      int o = i / PER_OUTPUT;
      double mean = 0;
      for (int c = 0; c < INPUTS; c++) {
        mean += latents[o * PER_OUTPUT + c * TAPS + i % TAPS] / (double) INPUTS;
      }
      plain[o] += Math.abs(latents[i]) / PER_OUTPUT;
      centered[o] += Math.min(1, Math.abs(latents[i] - mean)) / PER_OUTPUT;
    }
    assertConverted("xnor", 0, plain, "--method", "xnor");
    assertConverted("xnor", 0, centered, "--method", "xnor", "--center");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "                 | of XNOR-Net or of TWN, which look alike; --method xnor or --method twn",
        "--threshold 0.7  | of XNOR-Net or of TWN, which look alike; --method xnor or --method twn",
        "--method ttq     | c.weight holds latents between",
        "--method ternary | c.weight",
        "--method sttn    | c.weight",
      })
  void latentsNeedAMethodThatReadsThem(String options, String expected) {
    Result result = options == null ? convert() : convert(options.split(" "));
    assertEquals(1, result.exitCode());
    assertEquals("", result.out());
    assertEquals(1, result.err().lines().count(), result.err());
    assertTrue(result.err().startsWith("setun: " + checkpoint + ": "), result.err());
    assertTrue(result.err().contains(expected), result.err());
    assertFalse(Files.exists(model));
  }

  @Test
  void optionsThatTheMethodFoundDoesNotReadAreRefused() throws Exception {
    for (int i = 0; i < latents.length; i++) {
      latents[i] = i % 3 - 1;
    }
    writeWeights();

    Result result = convert("--threshold", "0.7", "--zeros", "plus");
    assertEquals(1, result.exitCode());
    String layers = ", the ternary layers are: ternary (1 ternary kernel with one scale)";
    assertTrue(result.err().contains("--zeros is for sttn and xnor" + layers), result.err());
    assertTrue(result.err().contains("--threshold is for twn and ttq" + layers), result.err());
    assertFalse(Files.exists(model));
    assertEquals(0, convert().exitCode());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--method bwn                      | Invalid value for option '--method'",
        "--scale-per row                   | Invalid value for option '--scale-per'",
        "--threshold much                  | Invalid value for option '--threshold'",
        "--threshold 0                     | --threshold: a threshold of 0.0 is not between 0 and"
            + " 1",
        "--threshold 1                     | --threshold: a threshold of 1.0 is not between 0 and"
            + " 1",
        "--threshold NaN                   | --threshold: a threshold of NaN is not between 0 and"
            + " 1",
        "--method xnor --threshold 0.7     | --threshold is for twn and ttq, --method is xnor",
        "--method ttq --scale-per channel  | --scale-per is for twn, --method is ttq",
        "--method twn --center             | --center is for xnor, --method is twn",
        "--method twn --zeros plus         | --zeros is for sttn and xnor, --method is twn",
      })
  void optionsThatDoNotFitAreUsageErrors(String options, String expected) {
    assertUsage("convert", expected, convert(options.split(" ")));
    // A model to run takes the same options, by another way.
    List<Object> run = new ArrayList<>(List.of("classify", checkpoint, checkpoint));
    run.addAll(List.of(options.split(" ")));
    assertUsage("classify", expected, Cli.run(run.toArray()));
  }

  private void assertUsage(String command, String expected, Result result) {
    assertEquals(2, result.exitCode(), result.err());
    assertEquals("", result.out());
    assertTrue(result.err().startsWith("setun: " + expected), result.err());
    assertTrue(result.err().endsWith(" (see setun " + command + " --help)\n"), result.err());
    assertEquals(1, result.err().lines().count(), result.err());
    assertFalse(Files.exists(model));
  }
}
