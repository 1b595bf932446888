// SPDX-License-Identifier: Apache-2.0
package org.setun.loader;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.setun.kernels.Kernels;
import org.setun.kernels.Session;
import org.setun.kernels.Shape;
import org.setun.loader.checkpoint.Checkpoint;
import org.setun.loader.checkpoint.StateDict;
import org.setun.loader.data.IdxFile;
import org.setun.loader.image.ImagePreprocessor;
import org.setun.loader.image.PixelImage;
import org.setun.loader.model.ModelFile;
import org.setun.loader.model.ModelWriter;
import org.setun.loader.model.PackedModel;

/** From checkpoints to PyTorch's outputs. */
@Tag("end-to-end")
class EndToEndTest {
  private static final Path TESTDATA = Path.of(System.getProperty("setun.testdata"));
  private static final Path FMNIST = TESTDATA.resolve("fmnist");
  private static final Path RESNET18 =
      Path.of(System.getProperty("setun.shared"), "checkpoints/resnet18-random");

  /** Both run everywhere; where there is no Vector API, BEST is scalar too and says so. */
  private enum Implementation {
    BEST(Kernels::best),
    SCALAR(Kernels::scalar);

    private final Supplier<Kernels> kernels;

    Implementation(Supplier<Kernels> kernels) {
      this.kernels = kernels;
    }
  }

  private static ByteBuffer npy(String name, int count, int bytes) throws Exception {
    ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(FMNIST.resolve(name)));
    int length = count * bytes;
    return file.slice(file.capacity() - length, length).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static IdxFile testImages() throws Exception {
    return IdxFile.read(TESTDATA.resolve("fashion-mnist/t10k-images-idx3-ubyte.gz"));
  }

  @ParameterizedTest
  @EnumSource
  void predictsAsPyTorchDoes(Implementation implementation) throws Exception {
    Model model =
        Model.of(
            Model.convert(FMNIST.resolve("checkpoint.pth.tar"), LoadOptions.DEFAULT),
            implementation.kernels.get());
    int[] predictions = Evaluation.predict(model, testImages(), 2, done -> {});

    ByteBuffer reference = npy("predictions-10000.npy", 10_000, 1);
    int different = 0;
    for (int i = 0; i < predictions.length; i++) {
      different += predictions[i] == reference.get(i) ? 0 : 1;
    }
    assertTrue(different <= 3, different + " of 10000 predictions differ");
    IdxFile labels = IdxFile.read(TESTDATA.resolve("fashion-mnist/t10k-labels-idx1-ubyte.gz"));
    assertEquals(9259, Evaluation.countCorrect(predictions, labels), different);
  }

  @ParameterizedTest
  @EnumSource
  void givesPyTorchsLogits(Implementation implementation) throws Exception {
    PackedModel packed = Model.convert(FMNIST.resolve("checkpoint.pth.tar"), LoadOptions.DEFAULT);
    Model model = Model.of(packed, implementation.kernels.get());
    Shape shape = model.network().inputShape();
    ImagePreprocessor preprocessor =
        new ImagePreprocessor(packed.preprocessing().orElseThrow(), shape);
    byte[] pixels = testImages().data();
    float[] input = new float[256 * shape.size()];
    for (int i = 0; i < 256; i++) {
      byte[] image = Arrays.copyOfRange(pixels, 784 * i, 784 * (i + 1));
      preprocessor.apply(new PixelImage(28, 28, 1, image), input, i * shape.size());
    }
    float[] logits = new float[256 * 10];
    model.network().session().run(input, logits, 256);

    ByteBuffer reference = npy("logits-first256.npy", 2560, Float.BYTES);
    int close = 0;
    for (int i = 0; i < 256; i++) {
      float worst = 0;
      for (int k = 10 * i; k < 10 * (i + 1); k++) {
        worst = Math.max(worst, Math.abs(logits[k] - reference.getFloat(Float.BYTES * k)));
      }
      close += worst <= 1e-3 ? 1 : 0;
    }
    assertTrue(close >= 250, "only " + close + " of 256 images have the reference's logits");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "checkpoint-legacy.pth.tar",
        "state_dict.pt",
        "state_dict.safetensors",
        "state_dict.npz"
      })
  void everyFileFormGivesTheSameModel(String file, @TempDir Path folder) throws Exception {
    Path expected = folder.resolve("expected.setun");
    Path actual = folder.resolve("actual.setun");
    PackedModel reference =
        Model.convert(FMNIST.resolve("checkpoint.pth.tar"), LoadOptions.DEFAULT);
    PackedModel model = Model.convert(FMNIST.resolve(file), LoadOptions.DEFAULT);
    ModelWriter.write(reference, expected);
    ModelWriter.write(
        new PackedModel(
            model.architecture(),
            model.method(),
            reference.source(),
            model.preprocessing(),
            model.labels(),
            model.graph()),
        actual);
    assertEquals(-1, Files.mismatch(expected, actual));
  }

  @ParameterizedTest
  @EnumSource
  void resnet18GivesPyTorchsTraceAndLogits(Implementation implementation, @TempDir Path folder)
      throws Exception {
    assumeTrue(Files.exists(RESNET18), RESNET18 + " is absent: ResNet-18 is not run");
    Path packed = folder.resolve("resnet18.setun");
    ModelWriter.write(
        Model.convert(RESNET18.resolve("model_best.pth.tar"), LoadOptions.DEFAULT), packed);
    Model model = Model.of(ModelFile.read(packed), implementation.kernels.get());
    Session session = model.network().session();
    try (Checkpoint io = Checkpoint.open(RESNET18.resolve("io.safetensors"));
        Checkpoint trace = Checkpoint.open(RESNET18.resolve("trace-image0.safetensors"))) {
      float[] images = io.stateDict().tensor("input").toFloats();
      float[] logits = new float[4 * 1000];
      session.run(images, logits, 4);
      assertArrayEquals(io.stateDict().tensor("logits").toFloats(), logits, 5e-3f);

      int[] compared = {0};
      session.trace(
          images,
          (name, shape, nhwc) -> compared[0] += compare(trace.stateDict(), name, shape, nhwc));
      assertEquals(trace.stateDict().size(), compared[0]);
    }
  }

  /** Compares a block's output with the trace; 1 if the trace has it. */
  private static int compare(StateDict trace, String name, Shape shape, float[] nhwc) {
    String key = name.replace(".prelu2", "");
    if (!trace.contains(key)) {
      return 0;
    }
    try {
      float[] expected = trace.tensor(key).toFloats();
      for (int i = 0; i < expected.length; i++) {
        int pixel = i % shape.pixels();
        float actual = nhwc[pixel * shape.channels() + i / shape.pixels()];
        assertEquals(expected[i], actual, 5e-3f, key + " at " + i);
      }
      return 1;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
