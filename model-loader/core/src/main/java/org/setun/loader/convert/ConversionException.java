// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.convert;

import java.io.IOException;
import java.io.Serial;
import java.nio.file.Path;
import java.util.List;
import org.setun.loader.io.OneLine;

/**
 * A checkpoint that does not become a network. The message names the file and, in one line, the
 * first five problems and how many more there are; each problem names its tensor, layer or node.
 *
 * @since 0.1
 */
public class ConversionException extends IOException {
  @Serial private static final long serialVersionUID = 1L;

  /** Problems in the message; the rest is counted. */
  private static final int LISTED = 5;

  /** What is wrong. */
  private final String[] problems;

  /**
   * Creates the exception.
   *
   * @param file the checkpoint
   * @param summary what could not be done
   * @param problems what is wrong, at least one
   */
  public ConversionException(Path file, String summary, List<String> problems) {
    super(OneLine.of(file + ": " + summary + ": " + listed(problems)));
    this.problems = problems.toArray(String[]::new);
  }

  private static String listed(List<String> problems) {
    int shown = Math.min(LISTED, problems.size());
    String text = String.join("; ", problems.subList(0, shown));
    return shown == problems.size() ? text : text + "; " + (problems.size() - shown) + " more";
  }

  /**
   * What is wrong.
   *
   * @return one entry per problem
   */
  public List<String> problems() {
    return List.of(problems);
  }
}
