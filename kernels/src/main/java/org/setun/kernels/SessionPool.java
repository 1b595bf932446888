// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A bounded number of sessions that threads share by turns. For servers whose request threads are
 * many, or virtual: as many sessions as processors run at full speed, one per request would only
 * cost memory. Thread-safe and fair: who has waited longest is served first.
 *
 * <pre>{@code
 * SessionPool pool = network.pool(Runtime.getRuntime().availableProcessors());
 * float[] logits = pool.run(session -> session.run(image));
 *
 * try (SessionPool.Lease lease = pool.borrow(Duration.ofMillis(50))) {
 *   lease.session().run(images, outputs, batch);
 * }
 * }</pre>
 *
 * <p>A session is made when all others are in use, and kept. The pool itself need not be closed: it
 * owns neither threads nor memory outside the heap.
 *
 * @since 0.1
 */
public final class SessionPool {
  private final int size;
  private final Supplier<Session> factory;
  private final Semaphore permits;

  /** The session used last on top: its memory is still in cache. Guarded by itself. */
  private final ArrayDeque<Session> idle;

  /**
   * Creates a pool of sessions made by {@code factory}, for sessions of several threads each; for
   * others see {@link Network#pool}.
   *
   * @param size how many sessions there may be, at least 1
   * @param factory makes a session; called at most {@code size} times, by the thread that borrows
   * @throws IllegalArgumentException if {@code size} is below 1
   */
  public SessionPool(int size, Supplier<Session> factory) {
    Objects.requireNonNull(factory, "factory");
    if (size < 1) {
      throw new IllegalArgumentException("a pool of " + size + " sessions");
    }
    this.size = size;
    this.factory = factory;
    this.permits = new Semaphore(size, true);
    this.idle = new ArrayDeque<>(size);
  }

  /** {@return how many sessions there may be} */
  public int size() {
    return size;
  }

  /** {@return how many sessions could be borrowed now without waiting} */
  public int available() {
    return permits.availablePermits();
  }

  /** {@return an estimate of how many threads wait for a session} */
  public int waiting() {
    return permits.getQueueLength();
  }

  /**
   * Borrows a session, waiting as long as it takes.
   *
   * @return the session, to be given back with {@link Lease#close}
   * @throws InterruptedException if the thread is interrupted while it waits
   */
  public Lease borrow() throws InterruptedException {
    return new Lease(take());
  }

  /**
   * Borrows a session.
   *
   * @param timeout how long to wait at most; zero or less: not at all
   * @return the session, to be given back with {@link Lease#close}
   * @throws InterruptedException if the thread is interrupted while it waits
   * @throws TimeoutException if no session became free in time
   */
  public Lease borrow(Duration timeout) throws InterruptedException, TimeoutException {
    Objects.requireNonNull(timeout, "timeout");
    return new Lease(take(timeout));
  }

  /**
   * Runs {@code work} with a session, waiting for one as long as it takes. Allocates nothing.
   *
   * @param work must not keep the session
   * @param <R> type of the result
   * @return what {@code work} returns
   * @throws InterruptedException if the thread is interrupted while it waits
   */
  public <R> R run(Function<? super Session, ? extends R> work) throws InterruptedException {
    Objects.requireNonNull(work, "work");
    return run(take(), work);
  }

  /**
   * Runs {@code work} with a session. Allocates nothing.
   *
   * @param timeout how long to wait for a session at most; zero or less: not at all
   * @param work must not keep the session
   * @param <R> type of the result
   * @return what {@code work} returns
   * @throws InterruptedException if the thread is interrupted while it waits
   * @throws TimeoutException if no session became free in time
   */
  public <R> R run(Duration timeout, Function<? super Session, ? extends R> work)
      throws InterruptedException, TimeoutException {
    Objects.requireNonNull(timeout, "timeout");
    Objects.requireNonNull(work, "work");
    return run(take(timeout), work);
  }

  private <R> R run(Session session, Function<? super Session, ? extends R> work) {
    try {
      return work.apply(session);
    } finally {
      giveBack(session);
    }
  }

  private Session take() throws InterruptedException {
    permits.acquire();
    return idleOrNew();
  }

  private Session take(Duration timeout) throws InterruptedException, TimeoutException {
    if (!permits.tryAcquire(TimeUnit.NANOSECONDS.convert(timeout), TimeUnit.NANOSECONDS)) {
      throw new TimeoutException(
          "all " + size + " sessions stayed in use for " + timeout.toMillis() + " ms");
    }
    return idleOrNew();
  }

  /** For a thread that has a permit: those without one hold fewer sessions than there may be. */
  private Session idleOrNew() {
    Session session;
    synchronized (idle) {
      session = idle.pollFirst();
    }
    if (session != null) {
      return session;
    }
    boolean made = false;
    try {
      session = Objects.requireNonNull(factory.get(), "the factory made no session");
      made = true;
      return session;
    } finally {
      if (!made) {
        permits.release();
      }
    }
  }

  private void giveBack(Session session) {
    synchronized (idle) {
      idle.addFirst(session);
    }
    permits.release();
  }

  /** Sizes, for messages. */
  @Override
  public String toString() {
    return "SessionPool of " + size + ", " + available() + " available, " + waiting() + " waiting";
  }

  /**
   * A borrowed session.
   *
   * @since 0.1
   */
  public final class Lease implements AutoCloseable {
    private Session session;

    private Lease(Session session) {
      this.session = session;
    }

    /**
     * The session, which must not be used after {@link #close}: another thread may have it then.
     *
     * @return the session
     * @throws IllegalStateException if it has been given back
     */
    public synchronized Session session() {
      if (session == null) {
        throw new IllegalStateException("the session has been given back to its pool");
      }
      return session;
    }

    /** Gives the session back; does nothing the second time. */
    @Override
    public synchronized void close() {
      if (session != null) {
        giveBack(session);
        session = null;
      }
    }

    /** The session, or that it has been given back, for messages. */
    @Override
    public synchronized String toString() {
      return "Lease of " + (session == null ? "a session that was given back" : session);
    }
  }
}
