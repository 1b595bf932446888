package org.setun.loader;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.setun.kernels.Session;
import org.setun.loader.image.ImageException;
import org.setun.loader.image.ImageFile;
import org.setun.loader.image.ImagePreprocessor;
import org.setun.loader.image.PixelImage;
import org.setun.loader.model.PackedModel;

/** Classifies images with a {@link Model}. Not thread-safe: each thread has its own. */
public final class Classifier {
  private final PackedModel model;
  private final ImagePreprocessor preprocessor;
  private final Session session;
  private final float[] input;
  private final float[] logits;

  Classifier(Model model) {
    this.model = model.packed();
    this.preprocessor =
        new ImagePreprocessor(
            this.model
                .preprocessing()
                .orElseThrow(
                    () ->
                        new IllegalStateException(
                            "the model " + this.model.architecture() + " has no preprocessing")),
            model.network().inputShape());
    this.session = model.network().session();
    this.input = new float[model.network().inputShape().size()];
    this.logits = new float[model.network().outputShape().size()];
  }

  /**
   * Classifies a PNG or JPEG file.
   *
   * @param file the image
   * @param top how many classes to name, at least 1
   * @return the likeliest classes, the best first
   * @throws ImageException if the image cannot be read or is too small
   */
  public List<Prediction> classify(Path file, int top) throws ImageException {
    PixelImage image = ImageFile.read(file);
    try {
      return classify(image, top);
    } catch (IllegalArgumentException e) {
      throw new ImageException(file, e.getMessage(), e);
    }
  }

  /**
   * Classifies an image.
   *
   * @param image the image
   * @param top how many classes to name, at least 1
   * @return the likeliest classes, the best first
   * @throws IllegalArgumentException if the image is too small
   */
  public List<Prediction> classify(PixelImage image, int top) {
    preprocessor.apply(image, input, 0);
    session.run(input, logits, 1);
    double largest = logits[bestOf(logits, 0, logits.length)];
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp(logit - largest);
    }
    double total = sum;
    List<Prediction> predictions = new ArrayList<>();
    IntStream.range(0, logits.length)
        .boxed()
        .sorted((a, b) -> Float.compare(logits[b], logits[a]))
        .limit(top)
        .forEach(
            i ->
                predictions.add(
                    new Prediction(
                        i, model.label(i), logits[i], Math.exp(logits[i] - largest) / total)));
    return predictions;
  }

  /** Place of the largest of a row of logits; of equal ones the first, as PyTorch's argmax. */
  static int bestOf(float[] logits, int from, int count) {
    int best = 0;
    for (int i = 1; i < count; i++) {
      if (logits[from + i] > logits[from + best]) {
        best = i;
      }
    }
    return best;
  }
}
