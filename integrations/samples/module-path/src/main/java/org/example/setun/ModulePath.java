// SPDX-License-Identifier: Apache-2.0
package org.example.setun;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.setun.kernels.Network;
import org.setun.loader.Classifier;
import org.setun.loader.Model;
import org.setun.loader.Prediction;

/** One classifier per thread, as in a batch job. Arguments: a model and an image. */
final class ModulePath {
  private static final int IMAGES_PER_THREAD = 50;

  private ModulePath() {}

  public static void main(String[] args) throws Exception {
    Path file = Path.of(args[0]);
    Path image = Path.of(args[1]);
    Model model = Model.load(file);
    System.out.println("kernels  " + model.network().kernels().implementation());

    List<Future<Prediction>> answers = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      for (int i = 0; i < 4; i++) {
        answers.add(threads.submit(() -> classify(model.classifier(), image)));
      }
    }
    for (Future<Prediction> answer : answers) {
      Prediction best = answer.get();
      System.out.printf("%s  %s  %.1f %%%n", image, best.label(), 100 * best.probability());
    }

    // Without images and labels a network is enough, and the kernels' module finds the loader's.
    Network network = Network.load(file);
    float[] logits = network.session().run(new float[network.inputShape().size()]);
    System.out.println(network.name() + "  " + logits.length + " classes");
  }

  private static Prediction classify(Classifier classifier, Path image) throws Exception {
    for (int i = 1; i < IMAGES_PER_THREAD; i++) {
      classifier.classify(image, 1);
    }
    return classifier.classify(image, 1).getFirst();
  }
}
