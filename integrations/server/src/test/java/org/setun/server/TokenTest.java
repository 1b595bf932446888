package org.setun.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.Arrays;
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
