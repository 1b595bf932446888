// SPDX-License-Identifier: Apache-2.0
package org.setun.server.http;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.setun.server.input.Refusal;

/** Reads the bodies of requests, within limits of size, of memory and of time. */
final class BodyReader {
  /** Most bytes that are drained of a refused request, so that its client reads the answer. */
  private static final long MOST_DISCARDED = 16 << 20;

  private static final int FIRST_BYTES = 16 << 10;

  private final int maxBody;
  private final Duration timeout;

  BodyReader(int maxBody, Duration timeout) {
    this.maxBody = maxBody;
    this.timeout = timeout;
  }

  /**
   * Reads a body.
   *
   * @param request the request
   * @param lease what the body may take of all requests' memory
   * @throws Refusal if it is too large or too slow, or there is no memory for it
   * @throws IOException if the client is gone
   */
  byte[] read(Request request, MemoryBudget.Lease lease) throws Refusal, IOException {
    long deadline = System.nanoTime() + timeout.toNanos();
    if (request.getLength() > maxBody) {
      throw tooLarge();
    }
    InputStream in = Content.Source.asInputStream(request);
    ClientEndPoint client = ClientEndPoint.of(request);
    byte[] bytes = new byte[0];
    int count = 0;
    try {
      while (true) {
        // An idle timeout begins anew with every byte, the deadline does not.
        long left = Math.ceilDiv(deadline - System.nanoTime(), 1_000_000);
        client.setIdleTimeout(Math.clamp(left, 1, client.getIdleTimeout()));
        if (count < bytes.length) {
          int more = in.read(bytes, count, bytes.length - count);
          if (more < 0) {
            return Arrays.copyOf(bytes, count);
          }
          count += more;
        } else {
          int next = in.read();
          if (next < 0) {
            return bytes;
          }
          bytes = grow(bytes, request.getLength(), lease);
          bytes[count++] = (byte) next;
        }
        if (System.nanoTime() > deadline) {
          throw tooSlow();
        }
      }
    } catch (IOException e) {
      for (Throwable cause = e; cause != null; cause = cause.getCause()) {
        if (cause instanceof TimeoutException) {
          throw tooSlow();
        }
      }
      throw e;
    } finally {
      ((ClientConnector) request.getConnectionMetaData().getConnector()).resetIdleTimeout(client);
    }
  }

  /** Reads the rest of a refused request's body, unless that is a lot or takes long. */
  void discard(Request request) {
    if (request.getLength() > MOST_DISCARDED) {
      return;
    }
    long deadline = System.nanoTime() + timeout.toNanos();
    InputStream in = Content.Source.asInputStream(request);
    byte[] bytes = new byte[FIRST_BYTES];
    long left = MOST_DISCARDED;
    int count;
    try {
      do {
        count = in.read(bytes);
        left -= count;
      } while (count >= 0 && left > 0 && System.nanoTime() < deadline);
    } catch (IOException e) {
      // No more is to come.
    }
  }

  private byte[] grow(byte[] bytes, long length, MemoryBudget.Lease lease) throws Refusal {
    if (bytes.length == maxBody) {
      throw tooLarge();
    }
    long wanted = Math.max(FIRST_BYTES, 2L * bytes.length);
    int size = (int) Math.min(wanted, length < 0 ? maxBody : Math.max(length, 1));
    return lease.grow(bytes, size);
  }

  private Refusal tooLarge() {
    return new Refusal(413, "the body is larger than " + maxBody + " bytes");
  }

  private Refusal tooSlow() {
    return new Refusal(408, "the body did not arrive within " + timeout.toMillis() + " ms")
        .with("Connection", "close");
  }
}
