// SPDX-License-Identifier: Apache-2.0
package org.setun.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.setun.loader.LoadOptions;
import org.setun.loader.Model;
import org.setun.loader.model.ModelWriter;
import org.setun.loader.model.PackedModel;

/** Several models from a folder, which change while they are used. */
@Timeout(180)
final class ModelFolderTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration OFTEN = Duration.ofMillis(20);
  private static final int RELOADS = 6;

  private static final String REQUEST =
      "{\"inputs\":[{\"name\":\"input\",\"datatype\":\"FP32\",\"shape\":[1,1,32,32],\"data\":"
          + Arrays.toString(new float[1024])
          + "}]}";

  /** Two models that differ in their labels only, hence in their files. */
  private static byte[] first;

  private static byte[] second;

  @TempDir private Path folder;
  @TempDir private Path aside;

  @BeforeAll
  static void pack(@TempDir Path scratch) throws IOException {
    PackedModel packed =
        Model.read(TestServer.path("fmnist/checkpoint.pth.tar"), LoadOptions.DEFAULT);
    first = bytes(scratch, packed);
    List<String> labels = new ArrayList<>(packed.labels());
    labels.replaceAll(label -> "new " + label);
    second =
        bytes(
            scratch,
            new PackedModel(
                packed.architecture(),
                packed.method(),
                packed.source(),
                packed.preprocessing(),
                labels,
                packed.graph()));
  }

  @BeforeEach
  void fill() throws IOException {
    replace("a", first);
    replace("b", second);
  }

  @Test
  void eachFileIsAModel() throws Exception {
    try (TestServer server = start()) {
      JsonNode models = JSON.readTree(server.get("/v1/models").body()).get("models");
      assertEquals(2, models.size());
      assertEquals("b", models.get(1).get("name").asText());
      JsonNode b = JSON.readTree(server.get("/v2/models/b").body());
      String version = b.at("/versions/0").asText();
      assertTrue(version.matches("[0-9a-f]{16}"), version);
      assertTrue(b.at("/parameters/labels/0").asText().startsWith("new "));
      assertEquals(TestServer.fmnist().info().method(), b.at("/parameters/method").asText());
      assertEquals(
          TestServer.fmnist().info().source().sha256(), b.at("/parameters/sha256").asText());
      assertNotEquals(version, version(server, "a"));
      assertEquals(b, JSON.readTree(server.get("/v2/models/b/versions/" + version).body()));
      assertEquals(200, infer(server, "/v2/models/b/versions/" + version + "/infer").statusCode());

      byte[] image = TestServer.file("images/grey.png");
      assertTrue(
          server.classify("?model=b", "image/png", image).body().contains("\"label\":\"new "));
      assertEquals(400, server.classify("", "image/png", image).statusCode());
      assertEquals(404, server.classify("?model=c", "image/png", image).statusCode());
    }
  }

  @Test
  void whatIsNotThereIs404InTheProtocolsForm() throws Exception {
    try (TestServer server = start()) {
      for (String path : List.of("/v2/models/c", "/v2/models/a/versions/1", "/v2/models/c/ready")) {
        HttpResponse<String> answer = server.get(path);
        assertEquals(404, answer.statusCode(), path);
        assertTrue(JSON.readTree(answer.body()).get("error").isTextual(), answer.body());
      }
      assertEquals(404, infer(server, "/v2/models/c/infer").statusCode());
      assertEquals(404, infer(server, "/v2/models/a/versions/1/infer").statusCode());
    }
  }

  @Test
  void noRequestIsLostByAReload() throws Exception {
    String image = "images/grey.png";
    byte[] body = TestServer.file(image);
    try (TestServer server = start();
        ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      Set<String> expected = new HashSet<>();
      for (String each : List.of("a", "b")) {
        expected.add(server.classify("?model=" + each, "image/png", body).body());
      }
      assertEquals(2, expected.size());
      AtomicBoolean enough = new AtomicBoolean();
      List<Future<Set<String>>> answers = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        answers.add(
            clients.submit(
                () -> {
                  Set<String> seen = new HashSet<>();
                  while (!enough.get()) {
                    HttpResponse<String> answer = server.classify("?model=a", "image/png", body);
                    assertEquals(200, answer.statusCode(), answer.body());
                    seen.add(answer.body());
                  }
                  return seen;
                }));
      }
      for (int i = 0; i < RELOADS; i++) {
        String before = version(server, "a");
        replace("a", i % 2 == 0 ? second : first);
        while (version(server, "a").equals(before)) {
          assertEquals(200, server.get("/ready").statusCode());
          Thread.sleep(5);
        }
      }
      enough.set(true);
      Set<String> seen = new HashSet<>();
      for (Future<Set<String>> each : answers) {
        seen.addAll(each.get());
      }
      assertEquals(expected, seen);
    }
  }

  @Test
  void aRequestEndsOnTheVersionThatItBeganOn() throws Exception {
    byte[] body = TestServer.file("images/grey.png");
    Gate gate = new Gate();
    AtomicBoolean gated = new AtomicBoolean(true);
    try (TestServer server =
            TestServer.start(
                    folder,
                    new TestOptions(),
                    model -> gated.getAndSet(false) ? gate : model.network().session()::run,
                    OFTEN)
                .awaitReady();
        ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      // The folder's first model is "a".
      String before = version(server, "a");
      Future<String> answer =
          clients.submit(() -> server.classify("?model=a", "image/png", body).body());
      gate.awaitBatch();
      replace("a", second);
      while (version(server, "a").equals(before)) {
        Thread.sleep(5);
      }
      assertTrue(server.classify("?model=a", "image/png", body).body().contains("\"new "));
      assertEquals(1, runThreads(before));
      gate.open();
      assertEquals(TestServer.expected(TestServer.path("images/grey.png"), 5), answer.get());
      while (runThreads(before) > 0) {
        Thread.sleep(5); // drained: its thread ends
      }
    }
  }

  @Test
  void aBrokenFileIsLoggedAndTheOldVersionStays() throws Exception {
    List<String> logged = new ArrayList<>();
    Logger logger = Logger.getLogger("org.setun.server.models.ModelFolder");
    Handler handler = new Notes(logged);
    logger.addHandler(handler);
    try (TestServer server = start()) {
      String before = version(server, "a");
      byte[] damaged = second.clone();
      damaged[damaged.length / 2] ^= 1;
      replace("a", damaged);
      awaitNote(logged, "model a: .*a\\.setun.*; the old version stays");
      assertEquals(before, version(server, "a"));
      assertEquals(200, infer(server, "/v2/models/a/infer").statusCode());
      replace("c", new byte[10]);
      awaitNote(logged, "model c: .*; it is not served");
      assertEquals(404, server.get("/v2/models/c").statusCode());
      replace("no name", first);
      awaitNote(logged, "model no name: a model's name must match .*");
      replace("a", second);
      while (version(server, "a").equals(before)) {
        Thread.sleep(5);
      }
    } finally {
      logger.removeHandler(handler);
    }
  }

  @Test
  void filesThatComeAndGoAreModelsThatComeAndGo() throws Exception {
    try (TestServer server = start()) {
      replace("c", first);
      while (server.get("/v2/models/c/ready").statusCode() != 200) {
        Thread.sleep(5);
      }
      Files.delete(folder.resolve("a.setun"));
      Files.delete(folder.resolve("b.setun"));
      while (server.get("/v2/models/a").statusCode() != 404
          || server.get("/v2/models/b").statusCode() != 404) {
        Thread.sleep(5);
      }
      // The only one need not be named.
      assertEquals(
          200, server.classify("image/png", TestServer.file("images/grey.png")).statusCode());
      Files.delete(folder.resolve("c.setun"));
      while (server.get("/ready").statusCode() != 503) {
        Thread.sleep(5);
      }
    }
  }

  @Test
  void aFolderThatIsNotThereIsSaid() throws IOException {
    ClassificationServer server =
        new ClassificationServer(folder.resolve("none"), new TestOptions().build());
    IOException wrong = assertThrows(IOException.class, server::start);
    assertTrue(wrong.getMessage().endsWith("none: no such folder of models"), wrong.getMessage());
  }

  private TestServer start() throws Exception {
    return TestServer.start(
            folder, new TestOptions(), model -> model.network().session()::run, OFTEN)
        .awaitReady();
  }

  /** Puts a file into the folder as a whole. */
  private void replace(String name, byte[] content) throws IOException {
    Path file = aside.resolve("next");
    Files.write(file, content);
    Files.move(file, folder.resolve(name + ".setun"), StandardCopyOption.ATOMIC_MOVE);
  }

  private static String version(TestServer server, String model) throws Exception {
    return JSON.readTree(server.get("/v2/models/" + model).body()).at("/versions/0").asText();
  }

  private static HttpResponse<String> infer(TestServer server, String path) throws Exception {
    return server.send(path, request -> request.POST(BodyPublishers.ofString(REQUEST)));
  }

  private static long runThreads(String version) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().contains("a@" + version))
        .count();
  }

  private static void awaitNote(List<String> logged, String pattern) throws InterruptedException {
    while (true) {
      synchronized (logged) {
        if (logged.stream().anyMatch(each -> each.matches("(?s)" + pattern))) {
          return;
        }
      }
      Thread.sleep(5);
    }
  }

  private static byte[] bytes(Path scratch, PackedModel packed) throws IOException {
    Path file = scratch.resolve("model.setun");
    ModelWriter.write(packed, file);
    return Files.readAllBytes(file);
  }

  /** Keeps what is logged. */
  private static final class Notes extends Handler {
    private final List<String> logged;

    Notes(List<String> logged) {
      this.logged = logged;
    }

    @Override
    public void publish(LogRecord line) {
      synchronized (logged) {
        logged.add(line.getMessage());
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
