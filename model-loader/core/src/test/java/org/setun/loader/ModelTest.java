// SPDX-License-Identifier: Apache-2.0
package org.setun.loader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.setun.kernels.Layer;
import org.setun.kernels.NetworkGraph;
import org.setun.kernels.Shape;
import org.setun.loader.image.PixelImage;
import org.setun.loader.model.PackedModel;
import org.setun.loader.model.Source;

class ModelTest {
  private static final Path FMNIST = Path.of(System.getProperty("setun.testdata"), "fmnist");

  @Test
  void keepsWhatIsKnownAndLetsTheWeightsGo() throws Exception {
    PackedModel packed = Model.read(FMNIST.resolve("checkpoint.pth.tar"), LoadOptions.DEFAULT);
    ModelInfo expected =
        new ModelInfo(
            packed.architecture(),
            packed.method(),
            packed.source(),
            packed.preprocessing(),
            packed.labels());
    List<WeakReference<Object>> weights =
        packed.graph().layers().stream()
            .filter(Layer.TernaryConvolution.class::isInstance)
            .<WeakReference<Object>>map(
                layer -> new WeakReference<>(((Layer.TernaryConvolution) layer).kernel()))
            .toList();
    assertFalse(weights.isEmpty());
    Model model = Model.of(packed);
    packed = null;
    for (int i = 0; i < 100 && weights.stream().anyMatch(w -> !w.refersTo(null)); i++) {
      System.gc();
      Thread.sleep(10);
    }
    assertTrue(weights.stream().allMatch(w -> w.refersTo(null)), "kernels are still in memory");
    assertEquals(expected, model.info());
    assertEquals("Ankle boot", model.info().label(9));
    assertEquals("sttn-fmnist", model.network().name());
  }

  @Test
  void aModelWithoutPreprocessingReadsTensorsOnly() {
    NetworkGraph graph =
        new NetworkGraph(
            new Shape(2, 1, 1),
            List.of(new Layer.Linear("fc", "input", 2, new float[] {0, 1, 1, 0}, new float[2])));
    Model model =
        Model.of(
            new PackedModel(
                "plain",
                "sttn",
                new Source("plain.pt", 1, "00".repeat(32)),
                Optional.empty(),
                List.of(),
                graph));
    assertTrue(model.preprocessor().isEmpty());
    Classifier classifier = model.classifier();
    List<Prediction> top = classifier.classifyTensors(new float[] {3, 7}, 1, 1).getFirst();
    assertEquals(List.of("0"), top.stream().map(Prediction::label).toList());
    assertEquals(7, top.getFirst().logit());
    PixelImage image = new PixelImage(1, 1, 1, new byte[1]);
    String message =
        assertThrows(IllegalStateException.class, () -> classifier.classify(image, 1)).getMessage();
    assertEquals(
        "the model plain does not say how images become inputs; it reads tensors", message);
  }
}
