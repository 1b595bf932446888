// SPDX-License-Identifier: Apache-2.0
package org.setun.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.setun.loader.Classifier;

/** What each route answers. */
@Timeout(180)
final class RoutesTest {
  private static TestServer server;

  @BeforeAll
  static void start() throws Exception {
    server = TestServer.start(new TestOptions());
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @ParameterizedTest
  @CsvSource({
    "images/colour.png, image/png, 3",
    "images/colour.jpg, image/jpeg, 10",
    "images/grey.jpg, IMAGE/JPEG, 1",
    "images/colour.jpg, image/jpg, 10",
    "images/grey16.png, image/png;x=y, 4",
    "images/palette.png, image/png, 100"
  })
  void imagesAreClassifiedAsTheModelItselfDoes(String name, String type, int top) throws Exception {
    HttpResponse<String> answer = server.classify("?top=" + top, type, TestServer.file(name));
    assertEquals(TestServer.expected(TestServer.path(name), top), answer.body());
    assertEquals(200, answer.statusCode());
    assertEquals("application/json", answer.headers().firstValue("Content-Type").orElseThrow());
  }

  @Test
  void fiveClassesAreNamedUnlessToldOtherwise() throws Exception {
    String name = "images/grey.png";
    assertEquals(
        TestServer.expected(TestServer.path(name), 5),
        server.classify("image/png", TestServer.file(name)).body());
  }

  @Test
  void tensorsAreClassifiedAsTheModelItselfDoes() throws Exception {
    float[] inputs = new float[3 * 1024];
    for (int i = 0; i < inputs.length; i++) {
      inputs[i] = (float) Math.sin(i * 0.37);
    }
    Classifier classifier = TestServer.fmnist().classifier();
    String expected =
        classifier.classifyTensors(inputs, 3, 5).stream()
            .map(
                predictions ->
                    predictions.stream()
                        .map(TestServer::json)
                        .collect(Collectors.joining(",", "{\"predictions\":[", "]}")))
            .collect(Collectors.joining(",", "{\"results\":[", "]}"));
    assertEquals(
        expected,
        server.classify("{\"input\":%s,\"shape\":[3,1,32,32]}".formatted(flat(inputs))).body());
  }

  @Test
  void aTensorOfOneInputIsAnsweredWithoutAList() throws Exception {
    String answer = server.classify("{\"input\":" + flat(new float[1024]) + "}").body();
    assertTrue(answer.startsWith("{\"predictions\":[{\"label\":"), answer);
  }

  @Test
  void theModelIsDescribed() throws Exception {
    assertEquals(
        "{\"name\":\"sttn-fmnist\",\"version\":\"1\",\"architecture\":\"sttn-fmnist\",\"input\":[1,32,32],\"classes\":10,\"images\":true}",
        server.get("/v1/model").body());
  }

  @Test
  void metricsCountRequestsAndShowTheJvm() throws Exception {
    server.classify("image/png", TestServer.file("images/grey.png"));
    server.classify("image/png", new byte[] {1});
    String metrics = server.get("/metrics").body();
    for (String wanted :
        new String[] {
          "setun_requests_seconds_count{route=\"/v1/classify\",status=\"200\"}",
          "setun_requests_seconds_count{route=\"/v1/classify\",status=\"422\"}",
          "setun_queued 0.0",
          "setun_batch_inputs_count",
          "setun_run_seconds_bucket",
          "jvm_memory_used_bytes"
        }) {
      assertTrue(metrics.contains("\n" + wanted), () -> wanted + " in " + metrics);
    }
  }

  @Test
  void thePageLoadsNothingFromElsewhere() throws Exception {
    for (String path : new String[] {"/", "/page.css", "/page.js"}) {
      HttpResponse<String> answer = server.get(path);
      assertEquals(200, answer.statusCode());
      assertTrue(
          answer.headers().firstValue("Content-Security-Policy").orElse("").contains("'none'"));
      assertTrue(!answer.body().contains("://"), path);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /v1/classify, 405",
    "POST, /health, 405",
    "DELETE, /, 405",
    "GET, /nothing, 404",
    "GET, /v1/classify/, 404",
    "HEAD, /health, 200",
    "POST, /v1/classify?top=0, 400",
    "POST, /v1/classify?top=x, 400",
    "POST, /v1/classify?top=99999999999, 400",
    "POST, /v1/classify?top=%FF, 400",
    "POST, /v1/classify, 415"
  })
  void whatIsNotServedIsSaid(String method, String path, int status) throws Exception {
    HttpResponse<String> answer =
        server.send(path, request -> request.method(method, BodyPublishers.noBody()));
    assertEquals(status, answer.statusCode(), answer.body());
    if (status != 200) {
      assertEquals(
          "application/problem+json", answer.headers().firstValue("Content-Type").orElseThrow());
      assertTrue(answer.body().contains("\"status\":" + status), answer.body());
    }
  }

  @Test
  void aServerIsReadyOnceAllThreadsAreWarm() throws Exception {
    CountDownLatch warm = new CountDownLatch(1);
    TestOptions options = new TestOptions();
    options.threads = 2;
    try (TestServer cold =
        TestServer.start(
            options,
            () -> {
              await(warm);
              return TestServer.fmnist().network().session()::run;
            })) {
      byte[] image = TestServer.file("images/grey.png");
      assertEquals(200, cold.get("/health").statusCode());
      assertEquals(503, cold.get("/ready").statusCode());
      HttpResponse<String> early = cold.classify("image/png", image);
      assertEquals(503, early.statusCode());
      assertEquals("1", early.headers().firstValue("Retry-After").orElseThrow());
      warm.countDown();
      cold.awaitReady();
      assertEquals(200, cold.get("/ready").statusCode());
      assertEquals(200, cold.classify("image/png", image).statusCode());
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String flat(float[] values) {
    return IntStream.range(0, values.length)
        .mapToObj(i -> Float.toString(values[i]))
        .collect(Collectors.joining(",", "[", "]"));
  }
}
