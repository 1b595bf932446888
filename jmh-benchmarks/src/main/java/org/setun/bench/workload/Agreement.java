// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.workload;

import org.setun.kernels.NetworkGraph;

/** Checks that what is measured also computes what it should. */
public final class Agreement {
  private Agreement() {}

  /**
   * Compares a network's output with that of the other implementation: scalar's with vector's, and
   * any other one's with scalar's.
   *
   * @throws IllegalStateException if they differ by more than 1e-4
   */
  public static void check(NetworkGraph graph, Implementation implementation) {
    Implementation other =
        Implementation.named(implementation.name().equals("scalar") ? "vector" : "scalar");
    check(
        implementation.name(),
        new Passes(graph, implementation, step -> true).wholeRun(),
        other.name(),
        new Passes(graph, other, step -> true).wholeRun(),
        1e-4);
  }

  /**
   * Compares values with expected ones.
   *
   * @param name what computed the values
   * @param actual the values
   * @param reference what computed the expected ones
   * @param expected as many values
   * @param tolerance largest difference, in units of the expected values' root mean square
   * @throws IllegalStateException if they differ by more
   */
  public static void check(
      String name, float[] actual, String reference, float[] expected, double tolerance) {
    if (actual.length != expected.length) {
      throw new IllegalStateException(
          name + ": " + actual.length + " values, " + reference + ": " + expected.length);
    }
    double squares = 0;
    for (float value : expected) {
      squares += (double) value * value;
    }
    double unit = Math.sqrt(squares / expected.length);
    for (int i = 0; i < actual.length; i++) {
      if (!(Math.abs(actual[i] - expected[i]) <= tolerance * unit)) {
        throw new IllegalStateException(
            "value %d is %s by %s but %s by %s (root mean square %s)"
                .formatted(i, actual[i], name, expected[i], reference, unit));
      }
    }
  }
}
