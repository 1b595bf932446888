// SPDX-License-Identifier: Apache-2.0
package org.setun.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A stop answers what was accepted and refuses what comes after. */
@Timeout(180)
final class ShutdownTest {
  @Test
  void whatWasAcceptedIsAnswered() throws Exception {
    Gate gate = new Gate();
    byte[] image = TestServer.file("images/grey.png");
    TestServer server = TestServer.start(new TestOptions(), () -> gate).awaitReady();
    ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();
    try {
      List<Future<HttpResponse<String>>> answers = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        answers.add(clients.submit(() -> server.classify("image/png", image)));
        if (i == 0) {
          gate.awaitBatch();
        }
      }
      while (!server.get("/metrics").body().contains("\nsetun_queued 9.0")) {
        Thread.sleep(5);
      }
      Future<?> stopped = clients.submit(server.server()::stop);
      // What comes before the stop has begun is still accepted, and would wait at the gate.
      awaitRefusal(server);
      // Refused: at first with 503 or a closed connection, then because nobody listens.
      boolean listens = true;
      while (listens) {
        try {
          assertEquals(503, server.classify("image/png", image).statusCode());
        } catch (IOException e) {
          listens = !(e instanceof ConnectException);
        }
      }
      assertFalse(server.server().isReady());
      // Longer than Jetty lets connections idle while it stops.
      Thread.sleep(500);
      assertFalse(stopped.isDone());
      gate.open();
      String expected = TestServer.expected(TestServer.path("images/grey.png"), 5);
      for (Future<HttpResponse<String>> answer : answers) {
        assertEquals(expected, answer.get().body());
      }
      stopped.get();
    } finally {
      gate.open();
      clients.shutdownNow();
      server.close();
    }
  }

  private static void awaitRefusal(TestServer server) throws Exception {
    try {
      while (server.get("/health").statusCode() == 200) {
        Thread.sleep(1);
      }
    } catch (IOException e) {
      // It has closed the connection already.
    }
  }

  @Test
  void aServerThatIsNotWarmStops() throws Exception {
    TestServer server =
        TestServer.start(
            new TestOptions(),
            () -> {
              try {
                Thread.sleep(1_000_000);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              return null;
            });
    server.close();
    assertThrows(ConnectException.class, server::connect);
  }
}
