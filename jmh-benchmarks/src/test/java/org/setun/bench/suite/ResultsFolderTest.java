// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.suite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultsFolderTest {
  @TempDir Path parent;

  private List<String> files() throws IOException {
    try (var files = Files.walk(parent)) {
      return files
          .map(file -> parent.relativize(file).toString())
          .filter(name -> !name.isEmpty())
          .sorted()
          .toList();
    }
  }

  @Test
  void appearsWhenItIsComplete() throws IOException {
    Path target = Files.createDirectory(parent.resolve("results"));
    try (ResultsFolder results = new ResultsFolder(target)) {
      results.write("a.json", List.of(1, 2));
      assertFalse(files().contains("results/a.json"));
      results.complete();
    }
    assertEquals(List.of("results", "results/a.json"), files());
  }

  @Test
  void leavesNothingWhenItIsNot() throws IOException {
    try (ResultsFolder results = new ResultsFolder(parent.resolve("results"))) {
      results.write("a.json", 1);
    }
    assertEquals(List.of(), files());
  }

  @Test
  void olderResultsAreNotTouched() throws IOException {
    Files.writeString(Files.createDirectory(parent.resolve("results")).resolve("old"), "");
    var thrown =
        assertThrows(
            FileAlreadyExistsException.class, () -> new ResultsFolder(parent.resolve("results")));
    assertTrue(thrown.getReason().contains("new or an empty folder"), thrown.getMessage());
    assertEquals(List.of("results", "results/old"), files());
  }
}
