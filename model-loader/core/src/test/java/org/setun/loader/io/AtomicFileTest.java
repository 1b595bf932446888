// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileOwnerAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@EnabledOnOs({OS.LINUX, OS.MAC})
class AtomicFileTest {
  @TempDir Path folder;

  @AfterEach
  void noTemporaryFileIsLeft() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      assertEquals(
          List.of(), files.filter(f -> f.getFileName().toString().startsWith(".")).toList());
    }
  }

  private static String failure(Path path) {
    return assertThrows(FileSystemException.class, () -> AtomicFile.write(path, "new"))
        .getMessage();
  }

  /** A link to a file in another folder, through a second link, and through a relative one. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aLinkStaysAndItsTargetIsReplaced(boolean exists) throws Exception {
    Path other = Files.createDirectories(folder.resolve("a/b"));
    Path target = folder.resolve("a/target");
    if (exists) {
      Files.writeString(target, "old");
    }
    Path near = Files.createSymbolicLink(other.resolve("near"), Path.of("../target"));
    Path folders = Files.createSymbolicLink(folder.resolve("folders"), other);
    Path far = Files.createSymbolicLink(folder.resolve("far"), folders.resolve("near"));
    AtomicFile.write(far, "new");
    assertEquals("new", Files.readString(target));
    assertTrue(Files.isSymbolicLink(near));
    assertTrue(Files.isSymbolicLink(far));
    assertFalse(Files.isSymbolicLink(target));
  }

  @Test
  void linksInACircleAreRefused() throws Exception {
    Path one = folder.resolve("one");
    Path two = Files.createSymbolicLink(folder.resolve("two"), one);
    Files.createSymbolicLink(one, two);
    assertEquals(one + ": cannot be written: symbolic links in a circle", failure(one));
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-------", "rwxrwxrwx", "r--r--r--", "rw-rw-r--"})
  void permissionsStay(String permissions) throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "old");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    AtomicFile.write(file, "new");
    assertEquals("new", Files.readString(file));
    assertEquals(permissions, PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
  }

  @Test
  void theContentIsNeverMoreOpenThanTheFile() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "old");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    AtomicFile.write(
        file,
        channel -> {
          try (Stream<Path> files = Files.list(folder)) {
            for (Path each : files.toList()) {
              assertEquals(
                  "rw-------",
                  PosixFilePermissions.toString(Files.getPosixFilePermissions(each)),
                  each.toString());
            }
          }
        });
  }

  @Test
  void theOwnerStays() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "old");
    UserPrincipal other =
        folder.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("daemon");
    FileOwnerAttributeView view = Files.getFileAttributeView(file, FileOwnerAttributeView.class);
    try {
      view.setOwner(other);
    } catch (FileSystemException e) {
      assumeTrue(false, "only root gives files away");
    }
    AtomicFile.write(file, "new");
    assertEquals("new", Files.readString(file));
    assertEquals(other, Files.getOwner(file));
  }

  @Test
  void aPipeIsWrittenInto() throws Exception {
    Path pipe = folder.resolve("pipe");
    assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
    Path link = Files.createSymbolicLink(folder.resolve("link"), pipe);
    for (Path each : List.of(pipe, link)) {
      CompletableFuture<String> reader =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return Files.readString(pipe);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
      AtomicFile.write(each, "new");
      assertEquals("new", reader.get(20, TimeUnit.SECONDS));
      assertTrue(Files.readAttributes(pipe, "isOther").get("isOther").equals(true));
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aDeviceIsWrittenInto() throws Exception {
    AtomicFile.write(Path.of("/dev/null"), "new");
    assertFalse(Files.isRegularFile(Path.of("/dev/null")));
    Path full = Path.of("/dev/full");
    assertEquals(full + ": cannot be written: No space left on device", failure(full));
    assertFalse(Files.isRegularFile(full));
    Path link = Files.createSymbolicLink(folder.resolve("link"), full);
    assertEquals(link + ": cannot be written: No space left on device", failure(link));
  }

  /** A shell that has opened a file for us goes on with that file, not with one of its name. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void aDescriptorIsWrittenInto() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "before ");
    Object inode = Files.getAttribute(file, "unix:ino");
    try (var stream = new FileOutputStream(file.toFile(), true);
        Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      Path descriptor = open.filter(fd -> leadsTo(fd, file)).findFirst().orElseThrow();
      assertTrue(stream.getFD().valid());
      AtomicFile.write(descriptor, "new");
      Path link = Files.createSymbolicLink(folder.resolve("link"), descriptor);
      AtomicFile.write(link, ", newer");
    }
    assertEquals("before new, newer", Files.readString(file));
    assertEquals(inode, Files.getAttribute(file, "unix:ino"));
  }

  private static boolean leadsTo(Path descriptor, Path file) {
    try {
      return Files.isSameFile(descriptor, file);
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void whatIsMissingIsTold() throws Exception {
    Path none = folder.resolve("none/file");
    assertEquals(
        none + ": cannot be written: there is no folder " + none.getParent(), failure(none));
    assertEquals(folder + ": is a folder", failure(folder));
    Path link = Files.createSymbolicLink(folder.resolve("link"), none);
    assertEquals(
        link + ": cannot be written: there is no folder " + none.getParent(), failure(link));
  }

  @Test
  void aFailureLeavesTheFileAsItWas() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "old");
    IOException thrown = new IOException("the content's own");
    assertEquals(
        thrown,
        assertThrows(
            IOException.class,
            () ->
                AtomicFile.write(
                    file,
                    channel -> {
                      throw thrown;
                    })));
    assertEquals("old", Files.readString(file));
  }
}
