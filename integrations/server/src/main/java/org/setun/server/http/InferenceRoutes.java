package org.setun.server.http;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
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
import org.setun.server.batch.Job;
import org.setun.server.input.InferenceReader;
import org.setun.server.input.InferenceReader.Inference;
import org.setun.server.input.Refusal;

/** The Open Inference Protocol (KServe v2), with binary tensor data. */
final class InferenceRoutes {
  static final String ROOT = "/v2";

  private static final String HEADER_LENGTH = "Inference-Header-Content-Length";

  /** A model that is not in a folder of versions has this one. */
  private static final String VERSION = "1";

  private final Model model;
  private final String name;
  private final int outputs;
  private final Intake intake;
  private final InferenceReader reader;

  InferenceRoutes(Model model, Intake intake) {
    this.model = model;
    this.name = model.info().architecture();
    this.outputs = model.network().outputShape().size();
    this.intake = intake;
    this.reader = new InferenceReader(model.network().inputShape());
  }

  void addTo(Routes routes, BooleanSupplier ready) {
    Answer server = Answer.json(200, InferenceRoutes::describeServer);
    routes.get(ROOT, request -> Optional.of(server));
    routes.open(
        ROOT + "/health/live",
        request -> Optional.of(Answer.json(200, json -> json.writeBooleanField("live", true))));
    routes.open(ROOT + "/health/ready", request -> Optional.of(ready(ready, false)));
    Answer description = Answer.json(200, this::describe);
    String path = ROOT + "/models/" + name;
    for (String each : List.of(path, path + "/versions/" + VERSION)) {
      routes.get(each, request -> Optional.of(description));
      routes.get(each + "/ready", request -> Optional.of(ready(ready, true)));
      routes.post(each + "/infer", this::infer);
    }
  }

  /** What the protocol wants said of a refusal. What it calls malformed is 400 to it. */
  static Answer error(Refusal refusal) {
    int status = refusal.status() == 422 ? 400 : refusal.status();
    Answer answer =
        Answer.json(status, json -> json.writeStringField("error", refusal.getMessage()));
    return new Answer(
        status, answer.type(), answer.body(), refusal.header(), refusal.headerValue());
  }

  private Answer ready(BooleanSupplier ready, boolean named) {
    boolean now = ready.getAsBoolean();
    return Answer.json(
        now ? 200 : 503,
        json -> {
          if (named) {
            json.writeStringField("name", name);
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

  private void describe(JsonGenerator json) throws IOException {
    json.writeStringField("name", name);
    json.writeArrayFieldStart("versions");
    json.writeString(VERSION);
    json.writeEndArray();
    json.writeStringField("platform", "setun");
    Shape input = model.network().inputShape();
    tensor(
        json, "inputs", InferenceReader.INPUT, -1, input.channels(), input.height(), input.width());
    tensor(json, "outputs", InferenceReader.OUTPUT, -1, outputs);
    json.writeObjectFieldStart("parameters");
    json.writeStringField("method", model.info().method());
    json.writeStringField("source", model.info().source().file());
    try {
      json.writeStringField("sha256", model.info().source().sha256());
    } catch (UncheckedIOException e) {
      // The checkpoint has been replaced since it was read: the hash of the new one would be wrong.
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
    Intake.requireUncompressed(request);
    int header = headerLength(request);
    AtomicReference<Inference> read = new AtomicReference<>();
    return intake
        .run(
            request,
            body -> {
              read.set(reader.read(body, header < 0 ? body.length : header));
              return read.get().inputs();
            },
            (logits, from) -> Arrays.copyOfRange(logits, from, from + outputs))
        .map(result -> answer(read.get(), result));
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

  private Answer answer(Inference inference, Job.Result<float[]> result) {
    List<float[]> rows = result.outputs();
    Answer json =
        Answer.json(
            200,
            out -> {
              out.writeStringField("model_name", name);
              out.writeStringField("model_version", VERSION);
              if (inference.id() != null) {
                out.writeStringField("id", inference.id());
              }
              out.writeArrayFieldStart("outputs");
              out.writeStartObject();
              out.writeStringField("name", InferenceReader.OUTPUT);
              out.writeStringField("datatype", "FP32");
              out.writeFieldName("shape");
              out.writeArray(new int[] {rows.size(), outputs}, 0, 2);
              if (inference.binary()) {
                out.writeObjectFieldStart("parameters");
                out.writeNumberField(
                    "binary_data_size", (long) Float.BYTES * rows.size() * outputs);
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

  private Answer withBinary(Answer json, List<float[]> rows) {
    ByteBuffer values =
        ByteBuffer.allocate(Float.BYTES * rows.size() * outputs).order(ByteOrder.LITTLE_ENDIAN);
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
