// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.method;

import java.io.Serial;
import java.util.List;

/**
 * Weights that are not those of a ternary convolution. Each problem names its tensor.
 *
 * @since 0.1
 */
public class MethodException extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  /** What is wrong, at least one sentence. */
  private final String[] problems;

  /**
   * Creates the exception.
   *
   * @param problems what is wrong, at least one; each names tensor and channel or index
   */
  public MethodException(List<String> problems) {
    super(String.join("; ", problems));
    this.problems = problems.toArray(String[]::new);
  }

  /**
   * What is wrong.
   *
   * @return one entry per problem, in the order of the tensors
   */
  public List<String> problems() {
    return List.of(problems);
  }
}
