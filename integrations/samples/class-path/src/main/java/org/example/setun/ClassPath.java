// SPDX-License-Identifier: Apache-2.0
package org.example.setun;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.setun.kernels.Session;
import org.setun.kernels.SessionPool;
import org.setun.loader.Model;
import org.setun.loader.Prediction;
import org.setun.loader.image.ImageFile;
import org.setun.loader.image.ImagePreprocessor;

/**
 * Many requests share few sessions, as in a server, and leave metrics behind. Arguments: a model
 * and an image.
 */
final class ClassPath {
  private static final int REQUESTS = 100;

  private final Model model;
  private final ImagePreprocessor preprocessor;
  private final SessionPool pool;
  private final Timer requests;

  private ClassPath(Model model, MeterRegistry registry) {
    this.model = model;
    this.preprocessor = model.requirePreprocessor();
    this.pool = model.network().pool(Runtime.getRuntime().availableProcessors());
    this.requests = registry.timer("setun.requests");
    Gauge.builder("setun.sessions.free", pool, SessionPool::available).register(registry);
    Gauge.builder("setun.sessions.waiting", pool, SessionPool::waiting).register(registry);
  }

  public static void main(String[] args) throws Exception {
    MeterRegistry registry = new SimpleMeterRegistry();
    ClassPath server = new ClassPath(Model.load(Path.of(args[0])), registry);
    System.out.println("kernels  " + server.model.network().kernels().implementation());
    System.out.println("warm-up  " + server.pool.run(Session::warmUp).toMillis() + " ms");

    Path image = Path.of(args[1]);
    List<Future<Prediction>> answers = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < REQUESTS; i++) {
        answers.add(
            threads.submit(() -> server.requests.recordCallable(() -> server.answer(image))));
      }
    }
    Prediction first = answers.getFirst().get();
    for (Future<Prediction> answer : answers) {
      if (!answer.get().equals(first)) {
        throw new IllegalStateException(answer.get() + " and " + first + " for one image");
      }
    }
    System.out.printf("%s  %s  %.1f %%%n", image, first.label(), 100 * first.probability());
    for (Meter meter : registry.getMeters()) {
      meter.measure().forEach(m -> System.out.println(meter.getId().getName() + "  " + m));
    }
  }

  /** Decodes without a session, so that sessions are busy with nothing but the network. */
  private Prediction answer(Path image) throws Exception {
    float[] input = new float[model.network().inputShape().size()];
    preprocessor.apply(ImageFile.read(image), input, 0);
    float[] logits = pool.run(session -> session.run(input));
    return model.top(logits, 0, 1).getFirst();
  }
}
