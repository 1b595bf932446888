// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Peers that cannot be had, compute something wrong, or break do not take the others with them. */
class RowTimesTest {
  private static final Interleaved TIMING = new Interleaved(3, 1, System::nanoTime);

  private static Callable<Contender> busy(String name) {
    AtomicLong sink = new AtomicLong();
    return () -> new Contender(name, () -> sink.addAndGet(System.nanoTime()));
  }

  private static Peer broken(String name, Throwable thrown) {
    return new Peer(
        name,
        1,
        () -> {
          if (thrown instanceof Error error) {
            throw error;
          }
          throw (Exception) thrown;
        });
  }

  @Test
  void peersFailAlone() {
    List<ComparisonResult> results =
        RowTimes.measure(
            "layer",
            busy("Setun"),
            List.of(
                broken("oneDNN", new IllegalStateException("oneDNN: 7 at 97 where 9 is right")),
                new Peer("good", 1, busy("good peer")),
                broken("native", new UnsatisfiedLinkError("no such library")),
                new Peer(
                    "breaks",
                    1,
                    () ->
                        new Contender(
                            "breaks",
                            () -> {
                              throw new IllegalStateException("out of luck");
                            }))),
            TIMING);
    assertEquals(
        List.of("oneDNN", "good peer", "native", "breaks"),
        results.stream().map(ComparisonResult::peer).toList());
    assertEquals("oneDNN: 7 at 97 where 9 is right", results.getFirst().failure());
    assertEquals("no such library", results.get(2).failure());
    assertEquals("out of luck", results.get(3).failure());
    ComparisonResult good = results.get(1);
    assertFalse(good.hasFailed());
    assertTrue(good.ownMicros() > 0 && good.peerMicros() > 0 && good.ratio().low() > 0);
  }

  @Test
  void whereSetunFailsNothingIsCompared() {
    List<ComparisonResult> results =
        RowTimes.measure(
            "layer",
            () -> {
              throw new IllegalStateException("wrong");
            },
            List.of(new Peer("good", 1, busy("good peer"))),
            TIMING);
    assertEquals("Setun itself failed: wrong", results.getFirst().failure());
  }

  @Test
  void whatBreaksWhileItIsTimedFailsTheRow() {
    AtomicLong calls = new AtomicLong();
    Peer late =
        new Peer(
            "late",
            1,
            () ->
                new Contender(
                    "late",
                    () -> {
                      if (calls.incrementAndGet() > 1) {
                        throw new IllegalStateException();
                      }
                    }));
    ComparisonResult result =
        RowTimes.measure("layer", busy("Setun"), List.of(late), TIMING).getFirst();
    assertEquals("java.lang.IllegalStateException", result.failure());
  }
}
