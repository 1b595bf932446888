// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.setun.kernels.Layer.TritConvolution;
import org.setun.kernels.Network;
import org.setun.loader.LoadOptions;
import org.setun.loader.Model;
import org.setun.loader.data.IdxFile;
import org.setun.loader.model.PackedModel;

/** A network that others trained and published in QONNX: the classes of all digits. */
class QonnxNetworkTest {
  private static final Path FOLDER =
      Path.of(System.getProperty("setun.testdata")).resolve("qonnx-tfc");

  @Test
  void everyDigitHasTheClassOfTheDefinition() throws Exception {
    PackedModel model = Model.convert(FOLDER.resolve("TFC_2W2A.onnx"), LoadOptions.DEFAULT);
    long ternary =
        model.graph().layers().stream().filter(TritConvolution.class::isInstance).count();
    assertEquals(4, ternary, "fully connected layers on ternary kernels");

    IdxFile images = IdxFile.read(FOLDER.resolve("digits-images-idx3-ubyte.gz"));
    IdxFile labels = IdxFile.read(FOLDER.resolve("digits-labels-idx1-ubyte.gz"));
    int count = images.count();
    float[] input = new float[images.data().length];
    for (int i = 0; i < input.length; i++) {
      input[i] = (images.data()[i] & 0xFF) / 255f;
    }
    float[] logits = new float[10 * count];
    Network.compile(model.graph()).session().run(input, logits, count);
    byte[] classes = new byte[count];
    int right = 0;
    for (int i = 0; i < count; i++) {
      for (byte k = 1; k < 10; k++) {
        classes[i] = logits[10 * i + k] > logits[10 * i + classes[i]] ? k : classes[i];
      }
      right += classes[i] == labels.data()[i] ? 1 : 0;
    }
    byte[] file = Files.readAllBytes(FOLDER.resolve("TFC_2W2A-predictions.npy"));
    assertArrayEquals(Arrays.copyOfRange(file, file.length - count, file.length), classes);
    assertEquals(1947, right);
  }
}
