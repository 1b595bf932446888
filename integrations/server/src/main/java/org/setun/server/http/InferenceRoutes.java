// SPDX-License-Identifier: Apache-2.0
package org.setun.server.http;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.eclipse.jetty.server.Request;
import org.setun.kernels.Shape;
import org.setun.loader.Model;
import org.setun.server.input.InferenceReader;
import org.setun.server.input.InferenceReader.Inference;
import org.setun.server.input.Refusal;
import org.setun.server.models.Deployment;
import org.setun.server.models.Models;

/** The Open Inference Protocol (KServe v2), with binary tensor data. */
final class InferenceRoutes {
  static final String ROOT = "/v2";

  private static final String HEADER_LENGTH = "Inference-Header-Content-Length";

  private final Models models;
  private final Intake intake;
  private final BooleanSupplier ready;

  InferenceRoutes(Models models, Intake intake, BooleanSupplier ready) {
    this.models = models;
    this.intake = intake;
    this.ready = ready;
  }

  void addTo(Routes routes) {
    Answer server = Answer.json(200, InferenceRoutes::describeServer);
    routes.get(ROOT, request -> Optional.of(server));
    routes.open(
        ROOT + "/health/live",
        request -> Optional.of(Answer.json(200, json -> json.writeBooleanField("live", true))));
    routes.open(
        ROOT + "/health/ready",
        request -> Optional.of(ready(ready.getAsBoolean(), Optional.empty())));
    String path = ROOT + "/models/{name}";
    for (String each : List.of(path, path + "/versions/{version}")) {
      routes.get(each, this::describe);
      routes.get(each + "/ready", this::modelReady);
      routes.post(each + "/infer", this::infer);
    }
  }

  /** The model that a request's path names; the caller closes it. */
  private Deployment used(Request request) throws Refusal {
    String version = Routes.parameter(request, "version");
    Deployment used = models.require(Routes.parameter(request, "name"));
    if (version != null && !version.equals(used.version())) {
      used.close();
      throw new Refusal(
          404, used.name() + " has no version " + version + "; it has " + used.version());
    }
    return used;
  }

  /** What the protocol wants said of a refusal. What it calls malformed is 400 to it. */
  static Answer error(Refusal refusal) {
    int status = refusal.status() == 422 ? 400 : refusal.status();
    Answer answer =
        Answer.json(status, json -> json.writeStringField("error", refusal.getMessage()));
    return new Answer(
        status, answer.type(), answer.body(), refusal.header(), refusal.headerValue());
  }

  private Optional<Answer> modelReady(Request request) throws Refusal {
    try (Deployment used = used(request)) {
      boolean now = ready.getAsBoolean() && used.batcher().isWarm();
      return Optional.of(ready(now, Optional.of(used.name())));
    }
  }

  private static Answer ready(boolean now, Optional<String> name) {
    return Answer.json(
        now ? 200 : 503,
        json -> {
          if (name.isPresent()) {
            json.writeStringField("name", name.get());
          }
          json.writeBooleanField("ready", now);
        });
  }

  private static void describeServer(JsonGenerator json) throws IOException {
    json.writeStringField("name", "setun");
    json.writeStringField(
        "version",
        Optional.ofNullable(InferenceRoutes.class.getModule().getDescriptor())
            .flatMap(module -> module.rawVersion())
            .orElse("unknown"));
    json.writeArrayFieldStart("extensions");
    json.writeString("binary_tensor_data");
    json.writeEndArray();
  }

  private Optional<Answer> describe(Request request) throws Refusal {
    try (Deployment used = used(request)) {
      return Optional.of(Answer.json(200, json -> describe(used, json)));
    }
  }

  private static void describe(Deployment used, JsonGenerator json) throws IOException {
    Model model = used.model();
    json.writeStringField("name", used.name());
    json.writeArrayFieldStart("versions");
    json.writeString(used.version());
    json.writeEndArray();
    json.writeStringField("platform", "setun");
    Shape input = model.network().inputShape();
    tensor(
        json, "inputs", InferenceReader.INPUT, -1, input.channels(), input.height(), input.width());
    tensor(json, "outputs", InferenceReader.OUTPUT, -1, model.network().outputShape().size());
    json.writeObjectFieldStart("parameters");
    json.writeStringField("architecture", model.info().architecture());
    json.writeStringField("method", model.info().method());
    json.writeStringField("source", model.info().source().file());
    if (used.sha256().isPresent()) {
      json.writeStringField("sha256", used.sha256().get());
    }
    json.writeArrayFieldStart("labels");
    for (String label : model.info().labels()) {
      json.writeString(label);
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void tensor(JsonGenerator json, String field, String name, int... shape)
      throws IOException {
    json.writeArrayFieldStart(field);
    json.writeStartObject();
    json.writeStringField("name", name);
    json.writeStringField("datatype", "FP32");
    json.writeFieldName("shape");
    json.writeArray(shape, 0, shape.length);
    json.writeEndObject();
    json.writeEndArray();
  }

  private Optional<Answer> infer(Request request) throws Refusal, IOException {
    int header = headerLength(request);
    AtomicReference<Inference> read = new AtomicReference<>();
    try (Deployment used = used(request)) {
      int size = used.model().network().outputShape().size();
      return intake
          .run(
              request,
              used.batcher(),
              body -> {
                read.set(used.inferences().read(body, header < 0 ? body.length : header));
                return read.get().inputs();
              },
              (logits, from) -> Arrays.copyOfRange(logits, from, from + size))
          .map(result -> answer(used, read.get(), result.outputs()));
    }
  }

  private static int headerLength(Request request) throws Refusal {
    String value = request.getHeaders().get(HEADER_LENGTH);
    if (value == null) {
      return -1;
    }
    if (!value.matches("[0-9]{1,9}")) {
      throw new Refusal(400, HEADER_LENGTH + " must be a number of bytes");
    }
    return Integer.parseInt(value);
  }

  private static Answer answer(Deployment used, Inference inference, List<float[]> rows) {
    int size = rows.getFirst().length;
    Answer json =
        Answer.json(
            200,
            out -> {
              out.writeStringField("model_name", used.name());
              out.writeStringField("model_version", used.version());
              if (inference.id() != null) {
                out.writeStringField("id", inference.id());
              }
              out.writeArrayFieldStart("outputs");
              out.writeStartObject();
              out.writeStringField("name", InferenceReader.OUTPUT);
              out.writeStringField("datatype", "FP32");
              out.writeFieldName("shape");
              out.writeArray(new int[] {rows.size(), size}, 0, 2);
              if (inference.binary()) {
                out.writeObjectFieldStart("parameters");
                out.writeNumberField("binary_data_size", (long) Float.BYTES * rows.size() * size);
                out.writeEndObject();
              } else {
                out.writeArrayFieldStart("data");
                for (float[] row : rows) {
                  for (float logit : row) {
                    out.writeNumber(logit);
                  }
                }
                out.writeEndArray();
              }
              out.writeEndObject();
              out.writeEndArray();
            });
    return inference.binary() ? withBinary(json, rows) : json;
  }

  private static Answer withBinary(Answer json, List<float[]> rows) {
    int size = Float.BYTES * rows.size() * rows.getFirst().length;
    ByteBuffer values = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    FloatBuffer floats = values.asFloatBuffer();
    rows.forEach(floats::put);
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.writeBytes(json.body());
    body.writeBytes(values.array());
    return new Answer(
        200,
        "application/octet-stream",
        body.toByteArray(),
        HEADER_LENGTH,
        Integer.toString(json.body().length));
  }
}
