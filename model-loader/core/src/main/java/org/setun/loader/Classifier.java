// SPDX-License-Identifier: Apache-2.0
package org.setun.loader;

import java.awt.image.BufferedImage;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.setun.kernels.Session;
import org.setun.loader.image.ImageException;
import org.setun.loader.image.ImageFile;
import org.setun.loader.image.ImagePreprocessor;
import org.setun.loader.image.PixelImage;

/**
 * Classifies images with a {@link Model}. Owns a {@link Session}, whose memory lies on the heap:
 * nothing has to be closed. Each thread has its own; where two threads run the network of one at
 * once, the second gets the session's {@link IllegalStateException}.
 *
 * <p>Encoded images, PNG or JPEG, are decoded by ImageIO and resized as PIL does it, to the bit; of
 * a JPEG, samples may differ from PIL's decoder by 2 of 255 in colour. {@link ImageFile#read(Path)}
 * says what is ignored and what is refused.
 *
 * <p>Every method that takes an image throws {@link IllegalStateException} if the model has no
 * preprocessing, and {@link IllegalArgumentException} if {@code top} is below 1. If a logit is NaN,
 * which needs an input or a weight that is not finite, that class comes first and all probabilities
 * are NaN.
 *
 * @since 0.1
 */
public final class Classifier {
  /** What messages call an image that has no file name. */
  private static final String UNNAMED = "image";

  private final Model model;
  private final Session session;

  Classifier(Model model) {
    this.model = model;
    this.session = model.network().session();
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
    return classify(ImageFile.read(file), file.toString(), top);
  }

  /**
   * Classifies a PNG or JPEG image.
   *
   * @param encoded the content of a file
   * @param top how many classes to name, at least 1
   * @return the likeliest classes, the best first
   * @throws ImageException if the image cannot be decoded or is too small
   */
  public List<Prediction> classify(byte[] encoded, int top) throws ImageException {
    Objects.requireNonNull(encoded, "encoded");
    return classify(ImageFile.read(encoded, UNNAMED), UNNAMED, top);
  }

  /**
   * Classifies a PNG or JPEG image.
   *
   * @param encoded the content of a file; not closed
   * @param top how many classes to name, at least 1
   * @return the likeliest classes, the best first
   * @throws ImageException if the image cannot be read, decoded or is too small
   */
  public List<Prediction> classify(InputStream encoded, int top) throws ImageException {
    return classify(ImageFile.read(encoded, UNNAMED), UNNAMED, top);
  }

  private List<Prediction> classify(PixelImage image, String name, int top) throws ImageException {
    checkTop(top);
    try {
      return classify(image, top);
    } catch (IllegalArgumentException e) {
      throw new ImageException(name, e.getMessage(), e);
    }
  }

  /**
   * Classifies an image.
   *
   * @param image the image, of any type
   * @param top how many classes to name, at least 1
   * @return the likeliest classes, the best first
   * @throws IllegalArgumentException if the image is too small
   */
  public List<Prediction> classify(BufferedImage image, int top) {
    return classify(ImageFile.of(image), top);
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
    Objects.requireNonNull(image, "image");
    return classify(List.of(image), top).getFirst();
  }

  /**
   * Classifies images.
   *
   * @param images the images
   * @param top how many classes to name, at least 1
   * @return for each image the likeliest classes, the best first
   * @throws IllegalArgumentException if an image is too small
   */
  public List<List<Prediction>> classify(List<PixelImage> images, int top) {
    Objects.requireNonNull(images, "images");
    checkTop(top);
    ImagePreprocessor preprocessor = model.requirePreprocessor();
    float[] input = new float[model.network().inputShape().size()];
    List<List<Prediction>> results = new ArrayList<>();
    for (PixelImage image : images) {
      preprocessor.apply(image, input, 0);
      results.add(model.top(session.run(input), 0, top));
    }
    return results;
  }

  /**
   * Classifies inputs that are preprocessed already.
   *
   * @param images N inputs, NCHW
   * @param batch N, at least 0
   * @param top how many classes to name, at least 1
   * @return for each input the likeliest classes, the best first
   * @throws IllegalArgumentException if the array is shorter than the batch needs
   */
  public List<List<Prediction>> classifyTensors(float[] images, int batch, int top) {
    Objects.requireNonNull(images, "images");
    return classifyTensors(MemorySegment.ofArray(images), batch, top);
  }

  /**
   * Classifies inputs that are preprocessed already.
   *
   * @param images N inputs, NCHW, floats in the machine's byte order, on the heap or off it
   * @param batch N, at least 0
   * @param top how many classes to name, at least 1
   * @return for each input the likeliest classes, the best first
   * @throws IllegalArgumentException if the segment is smaller than the batch needs
   */
  public List<List<Prediction>> classifyTensors(MemorySegment images, int batch, int top) {
    Objects.requireNonNull(images, "images");
    checkTop(top);
    // Before room is made for outputs.
    long values = images.byteSize() / Float.BYTES;
    if (batch < 0 || values < (long) batch * model.network().inputShape().size()) {
      throw new IllegalArgumentException(
          "%d values for a batch of %d inputs of %s"
              .formatted(values, batch, model.network().inputShape()));
    }
    int classes = model.network().outputShape().size();
    float[] logits = new float[Math.multiplyExact(batch, classes)];
    session.run(images, MemorySegment.ofArray(logits), batch);
    List<List<Prediction>> results = new ArrayList<>();
    for (int n = 0; n < batch; n++) {
      results.add(model.top(logits, n * classes, top));
    }
    return results;
  }

  private static void checkTop(int top) {
    if (top < 1) {
      throw new IllegalArgumentException("the best " + top + " classes");
    }
  }

  /** The model, for messages. */
  @Override
  public String toString() {
    return "Classifier of " + model;
  }
}
