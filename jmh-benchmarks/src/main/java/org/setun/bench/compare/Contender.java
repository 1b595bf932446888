// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.compare;

/**
 * Something that is timed.
 *
 * @param name what it is, implementation included
 * @param body does the work once
 * @param units how many units of work (images, layers) one call of {@code body} does
 */
public record Contender(String name, Runnable body, int units) {
  /**
   * A contender that does one unit a call.
   *
   * @param name what it is
   * @param body does the work once
   */
  public Contender(String name, Runnable body) {
    this(name, body, 1);
  }
}
