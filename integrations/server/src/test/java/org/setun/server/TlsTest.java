// SPDX-License-Identifier: Apache-2.0
package org.setun.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.Base64;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.setun.server.options.ServerOptions.TlsFiles;

/** HTTPS with PEM files, of certificates that the JDK's keytool makes. */
@Timeout(180)
final class TlsTest {
  private static final char[] PASSWORD = "changeit".toCharArray();

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"RSA", "EC", "Ed25519"})
  void clientsThatTrustTheCertificateAreServed(String algorithm) throws Exception {
    KeyStore made = make(algorithm);
    TestOptions options = new TestOptions();
    options.tls = files(made);
    byte[] image = TestServer.file("images/grey.png");
    try (TestServer server = TestServer.start(options);
        HttpClient client = HttpClient.newBuilder().sslContext(trusting(made)).build()) {
      URI uri = URI.create("https://127.0.0.1:" + server.server().port() + "/v1/classify");
      for (int i = 0; i < 3; i++) {
        HttpResponse<String> answer =
            client.send(
                HttpRequest.newBuilder(uri)
                    .header("Content-Type", "image/png")
                    .POST(BodyPublishers.ofByteArray(image))
                    .build(),
                BodyHandlers.ofString());
        assertEquals(TestServer.expected(TestServer.path("images/grey.png"), 5), answer.body());
      }
    }
  }

  @Test
  void whoeverDoesNotSpeakTlsIsClosed() throws Exception {
    KeyStore made = make("EC");
    TestOptions options = new TestOptions();
    options.tls = files(made);
    options.timeout = Duration.ofMillis(500);
    try (TestServer server = TestServer.start(options);
        HttpClient client = HttpClient.newBuilder().sslContext(trusting(made)).build()) {
      String answer =
          server.exchange(
              "GET /health HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII), false);
      assertFalse(answer.contains("HTTP"), answer);
      try (Socket silent = server.connect()) {
        assertTrue(silent.getInputStream().read() < 0); // the handshake takes too long
      }
      URI uri = URI.create("https://127.0.0.1:" + server.server().port() + "/health");
      HttpResponse<String> health =
          client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
      assertEquals(200, health.statusCode());
    }
  }

  @Test
  void filesThatDoNotServeAreSaid() throws Exception {
    TlsFiles good = files(make("RSA"));
    Path other = folder.resolve("other.pem");
    Files.copy(good.key(), other);
    Path rsa = folder.resolve("rsa.pem");
    Files.copy(good.certificate(), rsa);
    Path ec = folder.resolve("ec.pem");
    Files.copy(files(make("EC")).certificate(), ec);
    good = files(make("RSA")); // another pair
    assertRefused(new TlsFiles(folder.resolve("none"), other), "no such file; --tls-cert names it");
    assertRefused(
        new TlsFiles(good.certificate(), folder.resolve("none")),
        "no such file; --tls-key names it");
    assertRefused(new TlsFiles(other, other), "certificate");
    assertRefused(
        new TlsFiles(good.certificate(), good.certificate()), "no unencrypted PKCS #8 key");
    assertRefused(new TlsFiles(ec, other), "not the key of");
    assertRefused(new TlsFiles(good.certificate(), other), "not the key of");
    assertRefused(new TlsFiles(rsa, good.key()), "not the key of");
    Files.writeString(other, pem("PRIVATE KEY", new byte[40]));
    assertRefused(new TlsFiles(good.certificate(), other), "a damaged key");
  }

  private static void assertRefused(TlsFiles files, String message) {
    TestOptions options = new TestOptions();
    options.tls = files;
    IOException refused = assertThrows(IOException.class, () -> TestServer.start(options));
    assertTrue(refused.getMessage().contains(message), refused.getMessage());
    assertFalse(refused.getMessage().contains("\n"), refused.getMessage());
  }

  private KeyStore make(String algorithm) throws Exception {
    Path store = Files.createTempDirectory(folder, "store").resolve("keys.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                algorithm,
                "-alias",
                "server",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=ip:127.0.0.1",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                new String(PASSWORD))
            .redirectErrorStream(true)
            .start();
    String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, keytool.waitFor(), said);
    KeyStore made = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      made.load(in, PASSWORD);
    }
    return made;
  }

  private TlsFiles files(KeyStore made) throws Exception {
    Path certificate = folder.resolve("cert.pem");
    Path key = folder.resolve("key.pem");
    Files.writeString(
        certificate,
        "text before it\n" + pem("CERTIFICATE", made.getCertificate("server").getEncoded()));
    Files.writeString(
        key, "text before it\n" + pem("PRIVATE KEY", made.getKey("server", PASSWORD).getEncoded()));
    return new TlsFiles(certificate, key);
  }

  private static String pem(String type, byte[] content) {
    return "-----BEGIN "
        + type
        + "-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content)
        + "\n-----END "
        + type
        + "-----\n";
  }

  private static SSLContext trusting(KeyStore made) throws Exception {
    Certificate certificate = made.getCertificate("server");
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("server", certificate);
    TrustManagerFactory managers =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    managers.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, managers.getTrustManagers(), null);
    return context;
  }
}
