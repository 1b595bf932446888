// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.setun.loader.arch.Architecture;
import org.setun.loader.arch.ArchitectureReader;
import org.setun.loader.arch.BuiltInArchitectures;
import org.setun.loader.checkpoint.Checkpoint;
import org.setun.loader.convert.LayerMethods;
import org.setun.loader.data.IdxFile;
import org.setun.loader.image.ImagePreprocessor;
import org.setun.loader.image.PixelImage;
import org.setun.loader.layer.Value;
import org.setun.loader.method.MethodOptions;

/** The plain reference against PyTorch's own outputs. */
class ReferenceNetworkTest {
  private static final Path TESTDATA = Path.of(System.getProperty("setun.testdata"));
  private static final Path RESNET18 =
      Path.of(System.getProperty("setun.shared"), "checkpoints/resnet18-random");

  @Test
  void givesPyTorchsLogitsOfFashionMnist() throws Exception {
    Path fmnist = TESTDATA.resolve("fmnist");
    Architecture architecture = ArchitectureReader.read(fmnist.resolve("architecture.json"));
    IdxFile images = IdxFile.read(TESTDATA.resolve("fashion-mnist/t10k-images-idx3-ubyte.gz"));
    ByteBuffer npy = ByteBuffer.wrap(Files.readAllBytes(fmnist.resolve("logits-first256.npy")));
    int logits = npy.capacity() - 256 * 10 * Float.BYTES;
    ImagePreprocessor preprocessor =
        new ImagePreprocessor(
            architecture.preprocessing().orElseThrow(), architecture.inputShape());
    int different = 0;
    try (Checkpoint checkpoint = Checkpoint.open(fmnist.resolve("state_dict.safetensors"))) {
      ReferenceNetwork network = reference(checkpoint, architecture);
      for (int i = 0; i < 32; i++) {
        byte[] pixels = Arrays.copyOfRange(images.data(), i * 784, (i + 1) * 784);
        float[] input = new float[architecture.inputShape().size()];
        preprocessor.apply(new PixelImage(28, 28, 1, pixels), input, 0);
        float[] actual = network.run(input).get("fc").data();
        float[] expected = new float[10];
        npy.slice(logits + i * 40, 40).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(expected);
        different += maxDifference(expected, actual) > 1e-3 ? 1 : 0;
      }
    }
    // Of PyTorch's own fp32 and fp64 runs about 2 in 1,000 differ: a trit at its threshold.
    assertTrue(different <= 1, different + " of 32 images differ");
  }

  @Test
  void givesPyTorchsTraceOfResnet18() throws Exception {
    assumeTrue(Files.exists(RESNET18), RESNET18 + " is absent: ResNet-18 is not traced");
    try (Checkpoint checkpoint = Checkpoint.open(RESNET18.resolve("model_best.pth.tar"));
        Checkpoint io = Checkpoint.open(RESNET18.resolve("io.safetensors"));
        Checkpoint trace = Checkpoint.open(RESNET18.resolve("trace-image0.safetensors"))) {
      ReferenceNetwork network = reference(checkpoint, BuiltInArchitectures.get("resnet18"));
      float[] image = Arrays.copyOf(io.stateDict().tensor("input").toFloats(), 3 * 224 * 224);
      Map<String, Value> values = network.run(image);
      for (String name : trace.stateDict().names()) {
        String value = values.containsKey(name) ? name : name + ".prelu2";
        assertArrayEquals(
            trace.stateDict().tensor(name).toFloats(), values.get(value).data(), 5e-3f, name);
      }
      float[] logits = Arrays.copyOf(io.stateDict().tensor("logits").toFloats(), 1000);
      assertArrayEquals(logits, values.get("fc").data(), 5e-3f);
    }
  }

  private static ReferenceNetwork reference(Checkpoint checkpoint, Architecture architecture)
      throws Exception {
    LayerMethods methods =
        LayerMethods.find(
            checkpoint.path(), architecture, checkpoint.stateDict(), MethodOptions.DEFAULT);
    return new ReferenceNetwork(architecture, checkpoint.stateDict(), methods);
  }

  private static double maxDifference(float[] a, float[] b) {
    double max = 0;
    for (int i = 0; i < a.length; i++) {
      max = Math.max(max, Math.abs(a[i] - b[i]));
    }
    return max;
  }
}
