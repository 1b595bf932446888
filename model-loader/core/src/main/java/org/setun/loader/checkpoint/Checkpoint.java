// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import org.setun.loader.checkpoint.CheckpointException.Kind;
import org.setun.loader.io.Sha256;
import org.setun.loader.io.Streams;

/**
 * An opened checkpoint: a mapped file and the table of its tensors.
 *
 * <p>Opening reads the tables only; a tensor's bytes are touched when one of its {@code to…}
 * methods is called, and those of an optimizer never. Close it when the tensors have been read.
 *
 * @since 0.1
 */
public final class Checkpoint implements AutoCloseable {

  private final MappedFile file;
  private final String format;
  private final StateDict stateDict;
  private final Map<String, String> metadata;

  private Checkpoint(
      MappedFile file, String format, StateDict stateDict, Map<String, String> metadata) {
    this.file = file;
    this.format = format;
    this.stateDict = stateDict;
    this.metadata = metadata;
  }

  /**
   * What a format's reader found in a file.
   *
   * @param unreadable why tensors cannot be read, by name
   * @param state the key of the state dict that was taken, null in a format without such keys
   */
  record Contents(
      String format,
      SequencedMap<String, Tensor> tensors,
      SequencedMap<String, String> unreadable,
      SequencedMap<String, String> metadata,
      String state) {
    /** Of a format that is one table of tensors. */
    static Contents flat(
        String format,
        SequencedMap<String, Tensor> tensors,
        SequencedMap<String, String> unreadable,
        SequencedMap<String, String> metadata) {
      return new Contents(format, tensors, unreadable, metadata, null);
    }
  }

  /**
   * Opens a checkpoint of any known format, recognised by its content and never by its name.
   *
   * @param path the file
   * @return the opened checkpoint; to be closed by the caller
   * @throws CheckpointException when the file cannot be read, is none of the formats, is damaged,
   *     or holds several state dicts
   */
  public static Checkpoint open(Path path) throws CheckpointException {
    return open(path, Optional.empty());
  }

  /**
   * Opens a checkpoint of which one state dict is meant.
   *
   * @param path the file
   * @param state the keys that lead to the state dict, joined by dots, as {@code generator} or
   *     {@code ema.state_dict}, {@code .} for the outermost; in a file that is one table of
   *     tensors, what the names of the meant ones begin with before a dot; empty for the only state
   *     dict there is
   * @return the opened checkpoint; to be closed by the caller
   * @throws CheckpointException as {@link #open(Path)}, or when there is no such state dict
   */
  public static Checkpoint open(Path path, Optional<String> state) throws CheckpointException {
    Objects.requireNonNull(path, "path");
    Objects.requireNonNull(state, "state");
    return open(MappedFile.map(path), state);
  }

  /**
   * Opens a checkpoint that lies in memory.
   *
   * @param name what messages call it
   * @param bytes the whole checkpoint; not copied, so it must neither change nor be freed before
   *     the checkpoint is closed
   * @param state as in {@link #open(Path, Optional)}
   * @return the opened checkpoint; to be closed by the caller
   * @throws CheckpointException as {@link #open(Path, Optional)}
   */
  public static Checkpoint open(String name, MemorySegment bytes, Optional<String> state)
      throws CheckpointException {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(bytes, "bytes");
    Objects.requireNonNull(state, "state");
    return open(MappedFile.of(name, bytes), state);
  }

  /**
   * Opens a checkpoint that lies in an array.
   *
   * @param name what messages call it
   * @param bytes the whole checkpoint; not copied, so it must not change
   * @param state as in {@link #open(Path, Optional)}
   * @return the opened checkpoint; to be closed by the caller
   * @throws CheckpointException as {@link #open(Path, Optional)}
   */
  public static Checkpoint open(String name, byte[] bytes, Optional<String> state)
      throws CheckpointException {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(bytes, "bytes");
    Objects.requireNonNull(state, "state");
    return open(name, MemorySegment.ofArray(bytes), state);
  }

  /**
   * Reads a checkpoint from a stream to its end, for example a resource of the class path: {@code
   * open("net.pth", App.class.getResourceAsStream("net.pth"), Optional.empty())}. All of it is held
   * on the heap, and may take half of it.
   *
   * @param name what messages call it
   * @param in the stream, which is not closed
   * @param state as in {@link #open(Path, Optional)}
   * @return the opened checkpoint; to be closed by the caller
   * @throws CheckpointException as {@link #open(Path, Optional)}, or when the stream fails or is
   *     too long for the heap
   */
  public static Checkpoint open(String name, InputStream in, Optional<String> state)
      throws CheckpointException {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(state, "state");
    Objects.requireNonNull(in, "in");
    byte[] bytes;
    try {
      bytes = Streams.readAll(in);
    } catch (IOException e) {
      throw new CheckpointException(
          Kind.UNREADABLE, Path.of(name), null, "cannot be read: " + e.getMessage(), e);
    }
    return open(name, bytes, state);
  }

  private static Checkpoint open(MappedFile file, Optional<String> state)
      throws CheckpointException {
    boolean opened = false;
    try {
      Contents contents = Formats.read(file, state.orElse(null));
      Checkpoint checkpoint =
          new Checkpoint(
              file,
              contents.format(),
              StateDict.of(file.path(), contents, state.orElse(null)),
              Collections.unmodifiableMap(new LinkedHashMap<>(contents.metadata())));
      opened = true;
      return checkpoint;
    } finally {
      if (!opened) {
        file.close();
      }
    }
  }

  /**
   * The file.
   *
   * @return the path given to {@link #open(Path)}, or the name of bytes in memory
   */
  public Path path() {
    return file.path();
  }

  /**
   * Whether {@link #path()} is a file's.
   *
   * @return false if the checkpoint was opened from memory or a stream
   */
  public boolean isFile() {
    return file.isFile();
  }

  /**
   * The other files that the tensors are read from.
   *
   * @return the shards that an index names; empty if the file is no index
   */
  public List<Path> shards() {
    return List.copyOf(file.siblings());
  }

  /**
   * The size of the file or of the bytes in memory.
   *
   * @return the size in bytes
   */
  public long byteSize() {
    return file.size();
  }

  /**
   * The hash of the file or of the bytes in memory. Reads all of it.
   *
   * @return its SHA-256, 64 hexadecimal digits in lower case
   */
  public String sha256() {
    return Sha256.of(file.bytes());
  }

  /**
   * The format that was recognised.
   *
   * @return {@code torch zip}, {@code torch legacy}, {@code pickle}, {@code safetensors} or {@code
   *     npz}
   */
  public String format() {
    return format;
  }

  /**
   * The tensors of the network: of a torch file its only state dict, at whatever depth, or that of
   * a network that was saved whole; of any other file all there are.
   *
   * @return the state dict
   */
  public StateDict stateDict() {
    return stateDict;
  }

  /**
   * What the file says beside the tensors: for torch the plain values of the training dictionary
   * ({@code epoch}, {@code arch}, {@code best_prec1}, …; a tensor of one element counts as a plain
   * value), for safetensors its {@code __metadata__}. The text is the file's own, control
   * characters and all.
   *
   * @return an unmodifiable map in the order of the file
   */
  public Map<String, String> metadata() {
    return metadata;
  }

  /** Unmaps the file. The tensors must not be read any more. */
  @Override
  public void close() {
    file.close();
  }

  /** File and format, for messages. */
  @Override
  public String toString() {
    return "Checkpoint " + path() + ", " + format;
  }
}
