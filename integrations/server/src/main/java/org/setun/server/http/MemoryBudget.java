// SPDX-License-Identifier: Apache-2.0
package org.setun.server.http;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import org.setun.server.input.Refusal;

/** Bytes that the bodies of all requests may take together. */
final class MemoryBudget {
  private final AtomicLong left;

  MemoryBudget(long bytes) {
    this.left = new AtomicLong(bytes);
  }

  /** Starts the account of one request; closing it gives back what it took. */
  Lease lease() {
    return new Lease();
  }

  /** What one request has taken. */
  final class Lease implements AutoCloseable {
    private long taken;

    /** Takes more; false if there is not so much left. */
    boolean take(long bytes) {
      if (left.addAndGet(-bytes) < 0) {
        left.addAndGet(bytes);
        return false;
      }
      taken += bytes;
      return true;
    }

    /**
     * Lengthens a body's array, of whose memory the old length has been taken already.
     *
     * @throws Refusal if there is not so much left
     */
    byte[] grow(byte[] bytes, int size) throws Refusal {
      if (!take(size - bytes.length)) {
        throw new Refusal(429, "the server has no memory for another body now")
            .with("Retry-After", "1");
      }
      return Arrays.copyOf(bytes, size);
    }

    @Override
    public void close() {
      left.addAndGet(taken);
      taken = 0;
    }
  }
}
