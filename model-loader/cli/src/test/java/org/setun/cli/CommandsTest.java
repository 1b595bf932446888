// SPDX-License-Identifier: Apache-2.0
package org.setun.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.setun.cli.Cli.CHECKPOINT;
import static org.setun.cli.Cli.TESTDATA;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.setun.cli.Cli.Result;
import org.setun.kernels.Kernels;
import org.setun.loader.Model;
import org.setun.loader.checkpoint.Checkpoint;
import org.setun.loader.checkpoint.Safetensors;
import org.setun.loader.checkpoint.TensorData;
import org.setun.loader.data.IdxFile;
import org.setun.loader.model.ModelFile;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;

class CommandsTest {
  private static final Path IMAGES = TESTDATA.resolve("fashion-mnist/t10k-images-idx3-ubyte.gz");
  private static final Path LABELS = TESTDATA.resolve("fashion-mnist/t10k-labels-idx1-ubyte.gz");

  @TempDir static Path folder;
  private static Path model;

  @BeforeAll
  static void convertOnce() {
    model = folder.resolve("fmnist.setun");
    assertSuccess(Cli.run("convert", CHECKPOINT, "-o", model));
  }

  private static Result assertSuccess(Result result) {
    assertEquals(0, result.exitCode(), result.err());
    assertEquals("", result.err());
    return result;
  }

  @Test
  void convertPrintsSizesAndZeros() throws Exception {
    Path output = folder.resolve("other.setun");
    Path architecture = TESTDATA.resolve("fmnist/architecture.json");
    Path alone = Files.copy(CHECKPOINT, folder.resolve("alone.tar"));
    Result result =
        assertSuccess(
            Cli.run("convert", alone, "--arch", architecture, "--zeros", "plus", "-o", output));
    assertTrue(
        result
            .out()
            .lines()
            .anyMatch(l -> l.startsWith("features.4.conv1") && l.contains("36.5 %")),
        result.out());
    assertTrue(result.lastLine().startsWith("7.22 MB ("), result.out());
    assertEquals(6, ModelFile.read(output).zeros().size());
  }

  @Test
  void evalPrintsTheAccuracyLast() {
    Result result = assertSuccess(Cli.run("eval", model, "--images", IMAGES, "--labels", LABELS));
    assertTrue(
        result.lastLine().matches("accuracy 92\\.\\d\\d % \\(92\\d\\d/10000\\)"), result.out());
    assertTrue(result.out().contains(" images/s on "), result.out());
    assertTrue(result.out().contains(Kernels.best().implementation()), result.out());
  }

  @Test
  void demoGoesFromTheCheckpointToTheReferencesAccuracy() {
    Result result = assertSuccess(Cli.run("demo", "--threads", "2"));
    // The reference has 9259 right, and at most 3 predictions may differ.
    assertTrue(
        result.lastLine().matches("accuracy 92\\.(5[6-9]|6[0-2]) % \\(92(5[6-9]|6[0-2])/10000\\)"),
        result.out());
    assertTrue(result.out().contains("7.22 MB"), result.out());
  }

  @Test
  void runWritesTheLogitsOfEveryInput() throws Exception {
    float[] images = new float[3 * 32 * 32];
    Random random = new Random(1);
    for (int i = 0; i < images.length; i++) {
      images[i] = (float) random.nextGaussian();
    }
    LinkedHashMap<String, TensorData> tensors = new LinkedHashMap<>();
    tensors.put("input", TensorData.ofFloats(images, 3, 1, 32, 32));
    Path input = folder.resolve("in.safetensors");
    Path output = folder.resolve("out.safetensors");
    Safetensors.write(input, tensors);

    assertSuccess(Cli.run("run", model, "--input", input, "--output", output));

    float[] expected = new float[30];
    Model.load(model).network().session().run(images, expected, 3);
    try (Checkpoint file = Checkpoint.open(output)) {
      assertArrayEquals(new long[] {3, 10}, file.stateDict().tensor("logits").shape());
      assertArrayEquals(expected, file.stateDict().tensor("logits").toFloats());
    }
  }

  @Test
  void classifyGoesOnAfterABadFile() throws Exception {
    Path png = Path.of(System.getProperty("setun.testdata"), "images/grey.png");
    Path text = Files.writeString(folder.resolve("text.png"), "no image");
    Result result = Cli.run("classify", model, text, png);
    assertEquals(1, result.exitCode());
    assertEquals("setun: " + text + ": neither a PNG nor a JPEG image\n", result.err());
    assertTrue(result.out().startsWith(png + "  "), result.out());

    Result json = Cli.run("classify", model, "--json", "--top", "2", text, png);
    assertEquals(1, json.exitCode());
    List<String> lines = json.out().lines().toList();
    assertEquals(2, lines.size(), json.out());
    ObjectMapper mapper = new ObjectMapper();
    JsonNode bad = mapper.readTree(lines.getFirst());
    assertEquals(text.toString(), bad.required("image").textValue());
    assertTrue(bad.required("error").textValue().endsWith("neither a PNG nor a JPEG image"));
    JsonNode good = mapper.readTree(lines.getLast());
    assertEquals(2, good.required("classes").size());
  }

