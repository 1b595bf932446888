// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.arch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.setun.kernels.Shape;
import org.setun.kernels.Window;
import org.setun.loader.image.Preprocessing;
import org.setun.loader.layer.Activations;
import org.setun.loader.layer.Folds;
import org.setun.loader.layer.LayerSpec;
import org.setun.loader.layer.TernaryConvolution;
import org.setun.loader.method.Method;

class ArchitectureReaderTest {
  private static final Path TESTDATA = Path.of(System.getProperty("setun.testdata"));

  private static Architecture parse(String json) throws ArchitectureException {
    return ArchitectureReader.parse("net.json", json.getBytes(UTF_8));
  }

  private static Architecture withLayers(String layers) throws ArchitectureException {
    String json = "{'name': 'n', 'input': [3, 8, 8], 'layers': [" + layers + "]}";
    return parse(json.replace('\'', '"'));
  }

  @Test
  void readsTheExampleOfItsPage() throws Exception {
    String page = Files.readString(TESTDATA.resolveSibling("model-loader/ARCHITECTURE.md"));
    Matcher example = Pattern.compile("```json\n(.*?)```", Pattern.DOTALL).matcher(page);
    assertTrue(example.find(), "the page has no example");

    Architecture architecture = parse(example.group(1));

    assertEquals("example", architecture.name());
    assertEquals(new Shape(3, 64, 64), architecture.inputShape());
    assertEquals(
        Optional.of(
            new Preprocessing(
                OptionalInt.of(72), 0, List.of(0.485, 0.456, 0.406), List.of(0.229, 0.224, 0.225))),
        architecture.preprocessing());
    assertEquals(List.of("cat", "dog"), architecture.labels());
    assertEquals(
        List.of(
            "features.0",
            "features.1",
            "features.2",
            "features.3.conv1",
            "features.3.pool1",
            "features.3.pad1",
            "features.3.add1",
            "features.3.prelu1",
            "features.3.conv2",
            "features.3.add2",
            "features.3.prelu2",
            "pool",
            "fc"),
        architecture.layers().stream().map(LayerSpec::name).toList());
    assertEquals(new Shape(64, 32, 32), architecture.shapes().get("features.3.prelu2"));
    assertEquals(
        new TernaryConvolution(
            "features.3.conv1",
            "features.2",
            "features.3.conv1",
            64,
            Window.square(3, 2, 1),
            1,
            true,
            new Folds(
                Optional.of("features.3.bn1"),
                Optional.empty(),
                Optional.of("features.3.bn_add1"),
                Optional.empty(),
                1e-5),
            Activations.TERNARY,
            Method.STTN),
        architecture.layers().get(3));
  }

  @Test
  void resnet18HasItsShapes() {
    Architecture resnet18 = BuiltInArchitectures.get("resnet18");
    assertEquals(new Shape(64, 56, 56), resnet18.shapes().get("features.3"));
    assertEquals(new Shape(128, 28, 28), resnet18.shapes().get("features.6.add1"));
    assertEquals(new Shape(512, 7, 7), resnet18.shapes().get("features.11.prelu2"));
    assertEquals(new Shape(1000, 1, 1), resnet18.shapes().get("fc"));
    long ternaryWeights = 0;
    for (LayerSpec layer : resnet18.layers()) {
      if (layer instanceof TernaryConvolution t) {
        int in = resnet18.shapes().get(t.input()).channels();
        ternaryWeights += (long) t.outputChannels() * in * t.window().taps();
      }
    }
    assertEquals(10_985_472, ternaryWeights);
  }

  @Test
  void theBundledNetworksDescriptionIsSound() throws Exception {
    Architecture fmnist = ArchitectureReader.read(TESTDATA.resolve("fmnist/architecture.json"));
    assertEquals(10, fmnist.labels().size());
    assertEquals(new Shape(128, 4, 4), fmnist.shapes().get("features.6.prelu2"));
  }

