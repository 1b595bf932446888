// SPDX-License-Identifier: Apache-2.0
package org.setun.spark;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The class path of this test, laid out for executors: jars linked into the folder {@code jars} of
 * a Spark home, as a Spark distribution has them, and folders of classes by name.
 *
 * @param folders the folders, joined as in a class path
 */
record ExecutorClassPath(String folders) {
  /** Makes the home; links to jars that are there already are kept. */
  static ExecutorClassPath link(Path home) throws IOException {
    Path jars = Files.createDirectories(home.resolve("jars"));
    // Surefire starts its JVM with a jar that only names the class path, and this property.
    List<Path> entries =
        Arrays.stream(
                System.getProperty(
                        "surefire.test.class.path", System.getProperty("java.class.path"))
                    .split(File.pathSeparator))
            .map(Path::of)
            .filter(Files::exists)
            .toList();
    for (Path entry : entries) {
      Path link = jars.resolve(entry.getFileName());
      if (Files.isRegularFile(entry) && !Files.isSymbolicLink(link)) {
        Files.createSymbolicLink(link, entry.toAbsolutePath());
      }
    }
    return new ExecutorClassPath(
        entries.stream()
            .filter(Files::isDirectory)
            .map(Path::toString)
            .collect(Collectors.joining(File.pathSeparator)));
  }
}
