// SPDX-License-Identifier: Apache-2.0
package org.setun.loader;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import org.setun.kernels.Session;
import org.setun.kernels.Shape;
import org.setun.loader.data.IdxFile;
import org.setun.loader.image.ImagePreprocessor;
import org.setun.loader.image.PixelImage;

/**
 * Runs a model over a set of images.
 *
 * @since 0.1
 */
public final class Evaluation {
  /** Images that a session runs at a time: enough to share out evenly among threads. */
  private static final int BATCH = 32;

  private final Model model;
  private final ImagePreprocessor preprocessor;
  private final IdxFile images;
  private final int outputs;

  private Evaluation(Model model, IdxFile images) {
    if (images.dims().size() != 3) {
      throw new IllegalArgumentException(
          "images must be (count, rows, columns), these are " + images.dims());
    }
    this.model = model;
    this.images = images;
    this.outputs = model.network().outputShape().size();
    this.preprocessor = model.requirePreprocessor();
  }

  /**
   * Classifies grey images.
   *
   * @param model the model
   * @param images the images (count, rows, columns)
   * @param threads threads to use, at least 1; each has a session of its own
   * @param progress told, from any of the threads, how many more images are done
   * @return the likeliest class of every image
   * @throws IllegalArgumentException if the images do not fit the model
   * @throws IllegalStateException if the model does not say how images become inputs
   */
  public static int[] predict(Model model, IdxFile images, int threads, IntConsumer progress) {
    Objects.requireNonNull(model, "model");
    Objects.requireNonNull(images, "images");
    Objects.requireNonNull(progress, "progress");
    return new Evaluation(model, images).predict(threads, progress);
  }

  /**
   * Counts the predictions that are right.
   *
   * @param predictions one class per image
   * @param labels the true class of every image (count)
   * @return how many agree
   * @throws IllegalArgumentException if there are not as many labels as images
   */
  public static int countCorrect(int[] predictions, IdxFile labels) {
    Objects.requireNonNull(predictions, "predictions");
    Objects.requireNonNull(labels, "labels");
    if (labels.dims().size() != 1 || labels.count() != predictions.length) {
      throw new IllegalArgumentException(
          "labels of extents " + labels.dims() + " for " + predictions.length + " images");
    }
    int correct = 0;
    for (int i = 0; i < predictions.length; i++) {
      correct += predictions[i] == (labels.data()[i] & 0xFF) ? 1 : 0;
    }
    return correct;
  }

  private int[] predict(int threads, IntConsumer progress) {
    int[] predictions = new int[images.count()];
    AtomicInteger next = new AtomicInteger();
    try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
      List<Future<?>> workers = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        workers.add(executor.submit(() -> work(next, predictions, progress)));
      }
      for (Future<?> worker : workers) {
        worker.get();
      }
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case RuntimeException cause -> throw cause;
        case Error cause -> throw cause;
        case Throwable cause -> throw new IllegalStateException(cause);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while classifying", e);
    }
    return predictions;
  }

  /** Takes batches until none is left. */
  private void work(AtomicInteger next, int[] predictions, IntConsumer progress) {
    Shape shape = model.network().inputShape();
    Session session = model.network().session();
    float[] input = new float[BATCH * shape.size()];
    float[] logits = new float[BATCH * outputs];
    for (int from = next.getAndAdd(BATCH);
        from < predictions.length;
        from = next.getAndAdd(BATCH)) {
      int count = Math.min(BATCH, predictions.length - from);
      for (int i = 0; i < count; i++) {
        preprocessor.apply(image(from + i), input, i * shape.size());
      }
      session.run(input, logits, count);
      for (int i = 0; i < count; i++) {
        predictions[from + i] = Ranking.best(logits, i * outputs, outputs);
      }
      progress.accept(count);
    }
  }

  private PixelImage image(int index) {
    int height = images.dims().get(1);
    int width = images.dims().get(2);
    int from = index * height * width;
    return new PixelImage(
        width, height, 1, Arrays.copyOfRange(images.data(), from, from + height * width));
  }
}
