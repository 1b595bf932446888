package org.setun.server.http;

import java.util.concurrent.atomic.AtomicLong;

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

    @Override
    public void close() {
      left.addAndGet(taken);
      taken = 0;
    }
  }
}
