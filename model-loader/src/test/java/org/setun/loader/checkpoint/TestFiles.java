package org.setun.loader.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.setun.loader.checkpoint.CheckpointException.Kind;

/** Where fixtures are, and what the tests of every format ask of a bad file. */
final class TestFiles {
  private TestFiles() {}

  /** A file of the repository's test data. */
  static Path testdata(String name) {
    return Path.of(System.getProperty("setun.testdata"), name);
  }

  /** A fixture too large for the repository; the test is skipped, with this path, without it. */
  static Path shared(String name) {
    Path path = Path.of(System.getProperty("setun.shared", "")).resolve(name);
    Assumptions.assumeTrue(Files.exists(path), () -> "skipped, no fixture " + path);
    return path;
  }

  /** Opens the file and reads every tensor: all that can meet untrusted bytes. */
  static void readFully(Path path) throws CheckpointException {
    try (Checkpoint checkpoint = Checkpoint.open(path)) {
      for (String name : checkpoint.stateDict().names()) {
        Tensor tensor = checkpoint.stateDict().tensor(name);
        assertEquals(tensor.elementCount(), tensor.toFloats().length, name);
      }
    }
  }

  /** The file is refused with this kind, and the message starts with its path. */
  static CheckpointException assertRefused(Kind kind, Path path) {
    CheckpointException e = assertThrows(CheckpointException.class, () -> readFully(path));
    assertEquals(kind, e.kind(), e.getMessage());
    assertTrue(e.getMessage().startsWith(path + ": "), e.getMessage());
    assertTrue(e.getMessage().lines().count() == 1, e.getMessage());
    return e;
  }

  /**
   * Reads the file with each of its bytes replaced in turn. It may read as something or be refused;
   * the test fails with any exception but the typed one.
   *
   * @return how many of the damaged files were refused
   */
  static int refusedWithOneByteChanged(Path scratch, byte[] content, int... changes)
      throws Exception {
    int refused = 0;
    for (int change : changes) {
      for (int i = 0; i < content.length; i++) {
        byte original = content[i];
        content[i] = (byte) (original ^ change);
        Files.write(scratch, content);
        content[i] = original;
        try {
          readFully(scratch);
        } catch (CheckpointException e) {
          refused++;
        }
      }
    }
    return refused;
  }
}
