// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.convert;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.setun.kernels.Network;
import org.setun.loader.Model;
import org.setun.loader.arch.Architecture;
import org.setun.loader.arch.ArchitectureException;
import org.setun.loader.arch.ArchitectureReader;
import org.setun.loader.checkpoint.Checkpoint;
import org.setun.loader.layer.Value;
import org.setun.loader.method.Method;
import org.setun.loader.method.MethodOptions;
import org.setun.loader.model.ModelWriter;
import org.setun.loader.model.PackedModel;
import org.setun.loader.reference.ReferenceNetwork;
import org.setun.loader.reference.Verification;

/**
 * Every kind of layer of a description: converted, packed, run, and compared with its reference.
 */
class LayerKindsTest {
  @TempDir Path folder;

  private final TestCheckpoint tensors = new TestCheckpoint();

  private static Architecture architecture(String layers) throws ArchitectureException {
    String json = "{'name': 'kinds', 'input': [6, 7, 5], 'layers': [" + layers + "]}";
    return ArchitectureReader.parse("kinds.json", json.replace('\'', '"').getBytes(UTF_8));
  }

  private static final String SIGNS = ", 'activations': 'binary'";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'type': 'leaky_relu', 'name': 'l'}",
        "{'type': 'leaky_relu', 'name': 'l', 'slope': -0.5}",
        "{'type': 'relu6', 'name': 'l'}",
        "{'type': 'clamp', 'name': 'l'}",
        "{'type': 'clamp', 'name': 'l', 'low': -0.25, 'high': 0.75}",
        "{'type': 'sigmoid', 'name': 'l'}",
        "{'type': 'tanh', 'name': 'l'}",
        "{'type': 'silu', 'name': 'l'}",
        "{'type': 'hard_sigmoid', 'name': 'l'}",
        "{'type': 'hard_swish', 'name': 'l'}",
        "{'type': 'gelu', 'name': 'l'}",
        "{'type': 'gelu', 'name': 'l', 'tanh': true}",
        "{'type': 'elu', 'name': 'l', 'alpha': 1.5}",
        "{'type': 'softplus', 'name': 'l'}",
        "{'type': 'ternarize', 'name': 'l'}",
        "{'type': 'ternarize', 'name': 'l', 'activations': 'sign'}",
        "{'type': 'global_max_pool', 'name': 'l'}",
        "{'type': 'global_average_pool', 'name': 'l'}",
        "{'type': 'max_pool', 'name': 'l', 'kernel': 3, 'stride': 2, 'ceil': true}",
        "{'type': 'max_pool', 'name': 'l', 'kernel': 2, 'stride': 2, 'pad': 1, 'ceil': true}",
        "{'type': 'average_pool', 'name': 'l', 'kernel': 2, 'ceil': true}",
        "{'type': 'average_pool', 'name': 'l', 'kernel': 3, 'stride': 2, 'pad': 1}",
        "{'type': 'average_pool', 'name': 'l', 'kernel': 3, 'stride': 1, 'pad': 1,"
            + " 'count_padding': false}",
        "{'type': 'channel_shuffle', 'name': 'l', 'groups': 3}",
        "{'type': 'flatten', 'name': 'l'}",
        "{'type': 'local_response_normalization', 'name': 'l', 'size': 5, 'alpha': 0.5}",
        "{'type': 'local_response_normalization', 'name': 'l', 'size': 3, 'alpha': 1,"
            + " 'beta': 0.5, 'bias': 2}",
        "{'type': 'softmax', 'name': 'l'}",
        "{'type': 'multiply', 'name': 'l', 'inputs': ['input', 'input']}",
        "{'type': 'global_average_pool', 'name': 'p'},"
            + " {'type': 'multiply', 'name': 'l', 'inputs': ['input', 'p']}",
      })
  void withoutParameters(String layers) throws Exception {
    check(layers, Method.AUTO);
  }

  @ParameterizedTest
  @CsvSource({"false", "true"})
  void channelBias(boolean negative) throws Exception {
    tensors.add("b.bias", 1, 6, 1, 1);
    check("{'type': 'channel_bias', 'name': 'b', 'negative': " + negative + "}", Method.AUTO);
  }

  @ParameterizedTest
  @CsvSource({"1,4", "2,4", "3,6", "6,6", "6,12", "2,134"})
  void convolutionInGroups(int groups, int outputs) throws Exception {
    tensors.add("c.weight", outputs, 6 / groups, 3, 2);
    tensors.add("c.bias", outputs);
    check(
        "{'type': 'convolution', 'name': 'c', 'output_channels': %d, 'kernel': [3, 2], 'pad': 1,"
                .formatted(outputs)
            + " 'stride': [2, 1], 'groups': "
            + groups
            + "}",
        Method.AUTO);
  }

  @ParameterizedTest
  @CsvSource({"1,4,TWN", "2,4,XNOR", "3,6,STTN", "6,6,TWN", "6,12,STTN", "2,66,XNOR"})
  void ternaryConvolutionInGroups(int groups, int outputs, Method method) throws Exception {
    for (String twin : twins(method)) {
      tensors.add("c" + twin + ".weight", outputs, 6 / groups, 3, 3);
      tensors.add("c" + twin + ".bias", outputs);
    }
    tensors.addNorm("n", outputs);
    check(
        "{'type': 'ternary_convolution', 'name': 'c', 'output_channels': %d, 'kernel': 3, 'pad': 1,"
                .formatted(outputs)
            + " 'output_norm': 'n', 'groups': "
            + groups
            + SIGNS
            + "}",
        method);
  }

  /** As Bi-Real-Net and ReActNet have them: weights in one column, shifts around the rule. */
  @Test
  void weightsInAColumnAndShifts() throws Exception {
    tensors.add("c.weights", 5 * 6 * 3 * 3, 1);
    tensors.add("before.bias", 1, 6, 1, 1);
    tensors.add("after.bias", 1, 5, 1, 1);
    tensors.addNorm("n", 5);
    check(
        "{'type': 'ternary_convolution', 'name': 'c', 'output_channels': 5, 'kernel': 3, 'pad': 1,"
            + " 'bias': false, 'activations': 'sign', 'input_bias': 'before', 'output_norm': 'n',"
            + " 'output_bias': 'after'}",
        Method.XNOR);
  }

  private static String[] twins(Method method) {
    return method == Method.STTN ? new String[] {"_1", "_2"} : new String[] {""};
  }

  /** Over a picture, with a BatchNorm per feature; then over features; weights as nn.Linear has. */
  @ParameterizedTest
  @CsvSource({"STTN,ternary", "XNOR,sign", "TWN,float", "TTQ,binary"})
  void ternaryLinear(Method method, String activations) throws Exception {
    for (String twin : twins(method)) {
      tensors.add("a" + twin + ".weight", 67, 6 * 7 * 5);
      tensors.add("a" + twin + ".bias", 67);
      tensors.add("b" + twin + ".weight", 3, 67);
    }
    if (method == Method.TTQ) {
      for (String key : new String[] {"a.wp", "a.wn", "b.wp", "b.wn"}) {
        tensors.add(key, 1)[0] = key.endsWith("p") ? 1.5f : 0.5f;
      }
    }
    boolean rule = !activations.equals("float");
    if (rule) {
      tensors.addNorm("before", 6 * 7 * 5);
    }
    tensors.addNorm("after", 67);
    String linear =
        "{'type': 'ternary_linear', 'name': '%s', 'outputs': %d, 'activations': '%s'%s}";
    check(
        linear.formatted(
                "a",
                67,
                activations,
                ", 'output_norm': 'after'" + (rule ? ", 'input_norm': 'before'" : ""))
            + ","
            + linear.formatted("b", 3, activations, ", 'bias': false"),
        method);
  }

  /** Squeeze and excitation, behind a shuffled depthwise convolution. */
  @Test
  void severalTogether() throws Exception {
    tensors.add("d.weight", 6, 1, 3, 3);
    tensors.add("s.weight", 2, 6, 1, 1);
    tensors.add("s.bias", 2);
    tensors.add("e.weight", 6, 2, 1, 1);
    tensors.add("e.bias", 6);
    tensors.add("t.weight", 9, 6, 1, 1);
    check(
        """
        {'type': 'convolution', 'name': 'd', 'output_channels': 6, 'kernel': 3, 'pad': 1,
         'groups': 6, 'bias': false},
        {'type': 'channel_shuffle', 'name': 'h', 'groups': 2},
        {'type': 'global_average_pool', 'name': 'p'},
        {'type': 'convolution', 'name': 's', 'output_channels': 2, 'kernel': 1},
        {'type': 'relu', 'name': 'r'},
        {'type': 'convolution', 'name': 'e', 'output_channels': 6, 'kernel': 1},
        {'type': 'hard_sigmoid', 'name': 'g'},
        {'type': 'multiply', 'name': 'm', 'inputs': ['h', 'g']},
        {'type': 'ternary_convolution', 'name': 't', 'output_channels': 9, 'kernel': 1,
         'bias': false, 'activations': 'float'}
        """,
        Method.TWN);
  }

  private void check(String layers, Method method) throws Exception {
    Architecture architecture = architecture(layers);
    MethodOptions options = MethodOptions.DEFAULT.with(method);
    try (Checkpoint checkpoint = tensors.open(folder)) {
      PackedModel model = Converter.convert(checkpoint, architecture, options);
      Path packed = folder.resolve("kinds.setun");
      ModelWriter.write(model, packed);
      Network network = Model.load(packed).network();
      LayerMethods methods =
          LayerMethods.find(checkpoint.path(), architecture, checkpoint.stateDict(), options);
      ReferenceNetwork reference =
          new ReferenceNetwork(architecture, checkpoint.stateDict(), methods);
      Random random = new Random(7);
      for (int run = 0; run < 3; run++) {
        float[] image = new float[architecture.inputShape().size()];
        for (int i = 0; i < image.length; i++) {
          image[i] = (float) random.nextGaussian();
        }
        Map<String, Value> observed = new LinkedHashMap<>();
        network
            .session()
            .trace(image, (name, shape, nhwc) -> observed.put(name, Value.ofNhwc(shape, nhwc)));
        assertTrue(observed.containsKey(architecture.layers().getLast().name()));
        new Verification(architecture, reference)
            .compare(
                image,
                observed,
                result -> assertEquals(0, result.wrong(), result + " of " + layers));
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'type': 'convolution', 'output_channels': 4, 'kernel': 1, 'groups': 4|layer l: 4 groups do"
            + " not divide 6 input and 4 output channels",
        "'type': 'channel_shuffle', 'groups': 4|layer l: 4 groups do not divide 6 input and 6"
            + " output channels",
        "'type': 'multiply', 'inputs': ['input']|layer 1 (l): field inputs must name two values",
        "'type': 'clamp', 'low': 2|layer 1 (l): field low is above high",
        "'type': 'average_pool', 'kernel': 4, 'pad': 2, 'stride': 3, 'ceil': true|layer 1 (l):"
            + " field ceil adds pixels that must not count, and its padding does",
        "'type': 'ternarize', 'activations': 'float'|layer 1 (l): field activations must make"
            + " trits",
        "'type': 'local_response_normalization', 'size': 0|layer 1 (l): field size must be an"
            + " integer of at least 1, not 0",
        "'type': 'local_response_normalization', 'size': 4|layer 1 (l): field size must be odd:"
            + " PyTorch and ONNX differ in where an even window stands",
        "'type': 'leaky_relu', 'slope': 'x'|layer 1 (l): field slope must be a finite number",
      })
  void whatDoesNotFitIsNamed(String layer, String expected) {
    ArchitectureException e =
        assertThrows(
            ArchitectureException.class, () -> architecture("{'name': 'l', " + layer + "}"));
    assertEquals("kinds.json: " + expected, e.getMessage());
  }
}
