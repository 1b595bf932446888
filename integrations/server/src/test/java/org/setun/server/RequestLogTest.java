// SPDX-License-Identifier: Apache-2.0
package org.setun.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The line that each request leaves. */
@Timeout(180)
final class RequestLogTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

  @Test
  void eachRequestLeavesALine() throws Exception {
    TestOptions options = new TestOptions();
    options.log = lines::add;
    try (TestServer server = TestServer.start(options)) {
      String input = "{\"input\":" + Arrays.toString(new float[1024]) + "}";
      HttpResponse<String> answer = server.classify(input);
      JsonNode line = JSON.readTree(lines.take());
      assertEquals("POST", line.get("method").asText());
      assertEquals("/v1/classify", line.get("path").asText());
      assertEquals(200, line.get("status").asInt());
      assertEquals(id(answer), line.get("id").asText());
      assertFalse(line.has("traceparent"));
      double parts = 0;
      for (String part : new String[] {"queue_ms", "decode_ms", "run_ms"}) {
        assertTrue(line.get(part).asDouble() > 0, part);
        parts += line.get(part).asDouble();
      }
      assertTrue(line.get("ms").asDouble() >= parts, line::toString);

      answer =
          server.send(
              "/nothing?secret=1",
              r -> r.header("X-Request-Id", "a-7").header("traceparent", TRACE));
      line = JSON.readTree(lines.take());
      assertEquals("a-7", id(answer));
      assertEquals("a-7", line.get("id").asText());
      assertEquals(TRACE, line.get("traceparent").asText());
      assertEquals("/nothing", line.get("path").asText());
      assertEquals(404, line.get("status").asInt());
      assertFalse(line.has("run_ms"));
    }
  }

  /** What a client makes up must not forge a line, nor be as long as it likes. */
  @Test
  void unsoundIdentifiersAreReplaced() throws Exception {
    TestOptions options = new TestOptions();
    options.log = lines::add;
    try (TestServer server = TestServer.start(options)) {
      for (String unsound : new String[] {"", "a b", "\"}", "x".repeat(129)}) {
        HttpResponse<String> answer =
            server.send(
                "/health", r -> r.header("X-Request-Id", unsound).header("traceparent", unsound));
        JsonNode line = JSON.readTree(lines.take());
        assertEquals(36, line.get("id").asText().length());
        assertEquals(id(answer), line.get("id").asText());
        assertFalse(line.has("traceparent"));
      }
    }
  }

  private static String id(HttpResponse<String> answer) {
    return answer.headers().firstValue("X-Request-Id").orElseThrow();
  }
}
