// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SessionPoolTest {
  private static final NetworkGraph GRAPH = TestNetwork.graph();
  private static final Network NETWORK = Network.compile(GRAPH);
  private static final Duration NO_TIME = Duration.ZERO;

  @Test
  void manyVirtualThreadsShareFewSessions() throws Exception {
    float[] image = RandomValues.floats(new SplittableRandom(4), GRAPH.inputShape().size(), 2);
    float[] expected = PlainNetwork.run(GRAPH, image);
    Set<Session> seen = ConcurrentHashMap.newKeySet();
    SessionPool pool = NETWORK.pool(3);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<float[]>> outputs = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        outputs.add(
            threads.submit(
                () ->
                    pool.run(
                        session -> {
                          seen.add(session);
                          return session.run(image);
                        })));
      }
      for (Future<float[]> output : outputs) {
        NetworkAssertions.assertBits(expected, output.get(), "output");
      }
    }
    assertTrue(seen.size() <= 3, seen.size() + " sessions");
    assertEquals(3, pool.available());
  }

  @Test
  void anEmptyPoolLetsWaitForNoLongerThanAsked() throws Exception {
    SessionPool pool = NETWORK.pool(1);
    Session first;
    try (SessionPool.Lease lease = pool.borrow()) {
      first = lease.session();
      assertEquals(0, pool.available());
      String message =
          assertThrows(TimeoutException.class, () -> pool.borrow(Duration.ofMillis(20)))
              .getMessage();
      assertEquals("all 1 sessions stayed in use for 20 ms", message);
      assertThrows(TimeoutException.class, () -> pool.run(NO_TIME, session -> 0));
    }
    assertSame(first, pool.run(NO_TIME, Function.identity()), "the session is used again");
  }

  @Test
  void whoHasWaitedLongestIsServedFirst() throws Exception {
    SessionPool pool = NETWORK.pool(1);
    List<Integer> served = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    try (SessionPool.Lease _ = pool.borrow()) {
      for (int i = 0; i < 5; i++) {
        int number = i;
        threads.add(
            Thread.ofVirtual()
                .start(
                    () -> {
                      try {
                        pool.run(session -> served.add(number)); // one thread at a time
                      } catch (InterruptedException e) {
                        throw new AssertionError(e);
                      }
                    }));
        while (pool.waiting() <= i) {
          Thread.onSpinWait();
        }
      }
      assertEquals(List.of(), served);
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertEquals(List.of(0, 1, 2, 3, 4), served);
  }

  @Test
  void aLeaseIsGivenBackOnce() throws Exception {
    SessionPool pool = NETWORK.pool(2);
    SessionPool.Lease first = pool.borrow();
    SessionPool.Lease second = pool.borrow();
    assertNotSame(first.session(), second.session());
    first.close();
    first.close();
    assertEquals(1, pool.available());
    assertThrows(IllegalStateException.class, first::session);
    second.close();
    assertEquals(2, pool.available());
  }

  @Test
  void anExceptionGivesTheSessionBack() throws Exception {
    SessionPool pool = NETWORK.pool(1);
    for (int i = 0; i < 3; i++) {
      assertThrows(
          IllegalArgumentException.class,
          () -> pool.run(NO_TIME, session -> session.run(new float[1])));
    }
  }

  @Test
  void aFactoryThatFailsLeavesThePoolAsItWas() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    SessionPool pool =
        new SessionPool(
            1,
            () -> {
              if (calls.getAndIncrement() == 0) {
                throw new OutOfMemoryError("no room for a session");
              }
              return NETWORK.session();
            });
    assertThrows(OutOfMemoryError.class, pool::borrow);
    assertEquals(GRAPH.outputShape().size(), pool.run(NO_TIME, s -> s.run(image())).length);
    assertEquals(2, calls.get());
  }

  @Test
  void aFactoryWithoutASessionLeavesThePoolAsItWas() {
    SessionPool pool = new SessionPool(1, () -> null);
    for (int i = 0; i < 2; i++) {
      assertThrows(NullPointerException.class, () -> pool.run(NO_TIME, session -> 1));
      assertThrows(NullPointerException.class, () -> pool.borrow(NO_TIME));
    }
    assertEquals(1, pool.available());
  }

  @Test
  void interruptionEndsTheWait() throws Exception {
    SessionPool pool = NETWORK.pool(1);
    try (SessionPool.Lease _ = pool.borrow()) {
      Thread.currentThread().interrupt();
      assertThrows(InterruptedException.class, pool::borrow);
    }
    assertEquals(1, pool.available());
  }

  @Test
  void aPoolNeedsRoom() {
    assertThrows(IllegalArgumentException.class, () -> NETWORK.pool(0));
  }

  @Test
  void runAllocatesNothing() throws Exception {
    SessionPool pool = NETWORK.pool(1);
    Function<Session, Session> work = Function.identity();
    Allocations.assertNone(1000, () -> pool.run(work));
  }

  private static float[] image() {
    return new float[GRAPH.inputShape().size()];
  }
}
