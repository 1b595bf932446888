package org.setun.loader.cli;

/** Finds out how fast a core runs, which Java does not say. */
final class ClockEstimate {
  private static final int LINKS = 2_000_000;

  /** Cycles from one link of the chain to the next: multiply 3, add 1, on x86 since 2008. */
  private static final double CYCLES_PER_LINK = 4;

  private static final int TRIES = 12;

  private ClockEstimate() {}

  /** Whether the cycles of a link are known for this processor. */
  static boolean isKnown() {
    return System.getProperty("os.arch").equals("amd64");
  }

  /** Cycles a second, the best of a few tries: the first are not yet compiled. */
  static double cyclesPerSecond() {
    long best = Long.MAX_VALUE;
    long sink = System.nanoTime();
    for (int i = 0; i < TRIES; i++) {
      long start = System.nanoTime();
      sink = chain(sink);
      best = Math.min(best, System.nanoTime() - start);
    }
    // The chain's end decides nothing, but the compiler must not know that.
    return sink == 0 ? 0 : LINKS * CYCLES_PER_LINK / best * 1e9;
  }

  /** Each link needs the one before it, so its latency is what is measured. */
  private static long chain(long x) {
    for (int i = 0; i < LINKS; i++) {
      x = x * 6364136223846793005L + 1442695040888963407L;
    }
    return x;
  }
}
