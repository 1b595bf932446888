// SPDX-License-Identifier: Apache-2.0
package org.setun.server.http;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.setun.server.options.ServerOptions.TlsFiles;

/** Reads certificate and private key from PEM files (RFC 7468). */
final class PemFiles {
  private static final Pattern KEY =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

  /** What signs with a key, by its algorithm. */
  private static final Map<String, String> SIGNATURES =
      new TreeMap<>(Map.of("RSA", "SHA256withRSA", "EC", "SHA256withECDSA", "EdDSA", "EdDSA"));

  private PemFiles() {}

  /**
   * Reads both.
   *
   * @throws IOException if they cannot be read or used; the message says why in one line
   */
  static SslContextFactory.Server read(TlsFiles files) throws IOException {
    Certificate[] chain = certificates(files.certificate());
    PrivateKey key = key(files.key());
    if (!belongTogether(chain[0].getPublicKey(), key)) {
      throw new IOException(files.key() + ": not the key of " + files.certificate());
    }
    try {
      char[] password = UUID.randomUUID().toString().toCharArray(); // of a store in memory
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, password);
      store.setKeyEntry("server", key, password, chain);
      SslContextFactory.Server tls = new SslContextFactory.Server();
      tls.setKeyStore(store);
      tls.setKeyStorePassword(new String(password));
      return tls;
    } catch (GeneralSecurityException e) {
      throw new IOException(files.certificate() + ": cannot be used: " + e.getMessage(), e);
    }
  }

  /** Else each client would be told that the handshake has failed, and the server nothing. */
  private static boolean belongTogether(PublicKey open, PrivateKey secret) {
    try {
      Signature signature = Signature.getInstance(SIGNATURES.get(secret.getAlgorithm()));
      byte[] text = new byte[32];
      signature.initSign(secret);
      signature.update(text);
      byte[] signed = signature.sign();
      signature.initVerify(open);
      signature.update(text);
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      return false; // keys of different kinds
    }
  }

  private static Certificate[] certificates(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      Certificate[] chain =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(in)
              .toArray(Certificate[]::new);
      if (chain.length == 0) {
        throw new IOException(file + ": no certificate in it; --tls-cert wants a PEM file");
      }
      return chain;
    } catch (NoSuchFileException e) {
      throw new IOException(file + ": no such file; --tls-cert names it", e);
    } catch (CertificateException e) {
      throw new IOException(file + ": no certificate in PEM; --tls-cert wants one", e);
    }
  }

  private static PrivateKey key(Path file) throws IOException {
    Matcher pem;
    try {
      pem = KEY.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
    } catch (NoSuchFileException e) {
      throw new IOException(file + ": no such file; --tls-key names it", e);
    }
    if (!pem.find()) {
      throw new IOException(
          file
              + ": no unencrypted PKCS #8 key (BEGIN PRIVATE KEY) in it; openssl pkcs8 -topk8"
              + " -nodes makes one");
    }
    for (String algorithm : SIGNATURES.keySet()) {
      try {
        byte[] encoded = Base64.getMimeDecoder().decode(pem.group(1));
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
      } catch (GeneralSecurityException | IllegalArgumentException e) {
        // It may be a key of the next kind.
      }
    }
    throw new IOException(file + ": a damaged key, or one that is not of " + SIGNATURES.keySet());
  }
}
