// SPDX-License-Identifier: Apache-2.0
package org.setun.server;

import static java.util.stream.Collectors.joining;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.setun.loader.Model;
import org.setun.loader.Prediction;
import org.setun.server.batch.BatchRunner;

/** A server on a free port of this machine, and a client for it. */
final class TestServer implements AutoCloseable {
  /** Held here: a logger that nobody holds loses its level. */
  private static final Logger JETTY = Logger.getLogger("org.eclipse.jetty");

  private static final Path TESTDATA = Path.of(System.getProperty("setun.testdata"));
  private static final Model FMNIST = load("fmnist/checkpoint.pth.tar");

  private final ClassificationServer server;
  private final int port;
  private HttpClient client = HttpClient.newHttpClient();

  private TestServer(ClassificationServer server) throws IOException {
    JETTY.setLevel(Level.WARNING);
    this.server = server;
    server.start();
    this.port = server.port();
  }

  /** A server of the Fashion-MNIST model that is ready, but not warm: tests need no speed. */
  static TestServer start(TestOptions options) throws Exception {
    return start(options, () -> fmnist().network().session()::run).awaitReady();
  }

  /** A server that runs batches in another way, as soon as it has made its runners. */
  static TestServer start(TestOptions options, Supplier<BatchRunner> runners) throws IOException {
    return new TestServer(new ClassificationServer(FMNIST, options.build(), runners));
  }

  /** A server of a folder of models. */
  static TestServer start(
      Path folder, TestOptions options, Function<Model, BatchRunner> runners, Duration betweenLooks)
      throws IOException {
    return new TestServer(new ClassificationServer(folder, options.build(), runners, betweenLooks));
  }

  TestServer awaitReady() throws InterruptedException {
    while (!server.isReady()) {
      Thread.sleep(5);
    }
    return this;
  }

  static Model fmnist() {
    return FMNIST;
  }

  static byte[] file(String name) throws IOException {
    return Files.readAllBytes(TESTDATA.resolve(name));
  }

  static Path path(String name) {
    return TESTDATA.resolve(name);
  }

  ClassificationServer server() {
    return server;
  }

  URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port + path);
  }

  HttpResponse<String> get(String path) throws Exception {
    return send(path, UnaryOperator.identity());
  }

  HttpResponse<String> classify(String type, byte[] body) throws Exception {
    return classify("", type, body);
  }

  HttpResponse<String> classify(String query, String type, byte[] body) throws Exception {
    return send(
        "/v1/classify" + query,
        request -> request.header("Content-Type", type).POST(BodyPublishers.ofByteArray(body)));
  }

  HttpResponse<String> classify(String json) throws Exception {
    return classify("application/json", json.getBytes(StandardCharsets.UTF_8));
  }

  HttpResponse<String> send(String path, UnaryOperator<HttpRequest.Builder> request)
      throws Exception {
    return client.send(
        request.apply(HttpRequest.newBuilder(uri(path))).build(), BodyHandlers.ofString());
  }

  HttpResponse<byte[]> sendForBytes(String path, UnaryOperator<HttpRequest.Builder> request)
      throws Exception {
    return client.send(
        request.apply(HttpRequest.newBuilder(uri(path))).build(), BodyHandlers.ofByteArray());
  }

  /** Sends the next request on a connection of its own. */
  void reconnect() {
    client.close();
    client = HttpClient.newHttpClient();
  }

  /** A bare connection. */
  Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(10_000);
    return socket;
  }

  /** The answer of {@code /v1/classify} to one input, as the model itself would have it. */
  static String expected(Path image, int top) throws IOException {
    return FMNIST.classifier().classify(image, top).stream()
        .map(TestServer::json)
        .collect(joining(",", "{\"predictions\":[", "]}"));
  }

  static String json(Prediction prediction) {
    return "{\"label\":\"%s\",\"index\":%d,\"probability\":%s}"
        .formatted(prediction.label(), prediction.index(), (float) prediction.probability());
  }

  /**
   * Sends bytes on a connection of their own, and reads until the server closes it.
   *
   * @param ends whether to say that no more will come, without which the server would wait for the
   *     rest of a request; one that is whole would be dropped for it
   */
  String exchange(byte[] request, boolean ends) throws IOException {
    try (Socket socket = connect()) {
      ByteArrayOutputStream answer = new ByteArrayOutputStream();
      try {
        socket.getOutputStream().write(request);
        if (ends) {
          socket.shutdownOutput();
        }
        socket.getInputStream().transferTo(answer);
      } catch (SocketException e) {
        // The server closed while we wrote: what it said before that counts.
      }
      return answer.toString(StandardCharsets.ISO_8859_1);
    }
  }

  @Override
  public void close() {
    server.stop();
    client.close();
  }

  private static Model load(String name) {
    try {
      return Model.load(TESTDATA.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