  @Test
  void aLayerMayReadAnyEarlierValue() throws Exception {
    Architecture architecture =
        withLayers(
            """
            {'type': 'sttn_block', 'name': 'a', 'output_channels': 3},
            {'type': 'max_pool', 'name': 'p', 'input': 'a.add1', 'kernel': [3, 1], 'stride': 1, 'pad': [1, 0]},
            {'type': 'add', 'name': 's', 'inputs': ['a', 'p']},
            {'type': 'concat', 'name': 'c', 'inputs': ['s', 'input', 'p']},
            {'type': 'ternary_convolution', 'name': 't', 'key': 'conv', 'output_channels': 5, 'kernel': 3,
             'pad': [0, 1, 2, 3], 'dilation': 2}
            """);
    assertEquals(List.of("a.prelu2", "p"), architecture.layers().get(7).inputs());
    assertEquals(new Shape(9, 8, 8), architecture.shapes().get("c"));
    assertEquals(
        new TernaryConvolution(
            "t",
            "c",
            "conv",
            5,
            new Window(3, 3, 1, 1, 0, 1, 2, 3, 2, 2),
            1,
            true,
            new Folds(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), 1e-5),
            Activations.TERNARY,
            Method.AUTO),
        architecture.layers().get(9));
  }

  private static final String TERNARY =
      "{'type': 'ternary_convolution', 'name': 't', 'output_channels': 2, 'kernel': 1, %s}";

  private static TernaryConvolution ternary(String field) throws ArchitectureException {
    Architecture architecture = withLayers(TERNARY.formatted(field));
    return (TernaryConvolution) architecture.layers().getFirst();
  }

  @ParameterizedTest
  @CsvSource({"ternary,TERNARY", "binary,BINARY", "sign,SIGN", "float,FLOAT"})
  void readsTheRuleOfActivations(String word, Activations expected) throws Exception {
    assertEquals(expected, ternary("'activations': '" + word + "'").activations());
  }

  @ParameterizedTest
  @CsvSource({
    "auto,AUTO",
    "sttn,STTN",
    "xnor,XNOR",
    "twn,TWN",
    "ttq,TTQ",
    "ternary,TERNARY",
  })
  void readsTheMethodOfALayer(String word, Method expected) throws Exception {
    assertEquals(expected, ternary("'method': '" + word + "'").method());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'activations': 'fp32'|field activations must be one of ternary, binary, sign, float",
        "'activations': 'SIGN'|field activations must be one of ternary, binary, sign, float",
        "'activations': 1|field activations must be a string that is not empty, not 1",
        "'method': 'bwn'|field method must be one of auto, sttn, xnor, twn, ttq, ternary",
        "'method': null|field method must be a string that is not empty, not null",
        "'activations': 'float', 'input_norm': 'bn'|field input_norm folds into the rule that makes"
            + " trits: make it a layer of type batch_norm",
      })
  void aWrongRuleOrMethodIsNamed(String field, String expected) {
    ArchitectureException e = assertThrows(ArchitectureException.class, () -> ternary(field));
    assertEquals("net.json: layer 1 (t): " + expected, e.getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'convolution', 'output_channels': 2, 'kernel': 1|'activations': 'sign'|activations",
        "'convolution', 'output_channels': 2, 'kernel': 1|'method': 'twn'|method",
        "'linear', 'outputs': 2|'method': 'twn'|method",
        "'sttn_block', 'output_channels': 3|'activations': 'ternary'|activations",
        "'sttn_block', 'output_channels': 3|'method': 'sttn'|method",
      })
  void onlyATernaryConvolutionHasRuleAndMethod(String type, String field, String name) {
    String layer = "{'name': 'l', 'type': %s, %s}".formatted(type, field);
    ArchitectureException e = assertThrows(ArchitectureException.class, () -> withLayers(layer));
    assertEquals("net.json: layer 1 (l): unknown field " + name, e.getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'type': 'relu', 'name': 'r', 'slope': 1}|layer 1 (r): unknown field slope",
        "{'type': 'rélu', 'name': 'r'}|layer 1 (r): field type 'rélu' is not a type of layer",
        "{'type': 'relu'}|layer 1: field name is missing",
        "{'type': 'linear', 'name': 'fc'}|layer 1 (fc): field outputs is missing",
        "{'type': 'linear', 'name': 'fc', 'outputs': 2.5}|layer 1 (fc): field outputs must be an"
            + " integer of at least 1, not 2.5",
        "{'type': 'linear', 'name': 'fc', 'outputs': 0}|layer 1 (fc): field outputs must be an"
            + " integer of at least 1, not 0",
        "{'type': 'linear', 'name': 'fc', 'outputs': 2, 'bias': 'no'}|layer 1 (fc): field bias must"
            + " be true or false, not \"no\"",
        "{'type': 'max_pool', 'name': 'p', 'kernel': [1,2,3]}|layer 1 (p): field kernel must have 1"
            + " or 2 numbers",
        "{'type': 'max_pool', 'name': 'p', 'kernel': 9}|layer p: a window that reaches over 9"
            + " pixels does not fit into 8 + 0 of padding",
        "{'type': 'relu', 'name': 'r', 'input': 'q'}|layer 1 (r): field input names 'q', which no"
            + " earlier layer produces",
        "{'type': 'relu', 'name': 'input'}|layer 1 (input): field name is taken",
        "{'type': 'relu', 'name': 'r'}, 7|layer 2: is not an object",
        "{'type': 'sttn_block', 'name': 'b', 'output_channels': 2}|layer b.pad1: cannot pad 3"
            + " channels to 2",
        "{'type': 'add', 'name': 'a', 'inputs': ['input']}|layer 1 (a): field inputs must name two"
            + " values"
      })
  void aWrongLayerIsNamed(String layers, String expected) {
    ArchitectureException e = assertThrows(ArchitectureException.class, () -> withLayers(layers));
    assertEquals("net.json: " + expected, e.getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{|line 1: Unexpected end-of-input",
        "[]|the document is not a JSON object",
        "{'name': 'n', 'name': 'm'}|line 1: Duplicate",
        "{'name': 'n', 'input': [1, 2], 'layers': []}|field input must have 3 numbers",
        "{'name': 'n', 'input': [1, 2, 2], 'layer': [], 'layers': [], 'x': 1}|unknown fields layer,"
            + " x",
        "{'name': 'n', 'input': [1, 2, 2], 'labels': ['a'], 'layers': [{'type': 'relu', 'name':"
            + " 'r'}]}|1 labels for 4 outputs",
        "{'name': 'n', 'input': [2, 2, 2], 'preprocessing': {'mean': [0], 'std': [1]}, 'layers':"
            + " [{'type': 'relu', 'name': 'r'}]}|mean and std of 1 channels for an input of 2",
        "{'name': 'n', 'input': [1, 2, 2], 'preprocessing': {'mean': [0], 'std': [0]}, 'layers':"
            + " []}|channel 0 has mean 0.0 and std 0.0"
      })
  void aWrongDocumentIsExplained(String json, String expected) {
    ArchitectureException e =
        assertThrows(ArchitectureException.class, () -> parse(json.replace('\'', '"')));
    assertTrue(e.getMessage().startsWith("net.json: " + expected), e.getMessage());
  }

  @Test
  void aFileThatIsMissingOrHugeIsRefused(@TempDir Path folder) throws Exception {
    Path missing = folder.resolve("none.json");
    assertThrows(ArchitectureException.class, () -> ArchitectureReader.read(missing));
    Path huge = Files.write(folder.resolve("huge.json"), new byte[(4 << 20) + 1]);
    assertThrows(ArchitectureException.class, () -> ArchitectureReader.read(huge));
  }
}
