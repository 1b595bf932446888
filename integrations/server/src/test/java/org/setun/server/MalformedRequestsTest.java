// SPDX-License-Identifier: Apache-2.0
package org.setun.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a client sends, the fault is the client's: no 5xx, no stack trace, and life goes on. */
final class MalformedRequestsTest {
  private static final int ROUNDS = 1200;
  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] (\\d{3}) ");

  private static TestServer server;
  private static byte[] png;
  private static byte[] jpeg;

  @BeforeAll
  static void start() throws Exception {
    server = TestServer.start(new TestOptions());
    png = TestServer.file("images/colour.png");
    jpeg = TestServer.file("images/colour.jpg");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @AfterEach
  void theServerIsHealthy() throws Exception {
    assertEquals(
        TestServer.expected(TestServer.path("images/colour.png"), 5),
        server.classify("image/png", png).body());
  }

  static List<String> heads() {
    return List.of(
        "\r\n\r\n",
        "GET\r\n\r\n",
        "GET /\r\n\r\n",
        "GET / HTTP/0.9\r\n\r\n",
        "GET / HTTP/9.9\r\nHost: x\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x:99999999\r\n\r\n",
        "GET / HTTP/1.1\nHost: x\n\n",
        "GET / HTTP/1.1\r\nHost: x\r\n folded\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nNo colon\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nBad Name: x\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\n: x\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nX: \0\r\n\r\n",
        "GET /" + "a".repeat(20_000) + " HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\n" + "X: y\r\n".repeat(5_000) + "\r\n",
        "GET /../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /%2e%2e/%2e%2e/x HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /%00 HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET //// HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /;a=b HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET http:// HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET http://[::bad/ HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET * HTTP/1.1\r\nHost: x\r\n\r\n",
        "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
        "CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n",
        "TRACE / HTTP/1.1\r\nHost: x\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "GÉT / HTTP/1.1\r\nHost: x\r\n\r\n",
        "G\0T / HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nExpect: nonsense\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nab",
        "\u0016\u0003\u0001\u0002\0\u0001\0\u0001\u00fc\u0003\u0003hello");
  }

  @ParameterizedTest
  @MethodSource("heads")
  void headsThatAreNotHttp(String head) throws IOException {
    check(head.getBytes(StandardCharsets.ISO_8859_1));
  }

  static List<String> framings() {
    return List.of(
        "Content-Length: -1\r\n\r\n",
        "Content-Length: x\r\n\r\n",
        "Content-Length: 99999999999999999999\r\n\r\n",
        "Content-Length: 1000000000\r\n\r\nabc",
        "Content-Length: 100\r\n\r\nshort",
        "Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef",
        "Content-Length: 5, 6\r\n\r\nabcdef",
        "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: gzip\r\n\r\nabc",
        "Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n-5\r\nabc\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nabc\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n3\r\nabcdef\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n3\r\nabc",
        "Transfer-Encoding: chunked\r\n\r\n0\r\nBad Trailer\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n3;" + "x".repeat(10_000) + "\r\nabc\r\n0\r\n\r\n",
        "Content-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc",
        "Expect: 100-continue\r\nContent-Length: 3\r\n\r\nabc");
  }

  @ParameterizedTest
  @MethodSource("framings")
  void bodiesThatAreNotFramed(String rest) throws IOException {
    check(bytes("POST /v1/classify HTTP/1.1\r\nHost: x\r\nContent-Type: image/png\r\n" + rest));
  }

  @Test
  void headsWithBytesChanged() throws IOException {
    Random random = new Random(1);
    byte[] request = post("image/png", Arrays.copyOf(png, 40));
    for (int i = 0; i < ROUNDS; i++) {
      check(changed(request, random));
    }
  }

  @Test
  void requestsThatBreakOff() throws IOException {
    Random random = new Random(2);
    byte[] request = post("image/png", png);
    for (int i = 0; i < ROUNDS; i++) {
      check(Arrays.copyOf(request, random.nextInt(i % 2 == 0 ? 150 : request.length)));
    }
  }

  @Test
  void noise() throws IOException {
    Random random = new Random(3);
    for (int i = 0; i < ROUNDS; i++) {
      byte[] noise = new byte[1 + random.nextInt(2000)];
      random.nextBytes(noise);
      check(noise);
    }
  }

  @Test
  void imagesWithBytesChanged() throws IOException {
    Random random = new Random(4);
    for (int i = 0; i < ROUNDS; i++) {
      boolean first = i % 2 == 0;
      check(post(first ? "image/png" : "image/jpeg", changed(first ? png : jpeg, random)), false);
    }
  }

  @Test
  void jsonWithBytesChanged() throws IOException {
    Random random = new Random(5);
    byte[] json = bytes("{\"input\":[[[1,-2.5e3,0],[true,null,\"x\"]]],\"shape\":[1,2,3]}");
    for (int i = 0; i < ROUNDS; i++) {
      check(post("application/json", changed(json, random)), false);
    }
  }

  /** Sends a request, and sees to it that whatever answers come blame the client. */
  private static void check(byte[] request) throws IOException {
    check(request, true);
  }

  private static void check(byte[] request, boolean ends) throws IOException {
    String answer = server.exchange(request, ends);
    Matcher status = STATUS.matcher(answer);
    while (status.find()) {
      assertTrue(status.group(1).compareTo("500") < 0, answer);
    }
    assertFalse(answer.contains("Exception") || answer.contains("\tat "), answer);
  }

  private static byte[] post(String type, byte[] body) {
    ByteArrayOutputStream request = new ByteArrayOutputStream();
    request.writeBytes(
        bytes(
            "POST /v1/classify?top=3 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                + ("Content-Type: " + type + "\r\nContent-Length: " + body.length + "\r\n\r\n")));
    request.writeBytes(body);
    return request.toByteArray();
  }

  /** Some bytes replaced, removed or doubled. */
  private static byte[] changed(byte[] original, Random random) {
    byte[] bytes = original.clone();
    for (int n = 1 + random.nextInt(4); n > 0; n--) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(4)) {
        case 0 -> bytes[at] = (byte) random.nextInt(256);
        case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 2 -> System.arraycopy(bytes, at, bytes, at / 2, bytes.length - at);
        default -> bytes = Arrays.copyOf(bytes, Math.max(1, bytes.length - random.nextInt(9)));
      }
    }
    return bytes;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
