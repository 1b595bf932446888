// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.convert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.setun.loader.LoadOptions;
import org.setun.loader.Model;
import org.setun.loader.arch.ArchitectureException;
import org.setun.loader.arch.ArchitectureReader;

/** What lies beside a checkpoint by the name of its architecture, and is none. */
@EnabledOnOs(OS.LINUX)
class ArchitectureBesideTest {
  @TempDir Path folder;
  private Path checkpoint;
  private Path beside;

  @BeforeEach
  void copy() throws IOException {
    Path fmnist = Path.of(System.getProperty("setun.testdata"), "fmnist");
    checkpoint =
        Files.copy(fmnist.resolve("checkpoint.pth.tar"), folder.resolve("checkpoint.pth.tar"));
    beside = folder.resolve(ArchitectureChoice.BESIDE);
  }

  private void assertRefused() {
    ArchitectureException e =
        assertTimeoutPreemptively(
            Duration.ofSeconds(20),
            () ->
                assertThrows(
                    ArchitectureException.class,
                    () -> Model.read(checkpoint, LoadOptions.DEFAULT)));
    assertEquals(
        beside + ": not a regular file: remove it, or name an architecture with --arch",
        e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"/dev/zero", "/dev/null", "/proc/self/fd"})
  void aDeviceIsRefused(String device) throws Exception {
    Files.createSymbolicLink(beside, Path.of(device));
    assertRefused();
  }

  @Test
  void aPipeIsRefused() throws Exception {
    assertEquals(0, new ProcessBuilder("mkfifo", beside.toString()).start().waitFor());
    assertRefused();
  }

  @Test
  void whatIsNamedIsReadNoFurtherThanAnArchitectureReaches() {
    Path zero = Path.of("/dev/zero");
    ArchitectureException e =
        assertTimeoutPreemptively(
            Duration.ofSeconds(20),
            () -> assertThrows(ArchitectureException.class, () -> ArchitectureReader.read(zero)));
    assertEquals("/dev/zero: larger than 4194304 bytes, not an architecture", e.getMessage());
  }
}
