// SPDX-License-Identifier: Apache-2.0
package org.setun.server.batch;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Jobs that wait, in the order of their arrival, handed out in batches. */
final class JobQueue {
  private final int capacity;
  private final int takers;
  private final int batch;
  private final long waitNanos;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<Job<?>> jobs = new ArrayDeque<>();
  private boolean hurried;
  private boolean closed;

  /**
   * Makes an empty queue.
   *
   * @param capacity jobs that may wait
   * @param takers threads that take batches
   * @param batch jobs of a batch, at most
   * @param wait how long after its first job's arrival a batch may be completed
   */
  JobQueue(int capacity, int takers, int batch, Duration wait) {
    this.capacity = capacity;
    this.takers = takers;
    this.batch = batch;
    this.waitNanos = wait.toNanos();
  }

  /** Appends a job; false if the queue is full or closed. */
  boolean offer(Job<?> job) {
    lock.lock();
    try {
      if (closed || jobs.size() >= capacity) {
        return false;
      }
      jobs.add(job);
      changed.signal();
      return true;
    } finally {
      lock.unlock();
    }
  }

  int size() {
    lock.lock();
    try {
      return jobs.size();
    } finally {
      lock.unlock();
    }
  }

  boolean isFull() {
    return size() >= capacity;
  }

  /**
   * Takes a batch, waiting for one. Of more jobs than one batch a thread takes no more than its
   * share, so that none of the others is idle.
   *
   * @return at least one job; none once the queue is closed and empty
   */
  List<Job<?>> take() throws InterruptedException {
    lock.lock();
    try {
      while (!isComplete()) {
        if (jobs.isEmpty()) {
          changed.await();
        } else {
          changed.awaitNanos(left());
        }
      }
      int share = Math.ceilDiv(jobs.size(), takers);
      List<Job<?>> taken = new ArrayList<>();
      for (int i = Math.min(batch, share); i > 0; i--) {
        taken.add(jobs.remove());
      }
      if (!jobs.isEmpty()) {
        changed.signal();
      }
      return taken;
    } finally {
      lock.unlock();
    }
  }

  /** From now on jobs are handed out at once, and no batch waits to be completed. */
  void hurry() {
    lock.lock();
    try {
      hurried = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Takes no more jobs; those that wait are still handed out. */
  void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private boolean isComplete() {
    return closed || jobs.size() >= batch || (!jobs.isEmpty() && (hurried || left() <= 0));
  }

  /** Nanoseconds that the first job may still wait for others. */
  private long left() {
    return jobs.element().arrived() + waitNanos - System.nanoTime();
  }
}
