// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.UUID;

/**
 * Replaces a file in a single step: whoever opens it sees the old content or the new. Symbolic
 * links stay, and what they lead to is replaced; permissions, owner and group stay. A pipe, a
 * device or a descriptor such as {@code /dev/stdout} cannot be replaced, so the content is written
 * into it.
 */
public final class AtomicFile {
  /** Links followed before a loop is assumed, as Linux does. */
  private static final int MOST_LINKS = 40;

  private AtomicFile() {}

  /** Writes the content. */
  public interface Content {
    /**
     * Writes the content.
     *
     * @param channel takes the bytes in order
     * @throws IOException if it cannot be written
     */
    void writeTo(WritableByteChannel channel) throws IOException;
  }

  /**
   * Writes a temporary file beside the target, forces it to the disk, and moves it over the target.
   * Writes into a target that exists and is no regular file.
   *
   * @param path the file to write
   * @param content what writes the content
   * @throws FileSystemException names {@code path}, if the file cannot be written; a regular file
   *     is then as it was
   * @throws IOException if the content throws one
   */
  public static void write(Path path, Content content) throws IOException {
    if (Files.isDirectory(path)) {
      throw new FileSystemException(path.toString(), null, "is a folder");
    }
    boolean exists = Files.exists(path);
    if (exists && !Files.isRegularFile(path)) {
      writeInto(path, content, StandardOpenOption.WRITE);
      return;
    }
    Path target;
    try {
      target = followLinks(path);
    } catch (IOException e) {
      throw named(path, e);
    }
    if (exists && target.startsWith("/proc")) {
      // A descriptor of this process, redirected to a file: whoever opened it holds on to that
      // file.
      writeInto(path, content, StandardOpenOption.APPEND);
    } else {
      replace(path, target, content);
    }
  }

  /**
   * Writes a text, as {@link #write(Path, Content)} does.
   *
   * @param path the file to write
   * @param text its whole content, UTF-8 in the file
   * @throws FileSystemException if it cannot be written
   */
  public static void write(Path path, CharSequence text) throws IOException {
    ByteBuffer bytes = StandardCharsets.UTF_8.encode(CharBuffer.wrap(text));
    write(path, channel -> writeAll(channel, bytes));
  }

  /**
   * Whether what is written to a path appears on the standard output.
   *
   * @param path any path
   * @return true if it is the same pipe, device or file
   */
  public static boolean isStandardOutput(Path path) {
    try {
      return Files.isSameFile(path, Path.of("/dev/stdout"));
    } catch (IOException e) {
      return false; // Either does not exist.
    }
  }

  /**
   * Writes all that remains in a buffer.
   *
   * @param channel the file
   * @param buffer the bytes
   * @throws IOException if they cannot be written
   */
  public static void writeAll(WritableByteChannel channel, ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }

  private static void writeInto(Path path, Content content, OpenOption option) throws IOException {
    try (NamedChannel channel = NamedChannel.open(path, path, Set.of(option))) {
      content.writeTo(channel);
    }
  }

  private static void replace(Path path, Path target, Content content) throws IOException {
    Path folder = target.getParent();
    if (!Files.isDirectory(folder)) {
      throw new FileSystemException(
          path.toString(), null, "cannot be written: there is no folder " + folder);
    }
    // Not Files.createTempFile: its files are private to their owner, and stay so when moved.
    Path temporary = folder.resolve("." + UUID.randomUUID() + ".tmp");
    try {
      PosixFileAttributes old = attributes(target);
      FileAttribute<?>[] mode =
          old == null
              ? new FileAttribute<?>[0]
              : new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(old.permissions())};
      Set<OpenOption> options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      try (NamedChannel channel = NamedChannel.open(path, temporary, options, mode)) {
        content.writeTo(channel);
        channel.force();
      }
      try {
        keep(old, temporary);
        Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
      } catch (IOException e) {
        throw named(path, e);
      }
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  /** Owner, group and permissions of a file, or null if there is none or it has none. */
  private static PosixFileAttributes attributes(Path target) throws IOException {
    PosixFileAttributeView view = Files.getFileAttributeView(target, PosixFileAttributeView.class);
    return view == null || !Files.exists(target) ? null : view.readAttributes();
  }

  /** Gives a file the owner, the group and the permissions of another, as far as we may. */
  private static void keep(PosixFileAttributes old, Path file) throws IOException {
    if (old == null) {
      return;
    }
    PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
    PosixFileAttributes now = view.readAttributes();
    try {
      if (!now.group().equals(old.group())) {
        view.setGroup(old.group());
      }
      if (!now.owner().equals(old.owner())) {
        view.setOwner(old.owner());
      }
    } catch (FileSystemException e) {
      // Only root may give files away. Otherwise the new file belongs to the current user.
    }
    // The umask may have taken some from those that the file was opened with.
    view.setPermissions(old.permissions());
  }

  /** What a path leads to over all symbolic links, which need not exist. */
  private static Path followLinks(Path path) throws IOException {
    Path target = path.toAbsolutePath();
    for (int links = 0; Files.isSymbolicLink(target); links++) {
      if (links == MOST_LINKS) {
        throw new FileSystemLoopException(path.toString());
      }
      Path folder = target.getParent().toRealPath();
      if (folder.startsWith("/proc")) {
        return folder.resolve(target.getFileName());
      }
      target = folder.resolve(Files.readSymbolicLink(target));
    }
    return target;
  }

  /** Makes the message of a failure name the file that was asked for. */
  private static FileSystemException named(Path path, IOException e) {
    String reason =
        switch (e) {
          case AccessDeniedException denied -> "cannot be written: permission denied";
          case NoSuchFileException missing ->
              "cannot be written: " + missing.getFile() + " is missing";
          case FileSystemLoopException loop -> "cannot be written: symbolic links in a circle";
          case FileSystemException other when other.getReason() != null ->
              "cannot be written: " + other.getReason();
          default -> "cannot be written: " + e.getMessage();
        };
    FileSystemException named = new FileSystemException(path.toString(), null, reason);
    named.initCause(e);
    return named;
  }

  /** A channel whose failures name the file that was asked for. */
  private static final class NamedChannel implements WritableByteChannel {
    private final Path path;
    private final FileChannel file;

    private NamedChannel(Path path, FileChannel file) {
      this.path = path;
      this.file = file;
    }

    static NamedChannel open(
        Path path, Path opened, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
        throws FileSystemException {
      try {
        return new NamedChannel(path, FileChannel.open(opened, options, attributes));
      } catch (IOException e) {
        throw named(path, e);
      }
    }

    void force() throws FileSystemException {
      try {
        file.force(true);
      } catch (IOException e) {
        throw named(path, e);
      }
    }

    @Override
    public int write(ByteBuffer bytes) throws FileSystemException {
      try {
        return file.write(bytes);
      } catch (IOException e) {
        throw named(path, e);
      }
    }

    @Override
    public boolean isOpen() {
      return file.isOpen();
    }

    @Override
    public void close() throws FileSystemException {
      try {
        file.close();
      } catch (IOException e) {
        throw named(path, e);
      }
    }
  }
}
