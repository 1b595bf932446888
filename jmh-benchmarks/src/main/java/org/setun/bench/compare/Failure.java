// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.compare;

/**
 * Something that could not be measured: a row of {@code failures.json}.
 *
 * @param what the benchmark or peer
 * @param reason what went wrong
 */
public record Failure(String what, String reason) {
  /** Of something that threw. */
  public static Failure of(String what, Throwable thrown) {
    return new Failure(what, reason(thrown));
  }

  /** A throwable's message, or its type if it has none. */
  public static String reason(Throwable thrown) {
    return thrown.getMessage() == null ? thrown.toString() : thrown.getMessage();
  }

  /** A line for people. */
  public String describe() {
    return what + ": " + reason;
  }
}
