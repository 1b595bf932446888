// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.suite;

import java.util.List;
import java.util.Map;

/**
 * Benchmarks that are run together.
 *
 * @param name for people to read
 * @param include regular expression that selects benchmarks by class and method
 * @param parameters values for those parameters that do not take all of their own
 */
public record SuitePart(String name, String include, Map<String, List<String>> parameters) {
  /** All benchmarks of a group, with all their parameters. */
  static SuitePart group(String group) {
    return new SuitePart(group, "org\\.setun\\.bench\\." + group + "\\.", Map.of());
  }

  /** One benchmark with chosen parameters. */
  static SuitePart of(String name, String benchmark, Map<String, List<String>> parameters) {
    return new SuitePart(name, "\\." + benchmark + "\\.", parameters);
  }
}
