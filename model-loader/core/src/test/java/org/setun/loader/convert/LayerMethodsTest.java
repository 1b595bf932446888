// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.convert;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.setun.kernels.Network;
import org.setun.loader.LoadOptions;
import org.setun.loader.Model;
import org.setun.loader.arch.Architecture;
import org.setun.loader.arch.ArchitectureReader;
import org.setun.loader.checkpoint.Checkpoint;
import org.setun.loader.method.Method;
import org.setun.loader.method.MethodOptions;
import org.setun.loader.model.ModelExport;
import org.setun.loader.model.ModelFile;
import org.setun.loader.model.ModelWriter;
import org.setun.loader.model.PackedModel;
import org.setun.loader.reference.ReferenceNetwork;

/** Which method tensors show, and networks of each method against the plain reference. */
class LayerMethodsTest {
  @TempDir Path folder;

  private static Architecture architecture(String activations, String more) throws Exception {
    String layer =
        "{'type': 'ternary_convolution', 'name': '%s', 'output_channels': %d, 'kernel': 3,"
            + " 'pad': 1, 'activations': '%s', 'output_norm': '%s.bn'%s}";
    String json =
        "{'name': 'two', 'input': [3, 6, 6], 'layers': ["
            + layer.formatted("a", 5, activations, "a", more)
            + ","
            + layer.formatted("b", 4, activations, "b", "")
            + "]}";
    return ArchitectureReader.parse("two.json", json.replace('\'', '"').getBytes(UTF_8));
  }

  /** The tensors of both layers, the kernels in the form that is asked for. */
  private static TestCheckpoint tensors(String form) {
    TestCheckpoint tensors = new TestCheckpoint();
    layer(tensors, "a", 5, 3, form);
    layer(tensors, "b", 4, 5, form);
    return tensors;
  }

  private static void layer(TestCheckpoint tensors, String key, int out, int in, String form) {
    for (String name : new String[] {"weight", "bias", "running_mean", "running_var"}) {
      float[] values = tensors.add(key + ".bn." + name, out);
      for (int i = 0; name.equals("running_var") && i < out; i++) {
        values[i] = Math.abs(values[i]) + 0.5f;
      }
    }
    for (String suffix : form.equals("pair") ? new String[] {"_1", "_2"} : new String[] {""}) {
      float[] kernel = tensors.add(key + suffix + ".weight", out, in, 3, 3);
      tensors.add(key + suffix + ".bias", out);
      for (int i = 0; i < kernel.length; i++) {
        int trit = Math.floorMod(i * 7 + i / 5, 3) - 1;
        switch (form) {
          case "one" -> kernel[i] = 0.5f * trit;
          case "two" -> kernel[i] = trit * (trit > 0 ? 1.25f : 0.75f);
          case "channel" -> kernel[i] = trit * (1 + i / (in * 9));
          default -> {}
        }
      }
    }
    if (form.equals("trained")) {
      tensors.add(key + ".wp", 1)[0] = 1.5f;
      tensors.add(key + ".wn", 1)[0] = 0.5f;
    }
  }

  private static MethodOptions method(String name) {
    return MethodOptions.DEFAULT.with(Method.valueOf(name));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "pair    | AUTO    | sttn (2 pairs of latent kernels)",
        "one     | AUTO    | ternary (2 ternary kernels with one scale)",
        "channel | AUTO    | ternary (2 ternary kernels with one scale a channel)",
        "two     | AUTO    | ttq (2 ternary kernels with two scales)",
        "trained | AUTO    | ttq (2 latent kernels with two scales)",
        "latent  | XNOR    | xnor (2 latent kernels)",
        "latent  | TWN     | twn (2 latent kernels)",
        "one     | TTQ     | ttq (2 ternary kernels with one scale)",
        "channel | STTN    | sttn (2 ternary kernels with one scale a channel)",
      })
  void runsAsTheReferenceDoesAndComesBack(String form, String method, String summary)
      throws Exception {
    for (String activations : new String[] {"ternary", "binary", "sign", "float"}) {
      Architecture architecture = architecture(activations, "");
      PackedModel model;
      float[] image = new float[3 * 6 * 6];
      Random random = new Random(11);
      for (int i = 0; i < image.length; i++) {
        image[i] = (float) random.nextGaussian();
      }
      float[] expected;
      try (Checkpoint checkpoint = tensors(form).open(folder)) {
        model = Converter.convert(checkpoint, architecture, method(method));
        LayerMethods methods =
            LayerMethods.find(
                checkpoint.path(), architecture, checkpoint.stateDict(), method(method));
        expected =
            new ReferenceNetwork(architecture, checkpoint.stateDict(), methods)
                .run(image)
                .get("b")
                .data();
      }
      assertEquals(summary, model.method());
      float[] actual = Network.compile(model.graph()).session().run(image);
      float largest = 0;
      for (float value : expected) {
        largest = Math.max(largest, Math.abs(value));
      }
      assertArrayEquals(expected, actual, 1e-5f * Math.max(1, largest), activations);

      assertComesBack(model);
    }
  }

  /** Through a packed model and an exported one; equal files mean models equal to the bit. */
  private void assertComesBack(PackedModel model) throws Exception {
    Path before = folder.resolve("before.setun");
    Path exported = folder.resolve("export.safetensors");
    Path after = folder.resolve("after.setun");
    ModelWriter.write(model, before);
    ModelExport.write(ModelFile.read(before), exported);
    ModelWriter.write(Model.convert(exported, LoadOptions.DEFAULT), after);
    assertEquals(-1, Files.mismatch(before, after));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "latent  | AUTO    | a.weight holds latents between",
        "latent  | AUTO    | and so do 1 more layers",
        "latent  | AUTO    | --method xnor or --method twn",
        "latent  | TERNARY | a.weight: value",
        "latent  | TTQ     | a.weight holds latents between",
        "pair    | TWN     | a_1.weight and a_2.weight are a latent pair, which the method twn",
        "trained | XNOR    | a.weight has the scales a.wp and a.wn, which the method xnor",
        "two     | TWN     | a.weight holds only -0.7500, 0, 1.250",
        "one     | XNOR    | a.weight holds only -0.5000, 0, 0.5000",
      })
  void whatDoesNotFitIsNamed(String form, String method, String part) throws Exception {
    Architecture architecture = architecture("ternary", "");
    try (Checkpoint checkpoint = tensors(form).open(folder)) {
      ConversionException e =
          assertThrows(
              ConversionException.class,
              () -> Converter.convert(checkpoint, architecture, method(method)));
      assertTrue(e.getMessage().contains(part), e.getMessage());
    }
  }

  @Test
  void theArchitectureMayNameAMethodForALayer() throws Exception {
    Architecture architecture = architecture("float", ", 'method': 'twn'");
    TestCheckpoint tensors = tensors("two");
    tensors.add("a.weight", 5, 3, 3, 3);
    try (Checkpoint checkpoint = tensors.open(folder)) {
      assertEquals(
          "twn (1 latent kernel: a), ttq (1 ternary kernel with two scales: b)",
          Converter.convert(checkpoint, architecture, MethodOptions.DEFAULT).method());
      ConversionException e =
          assertThrows(
              ConversionException.class,
              () -> Converter.convert(checkpoint, architecture, method("TTQ")));
      assertTrue(e.getMessage().contains("architecture says method twn, the options ttq"));
    }
  }
}
