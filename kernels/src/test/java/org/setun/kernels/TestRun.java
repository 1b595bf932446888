// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels;

import java.util.ArrayList;
import java.util.List;

/**
 * Which of the build's test runs this is (see the profile {@code widths} of the parent POM), and
 * the kernels that it has to test. A run that should have vectors and has none fails.
 */
public final class TestRun {
  private static final String NAME = System.getProperty("setun.test.run", "default");

  private TestRun() {}

  /** Whether this JVM must offer the Vector API: every run but the one that leaves it out. */
  public static boolean hasVectors() {
    return !NAME.equals("no-vector-module");
  }

  /** Widest vectors that the run's JVM options allow, in bits. */
  public static int widestVector() {
    return switch (NAME) {
      case "width-128" -> 128;
      case "width-256", "avx2" -> 256;
      default -> Integer.MAX_VALUE;
    };
  }

  /** Every implementation that a network can run on. */
  public static List<Kernels> kernels() {
    List<Kernels> kernels = new ArrayList<>(List.of(Kernels.scalar()));
    if (hasVectors()) {
      kernels.add(Kernels.vector());
    }
    return kernels;
  }
}
