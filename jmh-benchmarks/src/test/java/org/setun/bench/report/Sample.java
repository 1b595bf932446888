// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.report;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Results made up for tests. */
final class Sample {
  static final Path FOLDER = folder();

  private Sample() {}

  private static Path folder() {
    try {
      return Path.of(Sample.class.getResource("sample").toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Copies the sample to change it. */
  static Path copyTo(Path folder) throws IOException {
    try (var files = Files.list(FOLDER)) {
      for (Path file : files.toList()) {
        Files.copy(file, folder.resolve(file.getFileName()));
      }
    }
    return folder;
  }

  /** Replaces text in a file that must contain it. */
  static void change(Path file, String from, String to) throws IOException {
    String text = Files.readString(file);
    if (!text.contains(from)) {
      throw new IllegalArgumentException(file + " does not contain " + from);
    }
    Files.writeString(file, text.replace(from, to));
  }
}
