// SPDX-License-Identifier: Apache-2.0
package org.setun.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import org.setun.loader.Evaluation;
import org.setun.loader.Model;
import org.setun.loader.data.IdxException;
import org.setun.loader.data.IdxFile;

/** Labelled images, and how well a model does on them. */
record ImageSet(Path imageFile, Path labelFile) {

  /** Classifies all images and prints kernels, speed and, last, accuracy. */
  void evaluate(Model model, int threads, PrintWriter out) throws IdxException {
    IdxFile images = IdxFile.read(imageFile);
    IdxFile labels = IdxFile.read(labelFile);
    out.println("kernels     " + model.network().kernels().implementation());
    long start = System.nanoTime();
    int[] predictions;
    try (Progress progress = Progress.start("classify", images.count())) {
      predictions = Evaluation.predict(model, images, threads, progress::advance);
    } catch (IllegalArgumentException e) {
      throw new IdxException(imageFile, e.getMessage(), e);
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    int correct;
    try {
      correct = Evaluation.countCorrect(predictions, labels);
    } catch (IllegalArgumentException e) {
      throw new IdxException(labelFile, e.getMessage(), e);
    }
    out.println(
        Units.format(
            "speed       %s images/s on %s (%.2f s, preprocessing included)",
            Units.count(predictions.length / seconds),
            threads == 1 ? "1 thread" : threads + " threads",
            seconds));
    out.println(
        Units.format(
            "accuracy %.2f %% (%d/%d)",
            100.0 * correct / predictions.length, correct, predictions.length));
  }
}
