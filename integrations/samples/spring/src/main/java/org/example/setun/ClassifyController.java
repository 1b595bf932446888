// SPDX-License-Identifier: Apache-2.0
package org.example.setun;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.setun.kernels.SessionPool;
import org.setun.loader.Model;
import org.setun.loader.Prediction;
import org.setun.loader.image.ImageException;
import org.setun.loader.image.ImageFile;
import org.setun.loader.image.ImagePreprocessor;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Classifies an image that is the body of a request. */
@RestController
class ClassifyController {
  private final Model model;
  private final ImagePreprocessor preprocessor;
  private final SessionPool pool;
  private final SetunProperties properties;
  private final Timer runs;

  ClassifyController(
      Model model, SessionPool pool, SetunProperties properties, MeterRegistry registry) {
    this.model = model;
    this.preprocessor = model.requirePreprocessor();
    this.pool = pool;
    this.properties = properties;
    this.runs = registry.timer("setun.runs");
  }

  /** Decodes before it takes a session, so that sessions compute all the time. */
  @PostMapping(
      path = "/classify",
      consumes = {MediaType.IMAGE_PNG_VALUE, MediaType.IMAGE_JPEG_VALUE})
  List<Prediction> classify(@RequestBody byte[] image, @RequestParam(defaultValue = "5") int top)
      throws Exception {
    float[] input = new float[model.network().inputShape().size()];
    preprocessor.apply(ImageFile.read(image, "image"), input, 0);
    float[] logits =
        pool.run(properties.timeout(), session -> runs.record(() -> session.run(input).clone()));
    int classes = logits.length;
    return model.top(logits, 0, Math.clamp(top, 1, classes));
  }

  @ExceptionHandler
  ProblemDetail unreadable(ImageException e) {
    return ProblemDetail.forStatusAndDetail(HttpStatus.UNPROCESSABLE_ENTITY, e.getMessage());
  }

  @ExceptionHandler
  ProblemDetail busy(TimeoutException e) {
    return ProblemDetail.forStatusAndDetail(HttpStatus.SERVICE_UNAVAILABLE, e.getMessage());
  }
}
