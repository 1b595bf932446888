// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.IntFunction;
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
   * A tensor is there, is not listed among those that are read, and is refused when it is needed.
   */
  static void assertUnreadable(StateDict dict, String name, String reason) {
    assertEquals(reason, dict.unreadable().get(name));
    assertTrue(dict.contains(name) && !dict.names().contains(name));
    CheckpointException e = assertThrows(CheckpointException.class, () -> dict.tensor(name));
    assertEquals(Kind.UNSUPPORTED, e.kind());
    assertEquals(name, e.tensor());
    assertTrue(e.getMessage().endsWith(reason + ", which cannot be read"), e.getMessage());
  }

  /**
   * Reads the file with each of its bytes replaced in turn. It may read as something or be refused;
   * the test fails with any exception but the typed one.
   *
   * @return how many of the damaged files were refused
   */
  static int refusedWithOneByteChanged(Path scratch, byte[] content, int... changes)
      throws IOException {
    int refused = 0;
    Files.write(scratch, content);
    try (FileChannel channel = FileChannel.open(scratch, StandardOpenOption.WRITE)) {
      for (int change : changes) {
        for (int i = 0; i < content.length; i++) {
          writeByte(channel, i, (byte) (content[i] ^ change));
          try {
            readFully(scratch);
          } catch (CheckpointException e) {
            refused++;
          }
          writeByte(channel, i, content[i]);
        }
      }
    }
    return refused;
  }

  private static void writeByte(FileChannel channel, int at, byte value) throws IOException {
    channel.write(ByteBuffer.wrap(new byte[] {value}), at);
  }

  /** Every beginning of the content is refused, with the kind given for its length. */
  static void assertRefusedWhenCut(Path scratch, byte[] content, IntFunction<Kind> kind)
      throws Exception {
    Files.write(scratch, content);
    readFully(scratch);
    try (FileChannel channel = FileChannel.open(scratch, StandardOpenOption.WRITE)) {
      for (int length = content.length - 1; length >= 0; length--) {
        channel.truncate(length);
        assertRefused(kind.apply(length), scratch);
      }
    }
  }
}