  @Test
  void classifyTakesTheImagesOfAFolder() throws Exception {
    Path images = Path.of(System.getProperty("setun.testdata"), "images");
    Path deep = Files.createDirectories(folder.resolve("images/deep"));
    Files.copy(images.resolve("grey.jpg"), deep.resolve("b.JPG"));
    Files.copy(images.resolve("grey.png"), deep.resolveSibling("c.png"));
    Files.writeString(deep.resolve("notes.txt"), "no image");
    Result result = assertSuccess(Cli.run("classify", model, deep.getParent()));
    List<String> lines = result.out().lines().toList();
    assertEquals(2, lines.size(), result.out());
    assertTrue(lines.getFirst().startsWith(deep.resolveSibling("c.png") + "  "), result.out());
    assertTrue(lines.getLast().startsWith(deep.resolve("b.JPG") + "  "), result.out());

    Path empty = Files.createDirectory(folder.resolve("empty"));
    Result none = Cli.run("classify", model, empty);
    assertEquals(1, none.exitCode());
    assertEquals("setun: " + empty + ": has no PNG or JPEG file\n", none.err());
  }

  @Test
  void classifyNamesTheLikeliestClasses() throws Exception {
    IdxFile images = IdxFile.read(IMAGES);
    BufferedImage boot = new BufferedImage(28, 28, BufferedImage.TYPE_BYTE_GRAY);
    boot.getRaster().setDataElements(0, 0, 28, 28, Arrays.copyOf(images.data(), 784));
    Path png = folder.resolve("boot.png");
    ImageIO.write(boot, "png", png.toFile());

    Result one = assertSuccess(Cli.run("classify", model, png));
    assertTrue(one.out().startsWith(png + "  Ankle boot  "), one.out());
    Result many = assertSuccess(Cli.run("classify", model, png, png, "--top", "10"));
    assertEquals(20, many.out().lines().count());
    double total =
        many.out()
            .lines()
            .limit(10)
            .mapToDouble(l -> Double.parseDouble(l.replaceAll(".*  ([0-9.]+) %", "$1")))
            .sum();
    assertEquals(100, total, 0.5);
  }

  @Test
  void infoNamesTheKernels() {
    Result result = assertSuccess(Cli.run("info"));
    assertTrue(result.out().contains(Kernels.best().implementation()), result.out());
    assertTrue(result.out().contains(Runtime.version().toString()), result.out());
  }

  @Test
  void inspectListsTheLayersOfAModel() {
    Result result = assertSuccess(Cli.run("inspect", "--check", model));
    assertTrue(
        result.out().lines().anyMatch(l -> l.matches("features.5.pad1 +ChannelPad +64x8x8 .*")),
        result.out());
    assertTrue(result.out().contains("all checksums right"), result.out());
  }

  @Test
  void inspectListsTheOperatorsAndLayersOfAnOnnxModel() {
    Path onnx = Cli.TESTDATA.resolve("fmnist/merged.onnx");
    Result result = assertSuccess(Cli.run("inspect", "--check", onnx));
    assertTrue(result.out().contains("'pytorch 2.13.0', opset 17"), result.out());
    assertTrue(result.out().lines().anyMatch(l -> l.matches("'Conv' +7")), result.out());
    assertTrue(
        result.out().lines().anyMatch(l -> l.matches("/Conv_2 +TernaryConvolution +64x8x8 .*")),
        result.out());
    assertEquals("nothing looks wrong", result.lastLine());
  }

  @Test
  void inspectChecksEverySectionOfAModel() throws Exception {
    Result sound = assertSuccess(Cli.run("inspect", "--check", model));
    int sections;
    long second;
    try (ModelFile file = ModelFile.open(model)) {
      sections = file.sections().size();
      second = file.sections().get(2).offset();
    }
    assertEquals(sections, sound.out().lines().filter(l -> l.endsWith("  right")).count());

    byte[] bytes = Files.readAllBytes(model);
    bytes[(int) second] ^= 1;
    bytes[bytes.length - 1] ^= 1;
    Path damaged = Files.write(folder.resolve("damaged.setun"), bytes);
    Result result = Cli.run("inspect", "--check", damaged);
    assertEquals(1, result.exitCode());
    assertEquals(
        "setun: " + damaged + ": 2 of " + sections + " sections have a wrong checksum\n",
        result.err());
    List<String> wrong = result.out().lines().filter(l -> l.endsWith("  WRONG")).toList();
    assertEquals(2, wrong.size(), result.out());
    assertTrue(wrong.getFirst().startsWith("      2  FLOATS "), result.out());
    assertEquals(sections + 1, result.out().lines().count(), result.out());
  }

