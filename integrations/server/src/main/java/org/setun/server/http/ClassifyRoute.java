// SPDX-License-Identifier: Apache-2.0
package org.setun.server.http;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.setun.loader.Model;
import org.setun.loader.Prediction;
import org.setun.server.batch.Job;
import org.setun.server.input.Refusal;
import org.setun.server.models.Deployment;
import org.setun.server.models.Models;

/** {@code POST /v1/classify}: from a body to predictions. */
final class ClassifyRoute {
  /** {@code image/jpg} is no registered type, and many programs send it. */
  private static final Set<String> IMAGES = Set.of("image/png", "image/jpeg", "image/jpg");

  private static final int DEFAULT_TOP = 5;

  private final Models models;
  private final Intake intake;

  ClassifyRoute(Models models, Intake intake) {
    this.models = models;
    this.intake = intake;
  }

  /**
   * Answers a request.
   *
   * @return the answer; empty if the client is gone
   * @throws Refusal if it is not served
   * @throws IOException if the body breaks off
   */
  Optional<Answer> answer(Request request) throws Refusal, IOException {
    int top = top(request);
    try (Deployment used = used(models, request)) {
      Model model = used.model();
      return intake
          .run(
              request,
              used.batcher(),
              decoder(request, used),
              (outputs, from) -> model.top(outputs, from, top))
          .map(ClassifyRoute::json);
    }
  }

  /** The model that a request of {@code /v1} is about; the caller closes it. */
  static Deployment used(Models models, Request request) throws Refusal {
    String name = Request.extractQueryParameters(request).getValue("model");
    return name == null ? models.requireOnly() : models.require(name);
  }

  private static Intake.Decoder decoder(Request request, Deployment used) throws Refusal {
    String type = String.valueOf(request.getHeaders().get(HttpHeader.CONTENT_TYPE));
    String bare = type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    if (bare.equals("application/json")) {
      return used.tensors()::read;
    }
    if (IMAGES.contains(bare)) {
      return used.images()
              .orElseThrow(
                  () -> unsupported("the model reads tensors, not images", "application/json"))
          ::decode;
    }
    if (bare.equals(FormReader.TYPE) && used.images().isPresent()) {
      return new FormReader(type, used.images().get(), IMAGES)::read;
    }
    throw unsupported(
        "a body must be image/png, image/jpeg, multipart/form-data or application/json",
        used.images().isPresent()
            ? "image/png, image/jpeg, multipart/form-data, application/json"
            : "application/json");
  }

  private static Refusal unsupported(String detail, String accepted) {
    return new Refusal(415, detail).with("Accept", accepted);
  }

  private static int top(Request request) throws Refusal {
    String value = Request.extractQueryParameters(request).getValue("top");
    if (value == null) {
      return DEFAULT_TOP;
    }
    if (!value.matches("[0-9]{1,9}") || Integer.parseInt(value) < 1) {
      throw new Refusal(400, "top must be a number from 1 on");
    }
    return Integer.parseInt(value);
  }

  private static Answer json(Job.Result<List<Prediction>> result) {
    return Answer.json(
        200,
        json -> {
          if (!result.several()) {
            write(json, result.outputs().getFirst());
            return;
          }
          json.writeArrayFieldStart("results");
          for (List<Prediction> predictions : result.outputs()) {
            json.writeStartObject();
            write(json, predictions);
            json.writeEndObject();
          }
          json.writeEndArray();
        });
  }

  private static void write(JsonGenerator json, List<Prediction> predictions) throws IOException {
    json.writeArrayFieldStart("predictions");
    for (Prediction prediction : predictions) {
      json.writeStartObject();
      json.writeStringField("label", prediction.label());
      json.writeNumberField("index", prediction.index());
      json.writeNumberField("probability", (float) prediction.probability());
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}
