// SPDX-License-Identifier: Apache-2.0
package org.setun.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The queue, and the batches that are taken from it. */
@Timeout(180)
final class BatchingTest {
  private static final List<String> IMAGES =
      List.of("grey.png", "colour.png", "grey.jpg", "colour.jpg", "palette.png", "alpha.png");

  @Test
  void requestsThatWaitAreRunAsABatchAndEachGetsItsOwnAnswer() throws Exception {
    Gate gate = new Gate();
    try (TestServer server = TestServer.start(new TestOptions(), () -> gate).awaitReady();
        ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<String> first = clients.submit(() -> classify(server, IMAGES.getFirst()).body());
      gate.awaitBatch();
      List<Future<String>> answers = new ArrayList<>();
      for (int i = 1; i < IMAGES.size(); i++) {
        String image = IMAGES.get(i);
        answers.add(clients.submit(() -> classify(server, image).body()));
        awaitQueued(server, i);
      }
      gate.open();
      assertEquals(expected(IMAGES.getFirst()), first.get());
      for (int i = 1; i < IMAGES.size(); i++) {
        assertEquals(expected(IMAGES.get(i)), answers.get(i - 1).get());
      }
      assertEquals(List.of(1, 4, 1), gate.batches);
    }
  }

  @Test
  void aBatchWaitsForOthersToJoin() throws Exception {
    TestOptions options = new TestOptions();
    options.batchWait = Duration.ofSeconds(20);
    Gate gate = new Gate();
    gate.open();
    try (TestServer server = TestServer.start(options, () -> gate).awaitReady();
        ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> statuses = new ArrayList<>();
      for (int i = 0; i < options.batch; i++) {
        statuses.add(clients.submit(() -> classify(server, IMAGES.getFirst()).statusCode()));
      }
      for (Future<Integer> status : statuses) {
        assertEquals(200, status.get());
      }
      assertEquals(List.of(options.batch), gate.batches);
    }
  }

  @Test
  void aBatchThatNobodyJoinsRunsAtItsDeadline() throws Exception {
    TestOptions options = new TestOptions();
    options.batchWait = Duration.ofMillis(50);
    Gate gate = new Gate();
    gate.open();
    try (TestServer server = TestServer.start(options, () -> gate).awaitReady()) {
      assertEquals(200, classify(server, IMAGES.getFirst()).statusCode());
      assertEquals(List.of(1), gate.batches);
    }
  }

  @Test
  void moreRequestsThanTheQueueHoldsAreRefused() throws Exception {
    TestOptions options = new TestOptions();
    options.queue = 2;
    Gate gate = new Gate();
    try (TestServer server = TestServer.start(options, () -> gate).awaitReady();
        ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> statuses = new ArrayList<>();
      for (int waiting = 0; waiting <= options.queue; waiting++) {
        statuses.add(clients.submit(() -> classify(server, IMAGES.getFirst()).statusCode()));
        if (waiting == 0) {
          gate.awaitBatch();
        } else {
          awaitQueued(server, waiting);
        }
      }
      HttpResponse<String> refused = classify(server, IMAGES.getFirst());
      assertEquals(429, refused.statusCode());
      assertEquals("1", refused.headers().firstValue("Retry-After").orElseThrow());
      assertEquals(200, server.get("/health").statusCode());
      gate.open();
      for (Future<Integer> status : statuses) {
        assertEquals(200, status.get());
      }
    }
  }

  @Test
  void aClientThatHangsUpBeforeItsTurnIsDropped() throws Exception {
    Gate gate = new Gate();
    try (TestServer server = TestServer.start(new TestOptions(), () -> gate).awaitReady();
        ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> first = clients.submit(() -> classify(server, IMAGES.getFirst()));
      gate.awaitBatch();
      byte[] image = TestServer.file("images/grey.png");
      try (Socket impatient = server.connect()) {
        impatient.getOutputStream().write(head(image.length));
        impatient.getOutputStream().write(image);
        awaitQueued(server, 1);
      }
      Future<?> last = clients.submit(() -> classify(server, IMAGES.getFirst()));
      awaitQueued(server, 2);
      gate.open();
      first.get();
      last.get();
      assertEquals(List.of(1, 1), gate.batches);
      assertTrue(server.get("/metrics").body().contains("setun_gone_total 1.0"));
    }
  }

  @Test
  void aPipelinedRequestIsNotTakenForAClientThatHungUp() throws Exception {
    Gate gate = new Gate();
    try (TestServer server = TestServer.start(new TestOptions(), () -> gate).awaitReady();
        ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> first = clients.submit(() -> classify(server, IMAGES.getFirst()));
      gate.awaitBatch();
      byte[] image = TestServer.file("images/grey.png");
      try (Socket eager = server.connect()) {
        eager.getOutputStream().write(head(image.length));
        eager.getOutputStream().write(image);
        awaitQueued(server, 1);
        eager
            .getOutputStream()
            .write("GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".getBytes());
        gate.open();
        first.get();
        String answers =
            new String(eager.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        assertTrue(answers.contains("\"predictions\""), answers);
        assertTrue(answers.endsWith("{\"status\":\"up\"}"), answers);
      }
    }
  }

  @Test
  void aRequestThatWaitsTooLongIsToldSo() throws Exception {
    TestOptions options = new TestOptions();
    options.timeout = Duration.ofMillis(300);
    Gate gate = new Gate();
    try (TestServer server = TestServer.start(options, () -> gate).awaitReady()) {
      HttpResponse<String> late = classify(server, IMAGES.getFirst());
      assertEquals(503, late.statusCode());
      assertTrue(late.body().contains("no answer within 300 ms"), late.body());
      gate.open();
      // The server closes connections that are idle for as long, while a slow client may be
      // sending.
      server.reconnect();
      assertEquals(200, classify(server, IMAGES.getFirst()).statusCode());
    }
  }

  @Test
  void aRunThatFailsIsA500WithoutDetailsAndTheThreadLivesOn() throws Exception {
    boolean[] failed = new boolean[1];
    TestOptions options = new TestOptions();
    try (TestServer server =
        TestServer.start(
                options,
                () ->
                    (inputs, outputs, batch) -> {
                      if (!failed[0]) {
                        failed[0] = true;
                        throw new OutOfMemoryError("not really");
                      }
                    })
            .awaitReady()) {
      HttpResponse<String> answer = classify(server, IMAGES.getFirst());
      assertEquals(500, answer.statusCode());
      assertTrue(!answer.body().contains("really"), answer.body());
      assertEquals(200, classify(server, IMAGES.getFirst()).statusCode());
    }
  }

  private static HttpResponse<String> classify(TestServer server, String image) throws Exception {
    return server.classify(
        image.endsWith("png") ? "image/png" : "image/jpeg", TestServer.file("images/" + image));
  }

  private static String expected(String image) throws Exception {
    return TestServer.expected(TestServer.path("images/" + image), 5);
  }

  private static void awaitQueued(TestServer server, int count) throws Exception {
    while (!server.get("/metrics").body().contains("\nsetun_queued " + count + ".0")) {
      Thread.sleep(5);
    }
  }

  private static byte[] head(int length) {
    return ("POST /v1/classify HTTP/1.1\r\nHost: x\r\nContent-Type: image/png\r\nContent-Length: "
            + length
            + "\r\n\r\n")
        .getBytes(StandardCharsets.US_ASCII);
  }
}
