// SPDX-License-Identifier: Apache-2.0
package org.setun.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies and answers that are compressed, and images in forms. */
@Timeout(180)
final class EncodingsTest {
  private static final String FORM = "multipart/form-data; boundary=limit";
  private static final int HOSTILE = Integer.getInteger("setun.test.malformed", 2000);

  private static TestServer server;
  private static byte[] png;
  private static byte[] jpeg;

  @BeforeAll
  static void start() throws Exception {
    server = TestServer.start(new TestOptions());
    png = TestServer.file("images/grey.png");
    jpeg = TestServer.file("images/colour.jpg");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void aCompressedBodyIsWhatItWas() throws Exception {
    HttpResponse<String> answer = compressed("image/png", gzip(png), "gzip");
    assertEquals(200, answer.statusCode(), answer.body());
    assertEquals(TestServer.expected(TestServer.path("images/grey.png"), 5), answer.body());
  }

  @Test
  void aBombIsRefusedAtTheLimit() throws Exception {
    byte[] bomb = gzip(new byte[100_000_000]);
    assertTrue(bomb.length < new TestOptions().maxBody);
    HttpResponse<String> answer = compressed("image/png", bomb, "gzip");
    assertEquals(413, answer.statusCode());
    assertTrue(answer.body().contains("the inflated body is larger than 200000 bytes"));
    byte[] atLimit = gzip(new byte[new TestOptions().maxBody]);
    assertEquals(422, compressed("image/png", atLimit, "x-gzip").statusCode());
  }

  @Test
  void whatIsNotGzipIs400AndAnotherCoding415() throws Exception {
    byte[] whole = gzip(png);
    assertEquals(400, compressed("image/png", png, "gzip").statusCode());
    assertEquals(
        400, compressed("image/png", Arrays.copyOf(whole, whole.length / 2), "gzip").statusCode());
    HttpResponse<String> other = compressed("image/png", whole, "br");
    assertEquals(415, other.statusCode());
    assertEquals("gzip, identity", other.headers().firstValue("Accept-Encoding").orElseThrow());
  }

  @Test
  void longAnswersAreCompressedForThoseWhoTakeIt() throws Exception {
    String plain = server.get("/openapi.json").body();
    HttpResponse<byte[]> answer =
        server.sendForBytes(
            "/openapi.json", r -> r.header("Accept-Encoding", "br;q=1, gzip;q=0.5"));
    assertEquals("gzip", answer.headers().firstValue("Content-Encoding").orElseThrow());
    assertEquals("Accept-Encoding", answer.headers().firstValue("Vary").orElseThrow());
    assertTrue(answer.body().length < plain.length() / 3);
    byte[] inflated = new GZIPInputStream(new ByteArrayInputStream(answer.body())).readAllBytes();
    assertArrayEquals(plain.getBytes(StandardCharsets.UTF_8), inflated);
    for (String not : new String[] {"gzip;q=0", "br", "identity"}) {
      assertEquals(
          plain, server.send("/openapi.json", r -> r.header("Accept-Encoding", not)).body());
    }
  }

  @Test
  void anImageInAFormIsAnsweredAsAnImageIs() throws Exception {
    byte[] form = form(part("image/png", png), "Content-Disposition: form-data; name=x\r\n\r\ny");
    HttpResponse<String> answer = server.classify("?top=2", FORM, form);
    assertEquals(200, answer.statusCode(), answer.body());
    assertEquals(TestServer.expected(TestServer.path("images/grey.png"), 2), answer.body());
  }

  @Test
  void severalImagesAreABatch() throws Exception {
    byte[] form = form(part("image/png", png), part("image/jpeg", jpeg), part("image/png", png));
    HttpResponse<String> answer = server.classify("", FORM, form);
    String grey = TestServer.expected(TestServer.path("images/grey.png"), 5);
    String colour = TestServer.expected(TestServer.path("images/colour.jpg"), 5);
    assertEquals("{\"results\":[" + String.join(",", grey, colour, grey) + "]}", answer.body());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=other",
        "multipart/form-data; boundary=\"",
        "multipart/form-data; charset=x"
      })
  void aWrongBoundaryIs400(String type) throws Exception {
    HttpResponse<String> answer = server.classify(type, form(part("image/png", png)));
    assertEquals(400, answer.statusCode(), answer.body());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x",
        "--limit",
        "--limit--\r\n",
        "--limit\r\n\r\n\r\n--limit--\r\n",
        "--limit\r\nContent-Disposition: form-data; name=a\r\n\r\nb\r\n--limit--\r\n",
        "--limit\r\nContent-Type: image/png\r\n\r\nabc",
        "--limit\r\n"
            + "Content-Disposition: form-data\r\n"
            + "Content-Type: image/png\r\n\r\n\r\n"
            + "--limit\r\n"
      })
  void aFormWithoutAnImageIs400(String body) throws Exception {
    HttpResponse<String> answer = server.classify(FORM, body.getBytes(StandardCharsets.ISO_8859_1));
    assertEquals(400, answer.statusCode(), answer.body());
  }

  @Test
  void tooManyPartsAndDamagedImagesAreRefused() throws Exception {
    byte[][] parts = new byte[300][];
    Arrays.fill(parts, part("image/png", new byte[1]));
    assertEquals(400, server.classify("", FORM, form((Object[]) parts)).statusCode());
    assertEquals(
        422,
        server
            .classify("", FORM, form(part("image/png", png), part("image/png", new byte[9])))
            .statusCode());
  }

  @Test
  void nothingMalformedIsTheServersFault() throws Exception {
    Random random = new Random(5);
    byte[] form = form(part("image/png", png), part("image/jpeg", jpeg));
    byte[] zipped = gzip(png);
    for (int i = 0; i < HOSTILE; i++) {
      boolean zip = random.nextBoolean();
      byte[] body = (zip ? zipped : form).clone();
      for (int j = random.nextInt(1, 6); j > 0; j--) {
        body[random.nextInt(Math.min(body.length, 300))] = (byte) random.nextInt();
      }
      if (random.nextInt(4) == 0) {
        body = Arrays.copyOf(body, random.nextInt(body.length));
      }
      HttpResponse<String> answer =
          zip ? compressed("image/png", body, "gzip") : server.classify(FORM, body);
      assertTrue(answer.statusCode() < 500, answer::body);
    }
  }

  private static HttpResponse<String> compressed(String type, byte[] body, String coding)
      throws Exception {
    return server.send(
        "/v1/classify",
        request ->
            request
                .header("Content-Type", type)
                .header("Content-Encoding", coding)
                .POST(BodyPublishers.ofByteArray(body)));
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    }
    return out.toByteArray();
  }

  private static byte[] part(String type, byte[] content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(
        ("Content-Disposition: form-data; name=image; filename=a\r\nContent-Type: "
                + type
                + "\r\n\r\n")
            .getBytes(StandardCharsets.US_ASCII));
    out.writeBytes(content);
    return out.toByteArray();
  }

  private static byte[] form(Object... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (Object part : parts) {
      out.writeBytes("--limit\r\n".getBytes(StandardCharsets.US_ASCII));
      out.writeBytes(
          part instanceof String text ? text.getBytes(StandardCharsets.US_ASCII) : (byte[]) part);
      out.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
    }
    out.writeBytes("--limit--\r\n".getBytes(StandardCharsets.US_ASCII));
    return out.toByteArray();
  }
}
