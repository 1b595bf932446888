// SPDX-License-Identifier: Apache-2.0
package org.setun.djl;

import ai.djl.modality.Classifications;
import ai.djl.modality.cv.Image;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import org.setun.loader.Model;
import org.setun.loader.Prediction;
import org.setun.loader.image.ImageFile;
import org.setun.loader.image.ImagePreprocessor;
import org.setun.loader.image.PixelImage;

/** Images, prepared as the model says, to the probabilities of all its classes. */
final class ImageTranslator implements Translator<Image, Classifications> {
  private final Model model;
  private final ImagePreprocessor preprocessor;

  /**
   * For a model.
   *
   * @throws IllegalStateException if it does not say how images become inputs
   */
  ImageTranslator(Model model) {
    this.model = model;
    this.preprocessor = model.requirePreprocessor();
  }

  @Override
  public NDList processInput(TranslatorContext context, Image image) throws IOException {
    return batchProcessInput(context, List.of(image));
  }

  @Override
  public Classifications processOutput(TranslatorContext context, NDList list) {
    return batchProcessOutput(context, list).getFirst();
  }

  @Override
  public NDList batchProcessInput(TranslatorContext context, List<Image> images)
      throws IOException {
    org.setun.kernels.Shape input = model.network().inputShape();
    float[] values = new float[Math.multiplyExact(images.size(), input.size())];
    for (int i = 0; i < images.size(); i++) {
      preprocessor.apply(pixels(images.get(i)), values, i * input.size());
    }
    Shape shape = new Shape(images.size(), input.channels(), input.height(), input.width());
    return new NDList(context.getNDManager().create(FloatBuffer.wrap(values), shape));
  }

  /** DJL has images of several libraries; all can write themselves as PNG, which loses nothing. */
  private static PixelImage pixels(Image image) throws IOException {
    if (image.getWrappedImage() instanceof BufferedImage buffered) {
      return ImageFile.of(buffered);
    }
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    image.save(png, "png");
    return ImageFile.read(png.toByteArray(), "an image of " + image.getClass().getName());
  }

  @Override
  public List<Classifications> batchProcessOutput(TranslatorContext context, NDList list) {
    NDArray array = list.head();
    float[] logits = array.toFloatArray();
    int batch = Math.toIntExact(array.getShape().get(0));
    int classes = logits.length / batch;
    List<Classifications> results = new ArrayList<>(batch);
    for (int i = 0; i < batch; i++) {
      List<Prediction> predictions = model.top(logits, i * classes, classes);
      results.add(
          new Classifications(
              predictions.stream().map(Prediction::label).toList(),
              predictions.stream().map(Prediction::probability).toList()));
    }
    return results;
  }
}
