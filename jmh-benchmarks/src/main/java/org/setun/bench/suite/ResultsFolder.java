// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.suite;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;
import org.apache.commons.io.FileUtils;

/**
 * A folder that appears with all its files or not at all: they are written to a folder beside it,
 * which is renamed at the end, and deleted if it does not come to that.
 */
final class ResultsFolder implements AutoCloseable {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private final Path target;
  private final Path work;
  private final Thread cleaner = new Thread(this::delete);

  /**
   * Makes the folder to write to. It is deleted also when the JVM is interrupted.
   *
   * @throws FileAlreadyExistsException if the target exists and is not an empty folder
   */
  ResultsFolder(Path folder) throws IOException {
    target = folder.toAbsolutePath();
    if (Files.exists(target) && !(Files.isDirectory(target) && isEmpty(target))) {
      throw new FileAlreadyExistsException(
          folder.toString(), null, "exists; results go to a new or an empty folder");
    }
    work = target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID());
    Files.createDirectories(work);
    Runtime.getRuntime().addShutdownHook(cleaner);
  }

  private static boolean isEmpty(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files.findAny().isEmpty();
    }
  }

  /** Where a file is written until all are there. */
  Path file(String name) {
    return work.resolve(name);
  }

  /** Writes an object as JSON. */
  void write(String name, Object value) throws IOException {
    JSON.writeValue(file(name).toFile(), value);
  }

  /** Gives the folder its name. */
  void complete() throws IOException {
    Files.deleteIfExists(target); // an empty one
    Files.move(work, target, StandardCopyOption.ATOMIC_MOVE);
  }

  private void delete() {
    FileUtils.deleteQuietly(work.toFile());
  }

  @Override
  public void close() {
    delete();
    try {
      Runtime.getRuntime().removeShutdownHook(cleaner);
    } catch (IllegalStateException e) {
      // The JVM is ending, and the hook runs.
    }
  }
}
