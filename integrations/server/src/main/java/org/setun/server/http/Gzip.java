// SPDX-License-Identifier: Apache-2.0
package org.setun.server.http;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.setun.server.input.Refusal;

/** The content coding gzip, of requests and of answers. */
final class Gzip {
  static final String NAME = "gzip";

  /** RFC 9110 wants {@code x-gzip} taken for the same. */
  private static final Set<String> NAMES = Set.of(NAME, "x-gzip");

  private static final int FIRST_BYTES = 16 << 10;

  private Gzip() {}

  /**
   * Whether a request's body is compressed.
   *
   * @throws Refusal if it is so in another way
   */
  static boolean isCompressed(Request request) throws Refusal {
    HttpField coding = request.getHeaders().getField(HttpHeader.CONTENT_ENCODING);
    if (coding == null || "identity".equalsIgnoreCase(coding.getValue())) {
      return false;
    }
    if (NAMES.stream().anyMatch(coding.getValue()::equalsIgnoreCase)) {
      return true;
    }
    throw new Refusal(415, "a body may be compressed with gzip only")
        .with("Accept-Encoding", "gzip, identity");
  }

  /**
   * Inflates a body, of which no more than the limits allow is ever inflated.
   *
   * @param compressed the body
   * @param most bytes that may come of it
   * @param lease what they may take of all requests' memory
   * @throws Refusal if it is damaged or too much comes of it, or there is no memory for it
   */
  static byte[] inflate(byte[] compressed, int most, MemoryBudget.Lease lease) throws Refusal {
    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(compressed))) {
      byte[] bytes = new byte[0];
      int count = 0;
      while (true) {
        if (count == bytes.length) {
          int next = in.read();
          if (next < 0) {
            return bytes;
          }
          if (count == most) {
            throw new Refusal(413, "the inflated body is larger than " + most + " bytes");
          }
          int size = (int) Math.min(most, Math.max(FIRST_BYTES, 2L * count));
          bytes = lease.grow(bytes, size);
          bytes[count++] = (byte) next;
        }
        int more = in.read(bytes, count, bytes.length - count);
        if (more < 0) {
          return Arrays.copyOf(bytes, count);
        }
        count += more;
      }
    } catch (IOException e) {
      throw new Refusal(400, "the body is not gzip, or is damaged");
    }
  }

  /** Whether a client takes compressed answers. */
  static boolean isWanted(Request request) {
    return request.getHeaders().getQualityCSV(HttpHeader.ACCEPT_ENCODING).stream()
        .anyMatch(NAME::equalsIgnoreCase);
  }

  static byte[] deflate(byte[] body) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(bytes)) {
      out.write(body);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // memory takes all
    }
    return bytes.toByteArray();
  }
}
