package org.setun.loader.checkpoint;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

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
        SequencedMap<String, String> metadata) {
      return new Contents(format, tensors, new LinkedHashMap<>(), metadata, null);
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
    MappedFile file = MappedFile.map(path);
    boolean opened = false;
    try {
      Contents contents = Formats.read(file, state.orElse(null));
      Checkpoint checkpoint =
          new Checkpoint(
              file,
              contents.format(),
              StateDict.of(path, contents, state.orElse(null)),
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
   * @return the path given to {@link #open}
   */
  public Path path() {
    return file.path();
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
}
