// SPDX-License-Identifier: Apache-2.0
package org.setun.server.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.eclipse.jetty.server.Request;
import org.setun.server.batch.Job;

/**
 * A line of JSON for each request. It names the request by the header {@code X-Request-Id}, or by
 * an identifier made here, which the answer carries too; a {@code traceparent} (W3C Trace Context)
 * is written down as it came. Nothing of a body is.
 */
final class RequestLog {
  static final String ID = "X-Request-Id";

  private static final String TIMES = RequestLog.class.getName();
  private static final String TRACE = "traceparent";
  private static final Pattern SOUND_ID = Pattern.compile("[A-Za-z0-9._:/+=-]{1,128}");
  private static final Pattern SOUND_TRACE = Pattern.compile("[0-9a-f-]{55,256}");
  private static final double MILLIS = 1e6;
  private static final JsonFactory JSON = new JsonFactory();

  private final Consumer<String> lines;

  /**
   * Writes lines to {@code lines}.
   *
   * @param lines takes a line without its end; may be called by several threads
   */
  RequestLog(Consumer<String> lines) {
    this.lines = lines;
  }

  /** Keeps what a request's job took until the request is logged. */
  static void keep(Request request, Job.Times times) {
    request.setAttribute(TIMES, times);
  }

  /** The request's own identifier, or a new one where it has none or an unsound one. */
  static String id(Request request) {
    String given = request.getHeaders().get(ID);
    return given != null && SOUND_ID.matcher(given).matches()
        ? given
        : UUID.randomUUID().toString();
  }

  /**
   * Writes a line.
   *
   * @param request the request
   * @param id its identifier
   * @param status the answer's status; empty if the client was gone
   * @param nanos what all of it took
   */
  void write(Request request, String id, Optional<Integer> status, long nanos) {
    StringWriter line = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(line)) {
      json.writeStartObject();
      json.writeStringField("time", Instant.now().toString());
      json.writeStringField("id", id);
      String trace = request.getHeaders().get(TRACE);
      if (trace != null && SOUND_TRACE.matcher(trace).matches()) {
        json.writeStringField(TRACE, trace);
      }
      json.writeStringField("method", request.getMethod());
      json.writeStringField("path", request.getHttpURI().getCanonicalPath());
      if (status.isPresent()) {
        json.writeNumberField("status", status.get());
      } else {
        json.writeBooleanField("gone", true);
      }
      json.writeNumberField("ms", nanos / MILLIS);
      if (request.getAttribute(TIMES) instanceof Job.Times times) {
        json.writeNumberField("queue_ms", times.queue() / MILLIS);
        json.writeNumberField("decode_ms", times.decode() / MILLIS);
        json.writeNumberField("run_ms", times.run() / MILLIS);
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // memory takes all
    }
    lines.accept(line.toString());
  }
}
