// SPDX-License-Identifier: Apache-2.0
package org.setun.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Requests that are too large or too slow. */
@Timeout(180)
final class LimitsTest {
  private static final Duration TIMEOUT = Duration.ofMillis(400);

  private static TestServer server;
  private static TestServer hasty;

  @BeforeAll
  static void start() throws Exception {
    server = TestServer.start(new TestOptions());
    TestOptions options = new TestOptions();
    options.timeout = TIMEOUT;
    options.connections = 8;
    hasty = TestServer.start(options);
  }

  @AfterAll
  static void stop() {
    server.close();
    hasty.close();
  }

  @Test
  void aBodyThatSaysItIsTooLargeIsRefused() throws Exception {
    assertEquals(413, server.classify("image/png", new byte[200_001]).statusCode());
    assertEquals(422, server.classify("image/png", new byte[200_000]).statusCode());
  }

  @Test
  void aBodyThatTurnsOutTooLargeIsRefused() throws Exception {
    HttpResponse<String> answer =
        server.send(
            "/v1/classify",
            request ->
                request
                    .header("Content-Type", "application/json")
                    .POST(
                        BodyPublishers.ofInputStream(
                            () -> new ByteArrayInputStream(new byte[1_000_000]))));
    assertEquals(413, answer.statusCode());
  }

  @Test
  void aBodyWithoutEndIsCutOff() throws Exception {
    try (Socket socket = server.connect()) {
      OutputStream out = socket.getOutputStream();
      out.write(head("Transfer-Encoding: chunked"));
      byte[] chunk = ("10000\r\n" + "0".repeat(0x10000) + "\r\n").getBytes();
      int chunks = 0;
      try {
        while (chunks < 10_000) {
          out.write(chunk);
          chunks++;
        }
      } catch (IOException e) {
        // The server has hung up.
      }
      assertTrue(chunks < 10_000, "650 MB were taken");
    }
  }

  @Test
  void anImageThatUnpacksToTooManyPixelsIsNotDecoded() throws Exception {
    HttpResponse<String> answer = server.classify("image/png", png(1001, 1000));
    assertEquals(422, answer.statusCode());
    assertTrue(answer.body().contains("1001000 pixels"), answer.body());
    assertEquals(200, server.classify("image/png", png(1000, 1000)).statusCode());
  }

  @Test
  void aJpegOfVeryManyScansIsNotDecoded() throws Exception {
    byte[] sound = TestServer.file("images/grey.jpg");
    int end = sound.length - 2; // the marker of the end
    ByteArrayOutputStream jpeg = new ByteArrayOutputStream();
    jpeg.write(sound, 0, end);
    for (int i = 0; i < 64; i++) {
      jpeg.writeBytes(new byte[] {(byte) 0xFF, (byte) 0xDA, 0, 8, 1, 1, 0, 0, 63, 0});
    }
    jpeg.write(sound, end, 2);
    HttpResponse<String> answer = server.classify("image/jpeg", jpeg.toByteArray());
    assertEquals(422, answer.statusCode());
    assertTrue(answer.body().contains("scans"), answer.body());
  }

  @Test
  void aHeadThatDripsIsCutOff() throws Exception {
    try (Socket socket = hasty.connect()) {
      // Each byte comes soon enough to keep an idle timeout from striking.
      assertTrue(
          drip(socket, "GET /health HTTP/1.1\r\nHost: x\r\nX: " + "y".repeat(10_000)),
          "the connection is open as long as bytes come");
      assertEquals("", answer(socket));
    }
  }

  @Test
  void aConnectionOnWhichNothingComesIsClosed() throws Exception {
    try (Socket socket = hasty.connect()) {
      assertEquals("", answer(socket));
    }
  }

  @Test
  void aBodyThatDripsIsRefused() throws Exception {
    try (Socket socket = hasty.connect()) {
      socket.getOutputStream().write(head("Content-Length: 10000"));
      drip(socket, "z".repeat(10_000));
      assertTrue(answer(socket).startsWith("HTTP/1.1 408 "));
    }
  }

  @Test
  void aBodyThatStopsIsRefused() throws Exception {
    try (Socket socket = hasty.connect()) {
      socket.getOutputStream().write(head("Content-Length: 10"));
      String answer = answer(socket);
      assertTrue(answer.startsWith("HTTP/1.1 408 "), answer);
    }
  }

  /** A byte late in the time allowed does not prolong it, nor does what is left of the body. */
  @Test
  void aBodyThatStopsLateIsRefusedOnTime() throws Exception {
    TestOptions options = new TestOptions();
    options.timeout = Duration.ofSeconds(2);
    try (TestServer patient = TestServer.start(options);
        Socket socket = patient.connect()) {
      long start = System.nanoTime();
      socket.getOutputStream().write(head("Content-Length: 10"));
      Thread.sleep(1500);
      socket.getOutputStream().write('z');
      assertTrue(answer(socket).startsWith("HTTP/1.1 408 "));
      Duration took = Duration.ofNanos(System.nanoTime() - start);
      assertTrue(took.compareTo(Duration.ofMillis(3200)) < 0, took.toString());
      assertTrue(took.compareTo(options.timeout) >= 0, took.toString());
    }
  }

  @Test
  void connectionsBeyondTheLimitWaitTheirTurn() throws Exception {
    List<Socket> idle = new ArrayList<>();
    try {
      for (int i = 0; i < 20; i++) {
        idle.add(hasty.connect());
      }
      // The idle ones time out and make room.
      assertEquals(200, hasty.get("/health").statusCode());
    } finally {
      for (Socket socket : idle) {
        socket.close();
      }
    }
  }

  @Test
  void aHeadThatIsTooLargeIsRefused() throws Exception {
    String answer =
        server.exchange(
            ("GET / HTTP/1.1\r\nHost: x\r\nX: " + "y".repeat(10_000) + "\r\n\r\n").getBytes(),
            true);
    assertTrue(answer.startsWith("HTTP/1.1 431 "), answer);
  }

  /**
   * Sends a byte at a time, until the server answers or hangs up or has had ample time to.
   *
   * @return whether it has hung up
   */
  private static boolean drip(Socket socket, String text) throws InterruptedException {
    long end = System.nanoTime() + 10 * TIMEOUT.toNanos();
    try {
      for (int i = 0; System.nanoTime() < end && socket.getInputStream().available() == 0; i++) {
        socket.getOutputStream().write(text.charAt(i));
        Thread.sleep(20);
      }
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  private static String answer(Socket socket) {
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    try {
      socket.getInputStream().transferTo(answer);
    } catch (IOException e) {
      // What came before counts.
    }
    return answer.toString(StandardCharsets.ISO_8859_1);
  }

  private static byte[] head(String header) {
    return ("POST /v1/classify HTTP/1.1\r\nHost: x\r\nContent-Type: image/png\r\n"
            + header
            + "\r\n\r\n")
        .getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] png(int width, int height) throws IOException {
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY), "png", png);
    return png.toByteArray();
  }
}
