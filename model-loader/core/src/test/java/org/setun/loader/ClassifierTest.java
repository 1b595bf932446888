// SPDX-License-Identifier: Apache-2.0
package org.setun.loader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.setun.kernels.Network;
import org.setun.loader.data.IdxFile;
import org.setun.loader.image.ImageException;
import org.setun.loader.image.PixelImage;

class ClassifierTest {
  private static final Path TESTDATA = Path.of(System.getProperty("setun.testdata"));
  private static final Path CHECKPOINT = TESTDATA.resolve("fmnist/checkpoint.pth.tar");
  private static final int TOP = 3;

  private static Model model;
  private static PixelImage boot;

  /** The boot's classes by way of the plainest method. */
  private static List<Prediction> expected;

  @TempDir Path folder;

  @BeforeAll
  static void load() throws Exception {
    model = Model.load(CHECKPOINT);
    IdxFile images = IdxFile.read(TESTDATA.resolve("fashion-mnist/t10k-images-idx3-ubyte.gz"));
    boot = new PixelImage(28, 28, 1, Arrays.copyOf(images.data(), 28 * 28));
    expected = model.classifier().classify(boot, TOP);
    assertEquals("Ankle boot", expected.getFirst().label());
  }

  private static BufferedImage buffered(int type) {
    BufferedImage image = new BufferedImage(28, 28, type);
    for (int i = 0; i < 28 * 28; i++) {
      int grey = boot.samples()[i] & 0xFF;
      if (type == BufferedImage.TYPE_BYTE_GRAY) {
        image.getRaster().setSample(i % 28, i / 28, 0, grey);
      } else {
        image.setRGB(i % 28, i / 28, 0xFF000000 | grey * 0x010101);
      }
    }
    return image;
  }

  @Test
  void everyFormOfAnImage() throws Exception {
    Path file = folder.resolve("boot.png");
    ImageIO.write(buffered(BufferedImage.TYPE_BYTE_GRAY), "png", file.toFile());
    byte[] encoded = Files.readAllBytes(file);
    Classifier classifier = model.classifier();
    assertEquals(expected, classifier.classify(file, TOP));
    assertEquals(expected, classifier.classify(encoded, TOP));
    assertEquals(expected, classifier.classify(new ByteArrayInputStream(encoded), TOP));
    for (int type :
        List.of(
            BufferedImage.TYPE_BYTE_GRAY,
            BufferedImage.TYPE_3BYTE_BGR,
            BufferedImage.TYPE_4BYTE_ABGR_PRE,
            BufferedImage.TYPE_INT_ARGB)) {
      assertEquals(expected, classifier.classify(buffered(type), TOP), "type " + type);
    }
    assertEquals(List.of(expected, expected), classifier.classify(List.of(boot, boot), TOP));
    assertEquals(List.of(), classifier.classify(List.<PixelImage>of(), TOP));
  }

  @Test
  void everyFormOfATensor() {
    int size = model.network().inputShape().size();
    float[] batch = new float[2 * size];
    model.requirePreprocessor().apply(boot, batch, 0);
    model.requirePreprocessor().apply(boot, batch, size);
    List<List<Prediction>> twice = List.of(expected, expected);
    Classifier classifier = model.classifier();
    assertEquals(twice, classifier.classifyTensors(batch, 2, TOP));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment native2 = arena.allocateFrom(ValueLayout.JAVA_FLOAT, batch);
      assertEquals(twice, classifier.classifyTensors(native2, 2, TOP));
    }
    float[] logits = new float[1 + expected.size() + 10];
    System.arraycopy(model.network().session().run(Arrays.copyOf(batch, size)), 0, logits, 4, 10);
    assertEquals(expected, model.top(logits, 4, TOP));
  }

  @Test
  void probabilitiesOfAllClasses() throws Exception {
    List<Prediction> all = model.classifier().classify(boot, 99);
    assertEquals(10, all.size());
    assertEquals(expected, all.subList(0, TOP));
    assertEquals(1, all.stream().mapToDouble(Prediction::probability).sum(), 1e-12);
  }

  @Test
  void whatDoesNotFitIsRefused() {
    Classifier classifier = model.classifier();
    assertThrows(IllegalArgumentException.class, () -> classifier.classify(boot, 0));
    assertThrows(IllegalArgumentException.class, () -> model.top(new float[10], 0, -1));
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> classifier.classifyTensors(new float[1000], 2_000_000, 1))
            .getMessage();
    assertEquals("1000 values for a batch of 2000000 inputs of 1x32x32", message);
    ImageException e =
        assertThrows(ImageException.class, () -> classifier.classify(new byte[] {1, 2}, 1));
    assertEquals("image: neither a PNG nor a JPEG image", e.getMessage());
  }

  /** As in PyTorch, whose argmax and topk take NaN for the largest value. */
  @Test
  void notANumberComesFirst() {
    float[] logits = {1, Float.NaN, 5, 0, 0, 0, 0, 0, 0, 0};
    List<Prediction> predictions = model.top(logits, 0, 2);
    assertEquals(List.of(1, 2), predictions.stream().map(Prediction::index).toList());
    predictions.forEach(prediction -> assertTrue(Double.isNaN(prediction.probability())));
    assertEquals(1, Ranking.best(logits, 0, 10));
    assertEquals(0, Ranking.best(new float[] {2, 2, 2}, 0, 3), "the first of equal ones");
  }

  /** A call shares nothing with others but the session, which serves one thread at a time. */
  @Test
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void twoThreadsGetTheirResultsOrAnError() throws Exception {
    Classifier classifier = model.classifier();
    List<PixelImage> images = List.of(boot, new PixelImage(28, 28, 1, new byte[28 * 28]), boot);
    List<List<Prediction>> all = classifier.classify(images, TOP);
    assertEquals(expected, all.getFirst());
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      List<Callable<Void>> calls = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        List<PixelImage> mine = images.subList(i % 2, i % 2 + 2);
        List<List<Prediction>> wanted = all.subList(i % 2, i % 2 + 2);
        calls.add(
            () -> {
              try {
                assertEquals(wanted, classifier.classify(mine, TOP));
              } catch (IllegalStateException e) {
                assertTrue(e.getMessage().startsWith("the session is in use by another thread"));
              }
              return null;
            });
      }
      for (Future<Void> call : threads.invokeAll(calls)) {
        call.get();
      }
    }
    assertEquals(expected, classifier.classify(boot, TOP), "usable again");
  }

  @Test
  void networksAreLoadedByTheirOwnModuleToo() throws Exception {
    Network network = Network.load(CHECKPOINT);
    assertEquals("checkpoint.pth.tar", network.name());
    float[] input = new float[network.inputShape().size()];
    model.requirePreprocessor().apply(boot, input, 0);
    assertEquals(expected, model.top(network.session().run(input), 0, TOP));
    Path none = folder.resolve("none.setun");
    String message = assertThrows(java.io.IOException.class, () -> Network.load(none)).getMessage();
    assertEquals(none + ": no such file", message);
  }
}
