package org.setun.server.http;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.setun.loader.Model;
import org.setun.loader.Prediction;
import org.setun.server.ServerOptions;
import org.setun.server.batch.Batcher;
import org.setun.server.batch.Job;
import org.setun.server.input.ImageDecoder;
import org.setun.server.input.Inputs;
import org.setun.server.input.Refusal;
import org.setun.server.input.TensorReader;

/** {@code POST /v1/classify}: from a body to predictions. */
final class ClassifyRoute {
  /** {@code image/jpg} is no registered type, and many programs send it. */
  private static final Set<String> IMAGES = Set.of("image/png", "image/jpeg", "image/jpg");

  private static final int DEFAULT_TOP = 5;

  private final Optional<ImageDecoder> images;
  private final TensorReader tensors;
  private final Batcher batcher;
  private final BodyReader bodies;
  private final MemoryBudget memory;
  private final Duration timeout;

  ClassifyRoute(Model model, Batcher batcher, ServerOptions options) {
    this.images = model.preprocessor().map(how -> new ImageDecoder(how, options.maxPixels()));
    this.tensors = new TensorReader(model.network().inputShape());
    this.batcher = batcher;
    this.bodies = new BodyReader(options.maxBody(), options.timeout());
    // The rest is for decoded images and for what the collector has not got to yet.
    this.memory =
        new MemoryBudget(Math.max(options.maxBody(), Runtime.getRuntime().maxMemory() / 4));
    this.timeout = options.timeout();
  }

  /**
   * Answers a request.
   *
   * @return the answer; empty if the client is gone
   * @throws Refusal if it is not served
   * @throws IOException if the body breaks off
   */
  Optional<Answer> answer(Request request) throws Refusal, IOException {
    try (MemoryBudget.Lease lease = memory.lease()) {
      int top = top(request);
      Decoder decoder = decoder(request);
      if (!batcher.isWarm()) {
        throw new Refusal(503, "the server is warming up").with("Retry-After", "1");
      }
      if (batcher.isFull()) {
        throw full();
      }
      byte[] body = bodies.read(request, lease);
      if (body.length == 0) {
        throw new Refusal(400, "the body is empty");
      }
      Job job = new Job(() -> decoder.decode(body), top, ClientEndPoint.of(request)::isGone);
      if (!batcher.offer(job)) {
        throw full();
      }
      return await(job).map(ClassifyRoute::json);
    } catch (Refusal e) {
      bodies.discard(request);
      throw e;
    }
  }

  private interface Decoder {
    Inputs decode(byte[] body) throws Refusal;
  }

  private Decoder decoder(Request request) throws Refusal {
    HttpField encoding = request.getHeaders().getField(HttpHeader.CONTENT_ENCODING);
    if (encoding != null && !"identity".equalsIgnoreCase(encoding.getValue())) {
      throw new Refusal(415, "a body must not be compressed").with("Accept-Encoding", "identity");
    }
    String type = String.valueOf(request.getHeaders().get(HttpHeader.CONTENT_TYPE));
    String bare = type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    if (bare.equals("application/json")) {
      return tensors::read;
    }
    if (IMAGES.contains(bare)) {
      return images.orElseThrow(
              () -> unsupported("the model reads tensors, not images", "application/json"))
          ::decode;
    }
    throw unsupported(
        "a body must be image/png, image/jpeg or application/json",
        images.isPresent() ? "image/png, image/jpeg, application/json" : "application/json");
  }

  private static Refusal unsupported(String detail, String accepted) {
    return new Refusal(415, detail).with("Accept", accepted);
  }

  private static Refusal full() {
    return new Refusal(429, "too many requests are waiting").with("Retry-After", "1");
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

  private Optional<Job.Result> await(Job job) throws Refusal {
    CompletableFuture<Job.Result> result = job.result();
    try {
      return Optional.of(result.get(timeout.toNanos(), TimeUnit.NANOSECONDS));
    } catch (CancellationException e) {
      return Optional.empty();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Refusal refusal) {
        throw refusal;
      }
      throw new IllegalStateException("a request could not be run", e.getCause());
    } catch (TimeoutException e) {
      result.cancel(false);
      throw new Refusal(503, "no answer within " + timeout.toMillis() + " ms")
          .with("Retry-After", "1");
    } catch (InterruptedException e) {
      result.cancel(false);
      Thread.currentThread().interrupt();
      throw new Refusal(503, "the server is stopping");
    }
  }

  private static Answer json(Job.Result result) {
    return Answer.json(
        200,
        json -> {
          if (!result.several()) {
            write(json, result.predictions().getFirst());
            return;
          }
          json.writeArrayFieldStart("results");
          for (List<Prediction> predictions : result.predictions()) {
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