  @Test
  void exportGivesBackWhatConvertTakes() throws Exception {
    Path exported = folder.resolve("fmnist.safetensors");
    Path again = folder.resolve("again.setun");
    Result result = assertSuccess(Cli.run("export", model, "-o", exported));
    assertTrue(result.out().matches("wrote \\d+ tensors, .*\n"), result.out());
    assertSuccess(Cli.run("convert", exported, "-o", again));
    assertEquals(-1, Files.mismatch(model, again));

    Result inspected = assertSuccess(Cli.run("inspect", "--check", exported));
    assertTrue(inspected.out().contains("architecture  sttn-fmnist"), inspected.out());
    assertEquals("nothing looks wrong", inspected.lastLine());
  }

  @ParameterizedTest
  @ValueSource(strings = {"checkpoint.pth.tar", "checkpoint-legacy.pth.tar", "state_dict.npz"})
  void inspectListsTheTensorsOfACheckpoint(String name) {
    Result result = assertSuccess(Cli.run("inspect", TESTDATA.resolve("fmnist").resolve(name)));
    assertTrue(
        result
            .out()
            .lines()
            .anyMatch(l -> l.matches("features.4.conv1_1.weight +F32 +32x32x3x3 +36864 +0.0 %")),
        result.out());
    assertTrue(result.out().contains("architecture  sttn-fmnist"), result.out());
    assertEquals("nothing looks wrong", result.lastLine());
  }

  @Test
  void inspectNamesWhatLooksWrong() throws Exception {
    LinkedHashMap<String, TensorData> tensors = new LinkedHashMap<>();
    tensors.put("c_1.weight", TensorData.ofFloats(new float[] {1, 0, -0f, 2}, 2, 2, 1, 1));
    tensors.put("c_2.weight", TensorData.ofFloats(new float[] {1, 2}, 1, 2, 1, 1));
    tensors.put("bn.running_var", TensorData.ofFloats(new float[] {1, -2}, 2));
    tensors.put("bn.bias", TensorData.ofFloats(new float[] {Float.NaN, 0}, 2));
    Path file = folder.resolve("wrong.safetensors");
    Safetensors.write(file, tensors);

    Result result = Cli.run("inspect", "--check", file);
    assertEquals(1, result.exitCode());
    assertEquals(
        """
        looks wrong: c_1.weight has 2 latents that are exactly 0: see convert --zeros
        looks wrong: c_1.weight and c_2.weight have different shapes
        looks wrong: bn.running_var has 1 negative variances
        looks wrong: bn.bias has 1 values that are not finite
        """,
        result.out().substring(result.out().indexOf("looks wrong")));
    assertEquals(0, Cli.run("inspect", file).exitCode());
  }

  @Test
  void helpAndVersionAreNoErrors() {
    assertTrue(assertSuccess(Cli.run("--help")).out().contains("classify"));
    assertTrue(assertSuccess(Cli.run("convert", "--help")).out().contains("--zeros"));
    assertTrue(assertSuccess(Cli.run("--version")).out().startsWith("setun "));
  }

  /** 9,216 weights with 32 input channels: two planes of 32 × 9 words, each half full. */
  @Test
  void packedBytesAreThoseOfTheFile() throws Exception {
    Path output = folder.resolve("counted.setun");
    String printed = assertSuccess(Cli.run("convert", CHECKPOINT, "-o", output)).out();
    assertTrue(printed.contains("features.4.conv1    9,216  36.5 %  36.9 kB  4.61 kB"), printed);
  }

  /** What a person reads in --help: sentences, from a capital to a full stop. */
  @Test
  void helpTextsAreSentences() {
    CommandLine root = CommandLines.of(new SetunCommand(), new StringWriter(), new StringWriter());
    List<String> offenders = new ArrayList<>();
    for (Map.Entry<String, CommandLine> command : root.getSubcommands().entrySet()) {
      CommandSpec spec = command.getValue().getCommandSpec();
      List<String> texts = new ArrayList<>(List.of(spec.usageMessage().description()));
      texts.addAll(List.of(spec.usageMessage().header()));
      for (ArgSpec argument : spec.args()) {
        texts.add(String.join(" ", argument.description()));
      }
      for (String text : texts) {
        if (!text.matches("(?s)[A-Z][a-z]+ .*[a-z0-9)}]+\\.")) {
          offenders.add(command.getKey() + ": " + text);
        }
      }
    }
    assertEquals(List.of(), offenders);
  }
}
