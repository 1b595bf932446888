// SPDX-License-Identifier: Apache-2.0
package org.setun.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code setun serve} in a JVM of its own, as named modules. */
@Timeout(180)
final class ServeCommandTest {
  /** On Linux, of a process that SIGTERM ended. */
  private static final int TERMINATED = 128 + 15;

  private static final Pattern STARTED =
      Pattern.compile("serving sttn-fmnist on (http://127\\.0\\.0\\.1:\\d+) \\(2 threads\\)");

  @Test
  void itAnswersWhatItAcceptedBeforeSigterm() throws Exception {
    String model = TestServer.path("fmnist/checkpoint.pth.tar").toString();
    // Requests wait for a batch that is not completed, until the stop hands them out.
    // In a container temporary files cannot be written.
    Process process =
        start(
            Map.of("JDK_JAVA_OPTIONS", "-Djava.io.tmpdir=missing"),
            "serve",
            model,
            "--port",
            "0",
            "--threads",
            "2",
            "--batch-wait",
            "60000",
            "--timeout",
            "60");
    try (HttpClient client = HttpClient.newHttpClient();
        BufferedReader out = process.inputReader()) {
      Matcher line = STARTED.matcher(out.readLine());
      assertTrue(line.matches(), line::toString);
      URI server = URI.create(line.group(1));
      while (get(client, server, "/ready").statusCode() != 200) {
        Thread.sleep(20);
      }
      List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        answers.add(
            client.sendAsync(
                HttpRequest.newBuilder(server.resolve("/v1/classify"))
                    .header("Content-Type", "image/png")
                    .POST(BodyPublishers.ofFile(TestServer.path("images/grey.png")))
                    .build(),
                BodyHandlers.ofString()));
      }
      while (!get(client, server, "/metrics").body().contains("\nsetun_queued 5.0")) {
        Thread.sleep(20);
      }
      process.toHandle().destroy(); // unlike Process.destroy leaves the streams open
      for (CompletableFuture<HttpResponse<String>> answer : answers) {
        assertEquals(200, answer.get().statusCode());
      }
      assertEquals(TERMINATED, process.waitFor());
      assertEquals(List.of(), out.lines().toList());
      assertEquals(
          List.of(),
          process
              .errorReader()
              .lines()
              // What the JVM says of its module that incubates, of the folder and of the options.
              .filter(each -> !each.startsWith("WARNING: ") && !each.startsWith("NOTE: "))
              .toList());
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void anErrorIsOneLine() throws Exception {
    String missing = failure(1, "serve", "missing.setun");
    assertTrue(missing.startsWith("setun: missing.setun: no such file"), missing);
    String usage = failure(2, "serve", "missing.setun", "--queue", "0");
    assertTrue(usage.startsWith("setun: --queue must be at least 1"), usage);
    String nothing = failure(2, "serve");
    assertTrue(nothing.startsWith("setun: there is nothing to serve"), nothing);
    String both = failure(2, "serve", "a.setun", "--models", ".");
    assertTrue(both.startsWith("setun: MODEL and --models exclude each other"), both);
    String folder = failure(1, "serve", "--models", "missing", "--port", "0");
    assertTrue(folder.startsWith("setun: missing: no such folder of models"), folder);
    try (ServerSocket taken = new ServerSocket(0)) {
      String bind =
          failure(
              1,
              "serve",
              TestServer.path("fmnist/checkpoint.pth.tar").toString(),
              "--host",
              "0.0.0.0",
              "--port",
              Integer.toString(taken.getLocalPort()));
      assertEquals(
          "setun: cannot listen on port %d of 0.0.0.0: it is in use;"
                  .formatted(taken.getLocalPort())
              + " choose another with --port, 0 takes any that is free",
          bind);
    }
  }

  @Test
  void optionsComeFromTheEnvironmentAndAFile(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("setun.properties");
    String model = TestServer.path("fmnist/checkpoint.pth.tar").toString();
    Files.writeString(
        file, "model = " + model + "\nthreads = 2\ntoken = hidden\nport = 1\nqueue = 7\n");
    Map<String, String> environment =
        Map.of("SETUN_CONFIG", file.toString(), "SETUN_PORT", "0", "SETUN_BATCH", "3");
    Process process = start(environment, "serve", "--batch", "5");
    try (BufferedReader out = process.inputReader()) {
      String started = out.readLine();
      assertTrue(STARTED.matcher(started).matches(), started); // port 0, two threads
      assertEquals(
          "settings model=%1$s (%2$s), port=0 (SETUN_PORT), queue=7 (%2$s), threads=2 (%2$s), token=*** (%2$s)"
              .formatted(model, file),
          out.readLine());
    } finally {
      process.destroyForcibly();
    }
    Files.writeString(file, "prot = 1\n");
    String unknown = failure(2, environment, "serve", model);
    assertTrue(unknown.startsWith("setun: " + file + ": no setting prot; there are "), unknown);
    Files.delete(file);
    String missing = failure(2, environment, "serve", model);
    assertTrue(missing.contains("no such file; SETUN_CONFIG names it"), missing);
    String number = failure(2, Map.of("SETUN_PORT", "x"), "serve", model);
    assertTrue(number.contains("--port"), number);
  }

  private static String failure(int exitCode, String... arguments) throws Exception {
    return failure(exitCode, Map.of(), arguments);
  }

  private static String failure(int exitCode, Map<String, String> environment, String... arguments)
      throws Exception {
    Process process = start(environment, arguments);
    List<String> lines =
        process.errorReader().lines().filter(each -> !each.contains("incubator modules")).toList();
    assertEquals(exitCode, process.waitFor());
    assertEquals(1, lines.size(), lines::toString);
    return lines.getFirst();
  }

  private static HttpResponse<String> get(HttpClient client, URI server, String path)
      throws Exception {
    return client.send(
        HttpRequest.newBuilder(server.resolve(path)).build(), BodyHandlers.ofString());
  }

  private static Process start(String... arguments) throws IOException {
    return start(Map.of(), arguments);
  }

  private static Process start(Map<String, String> environment, String... arguments)
      throws IOException {
    // The tests' own class path has all modules; its folders of tests are none.
    String modules =
        String.join(
            File.pathSeparator,
            Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.endsWith("test-classes"))
                .toList());
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--module-path", modules));
    command.addAll(List.of("--module", "org.setun.server/org.setun.server.cli.Main"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    return builder.start();
  }
}
