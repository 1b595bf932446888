// SPDX-License-Identifier: Apache-2.0
package org.setun.server.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.setun.server.input.Refusal;

/**
 * The answer to a request.
 *
 * @param status HTTP's status code
 * @param type media type of the body
 * @param body the body
 * @param header the name of a further header, or null
 * @param headerValue its value
 */
record Answer(int status, String type, byte[] body, String header, String headerValue) {
  private static final JsonFactory JSON = new JsonFactory();

  /** Bytes from which a body is compressed. A shorter one fits into a packet anyway. */
  private static final int WORTH_COMPRESSING = 1400;

  Answer(int status, String type, byte[] body) {
    this(status, type, body, null, null);
  }

  /** Writes a JSON document. */
  @FunctionalInterface
  interface JsonBody {
    void write(JsonGenerator json) throws IOException;
  }

  static Answer json(int status, JsonBody body) {
    return new Answer(status, "application/json", bytes(body));
  }

  /** A refusal as RFC 9457 wants it. */
  static Answer problem(Refusal refusal) {
    byte[] body =
        bytes(
            json -> {
              json.writeStringField("type", "about:blank");
              json.writeStringField("title", HttpStatus.getMessage(refusal.status()));
              json.writeNumberField("status", refusal.status());
              json.writeStringField("detail", refusal.getMessage());
            });
    return new Answer(
        refusal.status(),
        "application/problem+json",
        body,
        refusal.header(),
        refusal.headerValue());
  }

  void send(Response response, Callback callback) {
    boolean compressible = body.length >= WORTH_COMPRESSING && isText();
    byte[] body = this.body;
    if (compressible) {
      response.getHeaders().put(HttpHeader.VARY, HttpHeader.ACCEPT_ENCODING.asString());
      if (Gzip.isWanted(response.getRequest())) {
        body = Gzip.deflate(body);
        response.getHeaders().put(HttpHeader.CONTENT_ENCODING, Gzip.NAME);
      }
    }
    response.setStatus(status);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, type);
    response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
    response.getHeaders().put("X-Content-Type-Options", "nosniff");
    response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
    if (header != null) {
      response.getHeaders().put(header, headerValue);
    }
    response.write(true, ByteBuffer.wrap(body), callback);
  }

  private boolean isText() {
    return type.startsWith("text/") || type.contains("json");
  }

  private static byte[] bytes(JsonBody body) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      body.write(json);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // memory takes all
    }
    return bytes.toByteArray();
  }
}
