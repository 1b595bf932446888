// SPDX-License-Identifier: Apache-2.0
package org.setun.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The Open Inference Protocol: what kserve/open-inference-protocol's {@code inference_rest.md} says
 * of paths, fields, types and errors. That of binary tensor data is Triton's, from its
 * documentation; no other program's client has been tried.
 */
@Timeout(180)
final class InferenceProtocolTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Raised for a long run: 100,000 were sent once, none was answered by the server's failure. */
  private static final int MALFORMED = Integer.getInteger("setun.test.malformed", 3000);

  private static final String MODEL = "/v2/models/sttn-fmnist";

  private static TestServer server;

  @BeforeAll
  static void start() throws Exception {
    server = TestServer.start(new TestOptions());
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void serverAndModelAreDescribed() throws Exception {
    JsonNode about = JSON.readTree(server.get("/v2").body());
    assertEquals("setun", about.get("name").asText());
    assertTrue(about.get("version").isTextual());
    assertEquals("[\"binary_tensor_data\"]", about.get("extensions").toString());
    assertEquals("{\"live\":true}", server.get("/v2/health/live").body());
    assertEquals("{\"ready\":true}", server.get("/v2/health/ready").body());
    JsonNode model = JSON.readTree(server.get(MODEL).body());
    assertEquals("sttn-fmnist", model.get("name").asText());
    assertEquals(
        "[{\"name\":\"input\",\"datatype\":\"FP32\",\"shape\":[-1,1,32,32]}]",
        model.get("inputs").toString());
    assertEquals(
        "[{\"name\":\"logits\",\"datatype\":\"FP32\",\"shape\":[-1,10]}]",
        model.get("outputs").toString());
    assertEquals(10, model.at("/parameters/labels").size());
    assertEquals(
        TestServer.fmnist().info().source().sha256(), model.at("/parameters/sha256").asText());
    assertEquals(model, JSON.readTree(server.get(MODEL + "/versions/1").body()));
    assertEquals(
        "{\"name\":\"sttn-fmnist\",\"ready\":true}",
        server.get(MODEL + "/versions/1/ready").body());
  }

  @Test
  void readinessFollowsTheServers() throws Exception {
    CountDownLatch warm = new CountDownLatch(1);
    try (TestServer cold =
        TestServer.start(
            new TestOptions(),
            () -> {
              try {
                warm.await();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
              return TestServer.fmnist().network().session()::run;
            })) {
      assertEquals(200, cold.get("/v2/health/live").statusCode());
      HttpResponse<String> ready = cold.get("/v2/health/ready");
      assertEquals(503, ready.statusCode());
      assertEquals("{\"ready\":false}", ready.body());
      assertEquals(503, cold.get(MODEL + "/ready").statusCode());
      warm.countDown();
      cold.awaitReady();
      assertEquals(200, cold.get("/v2/health/ready").statusCode());
      assertEquals(200, cold.get(MODEL + "/ready").statusCode());
    }
  }

  @ParameterizedTest
  @CsvSource({"false, false", "false, true", "true, false", "true, true"})
  void outputsAreTheSessionsToTheBit(boolean binaryIn, boolean binaryOut) throws Exception {
    float[] inputs = inputs(3);
    float[] expected = new float[30];
    TestServer.fmnist().network().session().run(inputs, expected, 3);
    HttpResponse<byte[]> answer = infer(inputs, binaryIn, binaryOut);
    assertEquals(200, answer.statusCode(), () -> new String(answer.body()));
    int header =
        answer
            .headers()
            .firstValue("Inference-Header-Content-Length")
            .map(Integer::parseInt)
            .orElse(answer.body().length);
    JsonNode json = JSON.readTree(answer.body(), 0, header);
    assertEquals("seven", json.get("id").asText());
    assertEquals("sttn-fmnist", json.get("model_name").asText());
    JsonNode output = json.at("/outputs/0");
    assertEquals("[3,10]", output.get("shape").toString());
    float[] logits = new float[30];
    if (binaryOut) {
      assertEquals(120, output.at("/parameters/binary_data_size").asInt());
      ByteBuffer.wrap(answer.body(), header, 120)
          .order(ByteOrder.LITTLE_ENDIAN)
          .asFloatBuffer()
          .get(logits);
      assertEquals(header + 120, answer.body().length);
    } else {
      for (int i = 0; i < 30; i++) {
        logits[i] = (float) output.get("data").get(i).asDouble();
      }
    }
    assertArrayEquals(expected, logits);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "[]",
        "{",
        "{}",
        "{\"inputs\":{}}",
        "{\"inputs\":[]}",
        "{\"inputs\":[1]}",
        "{\"inputs\":[{},{}]}",
        "{\"id\":1}",
        "{\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[1,1,32,32],\"data\":[1]}]}",
        "{\"inputs\":[{\"name\":\"input\",\"datatype\":\"INT8\",\"shape\":[1,1,32,32],\"data\":[1]}]}",
        "{\"inputs\":[{\"name\":\"input\",\"datatype\":\"FP32\",\"shape\":[1,1,32,32],\"data\":[1]}]}",
        "{\"inputs\":[{\"name\":\"input\",\"datatype\":\"FP32\",\"shape\":[1,1,32,32],\"parameters\":{\"binary_data_size\":4096}}]}",
        "{\"outputs\":[{\"name\":\"y\"}]}"
      })
  void whatIsMalformedIs400WithOneSentence(String body) throws Exception {
    HttpResponse<String> answer =
        server.send(MODEL + "/infer", request -> request.POST(BodyPublishers.ofString(body)));
    assertEquals(400, answer.statusCode(), answer.body());
    JsonNode error = JSON.readTree(answer.body());
    assertEquals(1, error.size());
    assertTrue(error.get("error").isTextual());
  }

  @Test
  void limitsAndUnknownModelsAreSaidInTheProtocolsForm() throws Exception {
    HttpResponse<String> unknown = server.get("/v2/models/other");
    assertEquals(404, unknown.statusCode());
    assertTrue(unknown.body().startsWith("{\"error\":"), unknown.body());
    HttpResponse<String> large =
        server.send(
            MODEL + "/infer",
            request -> request.POST(BodyPublishers.ofByteArray(new byte[200_001])));
    assertEquals(413, large.statusCode());
    assertTrue(large.body().startsWith("{\"error\":"), large.body());
    String deep = "{\"x\":" + "[".repeat(50_000) + "]".repeat(50_000) + "}";
    assertEquals(
        400,
        server
            .send(MODEL + "/infer", request -> request.POST(BodyPublishers.ofString(deep)))
            .statusCode());
    assertEquals(405, server.get(MODEL + "/infer").statusCode());
  }

  @Test
  void requestsWithBytesChangedNeverFailTheServer() throws Exception {
    Random random = new Random(16);
    for (int i = 0; i < MALFORMED; i++) {
      boolean binary = i % 2 == 0;
      byte[] body = request(inputs(1), binary, random.nextBoolean());
      int header = binary ? headerLength(body) : body.length;
      for (int n = random.nextInt(4); n >= 0; n--) {
        // Two in three hit the JSON in front of the values.
        int at = random.nextInt(random.nextInt(3) > 0 ? Math.min(header, 150) : body.length);
        body[at] = (byte) random.nextInt(256);
      }
      byte[] sent =
          random.nextInt(4) == 0 ? Arrays.copyOf(body, random.nextInt(body.length)) : body;
      String length = Integer.toString(random.nextInt(5) == 0 ? random.nextInt(5000) : header);
      HttpResponse<String> answer =
          server.send(
              MODEL + "/infer",
              request ->
                  request
                      .header("Inference-Header-Content-Length", length)
                      .POST(BodyPublishers.ofByteArray(sent)));
      assertTrue(answer.statusCode() < 500, () -> answer.statusCode() + answer.body());
    }
    assertEquals(200, infer(inputs(1), true, true).statusCode());
  }

  @Test
  void aBinaryTensorThatIsNotFiniteIsRefused() throws Exception {
    for (float value : new float[] {Float.NaN, Float.NEGATIVE_INFINITY}) {
      float[] inputs = inputs(2);
      inputs[inputs.length - 1] = value;
      HttpResponse<byte[]> answer = infer(inputs, true, false);
      assertEquals(400, answer.statusCode());
      assertEquals(
          "{\"error\":\"input has a number that is too large for fp32\"}",
          new String(answer.body(), StandardCharsets.UTF_8));
    }
  }

  private static HttpResponse<byte[]> infer(float[] inputs, boolean binaryIn, boolean binaryOut)
      throws Exception {
    byte[] body = request(inputs, binaryIn, binaryOut);
    return server.sendForBytes(
        MODEL + "/infer",
        request -> {
          if (binaryIn) {
            request.header("Inference-Header-Content-Length", Integer.toString(headerLength(body)));
          }
          return request.POST(BodyPublishers.ofByteArray(body));
        });
  }

  private static byte[] request(float[] inputs, boolean binaryIn, boolean binaryOut) {
    String values =
        binaryIn
            ? "\"parameters\":{\"binary_data_size\":" + 4 * inputs.length + "}"
            : "\"data\":" + Arrays.toString(inputs);
    byte[] json =
        ("{\"id\":\"seven\",\"inputs\":[{\"name\":\"input\",\"datatype\":\"FP32\",\"shape\":["
                + inputs.length / 1024
                + ",1,32,32],"
                + values
                + "}],\"outputs\":[{\"name\":\"logits\",\"parameters\":{\"binary_data\":"
                + binaryOut
                + "}}]}")
            .getBytes(StandardCharsets.UTF_8);
    if (!binaryIn) {
      return json;
    }
    ByteBuffer body =
        ByteBuffer.allocate(json.length + 4 * inputs.length).order(ByteOrder.LITTLE_ENDIAN);
    body.put(json);
    body.asFloatBuffer().put(inputs);
    return body.array();
  }

  private static int headerLength(byte[] body) {
    String text = new String(body, StandardCharsets.ISO_8859_1);
    return text.indexOf("}}]}", text.indexOf("\"outputs\"")) + 4;
  }

  private static float[] inputs(int count) {
    float[] inputs = new float[count * 1024];
    for (int i = 0; i < inputs.length; i++) {
      inputs[i] = (float) Math.sin(i * 0.37);
    }
    return inputs;
  }
}
