// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.checkpoint;

import java.util.Collection;
import java.util.Comparator;
import java.util.stream.Collectors;

/** What to say of a name that is not there. */
final class NearNames {
  /** Names that a message lists. */
  private static final int LISTED = 5;

  private NearNames() {}

  /**
   * Says that a name is missing, and which ones are there: those that begin most like it.
   *
   * @param name the name that was asked for
   * @param names all there are
   * @return the end of a message
   */
  static String missing(String name, Collection<String> names) {
    if (names.isEmpty()) {
      return "not there: there are no tensors";
    }
    String near =
        names.stream()
            .sorted(Comparator.comparingInt((String other) -> -common(name, other)))
            .limit(LISTED)
            .map(CheckpointException::quote)
            .collect(Collectors.joining(", "));
    return "not among the "
        + names.size()
        + " tensors; "
        + (names.size() > LISTED ? "near it are " : "they are ")
        + near;
  }

  private static int common(String a, String b) {
    int length = 0;
    while (length < Math.min(a.length(), b.length()) && a.charAt(length) == b.charAt(length)) {
      length++;
    }
    return length;
  }
}
