// SPDX-License-Identifier: Apache-2.0
package org.setun.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that wants a token. */
@Timeout(180)
final class TokenTest {
  private static final String INPUT = "{\"input\":" + Arrays.toString(new float[1024]) + "}";

  private static TestServer server;

  @BeforeAll
  static void start() throws Exception {
    TestOptions options = new TestOptions();
    options.token = "s3cret";
    server = TestServer.start(options);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static HttpResponse<String> classify(String authorization) throws Exception {
    return server.send(
        "/v1/classify",
        r ->
            r.header("Content-Type", "application/json")
                .header("Authorization", authorization)
                .POST(BodyPublishers.ofString(INPUT)));
  }

  @Test
  void theTokenLetsIn() throws Exception {
    assertEquals(200, classify("Bearer s3cret").statusCode());
  }

  @ParameterizedTest
  @ValueSource(strings = {"Bearer s3cre", "Bearer s3crets", "bearer", "s3cret"})
  void anotherDoesNot(String authorization) throws Exception {
    HttpResponse<String> answer = classify(authorization);
    assertEquals(401, answer.statusCode());
    assertEquals("Bearer", answer.headers().firstValue("WWW-Authenticate").orElseThrow());
    assertTrue(answer.body().contains("token"), answer.body());
  }

  /** Requests behind a proxy share a connection, and Jetty remembers what headers it had. */
  @Test
  void aConnectionThatHadTheTokenStillWantsItToTheLetter() throws Exception {
    assertEquals(
        List.of("200", "401", "401", "200"),
        onOneConnection("Bearer s3cret", "Bearer S3CRET", "bearer s3cret", "Bearer s3cret"));
    assertEquals(List.of("401", "200"), onOneConnection("Bearer S3CRET", "Bearer s3cret"));
  }

  /** Sends requests with a body, each when the one before has been answered; their statuses. */
  private static List<String> onOneConnection(String... authorizations) throws Exception {
    List<String> statuses = new ArrayList<>();
    try (Socket socket = server.connect()) {
      InputStream in = socket.getInputStream();
      for (String authorization : authorizations) {
        socket
            .getOutputStream()
            .write(
                ("POST /v1/classify HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                        + "Authorization: "
                        + authorization
                        + "\r\nContent-Length: "
                        + INPUT.length()
                        + "\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
        Thread.sleep(20); // so that a refusal comes before the body does
        socket.getOutputStream().write(INPUT.getBytes(StandardCharsets.US_ASCII));
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
          int next = in.read();
          assertTrue(next >= 0, () -> "closed after " + statuses);
          head.append((char) next);
        }
        in.readNBytes(
            Integer.parseInt(head.toString().replaceAll("(?s).*Content-Length: (\\d+).*", "$1")));
        statuses.add(head.substring("HTTP/1.1 ".length(), "HTTP/1.1 200".length()));
      }
    }
    return statuses;
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1/model", "/metrics", "/v2", "/v2/models/sttn-fmnist", "/nothing"})
  void whatIsNotOpenWantsIt(String path) throws Exception {
    assertEquals(401, server.get(path).statusCode());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/health", "/ready", "/v2/health/live", "/v2/health/ready", "/", "/openapi.json"})
  void healthAndThePageAreOpen(String path) throws Exception {
    assertEquals(200, server.get(path).statusCode());
  }

  @Test
  void aTokenIsOfVisibleCharacters() {
    TestOptions options = new TestOptions();
    for (String wrong : new String[] {"", "a b", "\u00e9"}) {
      options.token = wrong;
      assertThrows(IllegalArgumentException.class, options::build);
    }
  }
}
