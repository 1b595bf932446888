// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import org.setun.loader.checkpoint.CheckpointException.Kind;
import org.setun.loader.matrix.ScaledMatrix;
import org.setun.loader.matrix.TernaryBlocks;

/**
 * An opened GGUF file, as llama.cpp reads them: its metadata and its tensors, versions 2 and 3 in
 * little-endian order. It is looked into and single tensors are read; no model is run from it.
 *
 * <p>Opening maps the file and reads its tables; a tensor's bytes are touched when it is read.
 * Close it when the tensors have been read. Source: {@code docs/gguf.md} of ggml.
 *
 * @since 0.1
 */
public final class GgufFile implements AutoCloseable {
  private final MappedFile file;
  private final GgufReader.Contents contents;

  private GgufFile(MappedFile file, GgufReader.Contents contents) {
    this.file = file;
    this.contents = contents;
  }

  /**
   * Whether a file begins as a GGUF file does.
   *
   * @param path the file
   * @return true if {@link #open} is the way to read it
   * @throws IOException if it is a file and cannot be read
   */
  public static boolean isGguf(Path path) throws IOException {
    Objects.requireNonNull(path, "path");
    if (!Files.isRegularFile(path)) {
      return false;
    }
    try (InputStream in = Files.newInputStream(path)) {
      byte[] magic = in.readNBytes(Integer.BYTES);
      return magic.length == Integer.BYTES
          && magic[0] == 'G'
          && magic[1] == 'G'
          && magic[2] == 'U'
          && magic[3] == 'F';
    }
  }

  /**
   * Opens a file and reads its tables.
   *
   * @param path the file
   * @return the opened file; to be closed by the caller
   * @throws CheckpointException when the file cannot be read, is no GGUF file of a known version,
   *     or is damaged
   */
  public static GgufFile open(Path path) throws CheckpointException {
    Objects.requireNonNull(path, "path");
    MappedFile file = MappedFile.map(path);
    boolean opened = false;
    try {
      GgufFile gguf = new GgufFile(file, GgufReader.read(file));
      opened = true;
      return gguf;
    } catch (InternalError e) {
      // How the JVM reports a page of a mapping that lies beyond the end of the file.
      throw new CheckpointException(
          Kind.TRUNCATED, path, null, "the file was cut while it was open", e);
    } finally {
      if (!opened) {
        file.close();
      }
    }
  }

  /** {@return the path given to {@link #open}} */
  public Path path() {
    return file.path();
  }

  /** {@return the size of the file in bytes} */
  public long byteSize() {
    return file.size();
  }

  /** {@return the version of the format, 2 or 3} */
  public int version() {
    return contents.version();
  }

  /** {@return the multiple of bytes that tensors begin at} */
  public long alignment() {
    return contents.alignment();
  }

  /**
   * The metadata as text. Of an array and of a text of more than 1,024 bytes only the length is
   * told. The text is the file's own, control characters and all.
   *
   * @return an unmodifiable map in the order of the file
   */
  public Map<String, String> metadata() {
    return contents.metadata();
  }

  /** {@return the tensors in the order of the file} */
  public List<GgufTensor> tensors() {
    return List.copyOf(contents.tensors().values());
  }

  /**
   * The entry of a tensor.
   *
   * @param name its name
   * @return the entry
   * @throws CheckpointException {@code MISSING_TENSOR} when there is none; the message has names
   *     that are like it
   */
  public GgufTensor tensor(String name) throws CheckpointException {
    Objects.requireNonNull(name, "name");
    SequencedMap<String, GgufTensor> tensors = contents.tensors();
    GgufTensor tensor = tensors.get(name);
    if (tensor == null) {
      throw file.error(Kind.MISSING_TENSOR, name, NearNames.missing(name, tensors.keySet()));
    }
    return tensor;
  }

  /**
   * A tensor whose elements are stored one by one.
   *
   * @param name its name
   * @return the tensor, not yet read
   * @throws CheckpointException {@code MISSING_TENSOR} when there is none, {@code UNSUPPORTED} when
   *     its elements are quantized or its type is not known
   */
  public Tensor plain(String name) throws CheckpointException {
    Objects.requireNonNull(name, "name");
    GgufTensor tensor = tensor(name);
    DType dtype =
        tensor
            .type()
            .flatMap(GgufType::dtype)
            .orElseThrow(
                () ->
                    file.error(
                        Kind.UNSUPPORTED,
                        name,
                        "holds " + tensor.typeName() + ", not numbers one by one"));
    return view(tensor, dtype, tensor.extents());
  }

  /**
   * Reads and unpacks a matrix of a ternary type.
   *
   * @param name the name of its tensor
   * @return the matrix, independent of the file
   * @throws CheckpointException {@code MISSING_TENSOR} when there is none, {@code UNSUPPORTED} when
   *     it is of another type, {@code BAD_TENSOR} when it is no matrix or its blocks are not sound,
   *     {@code TRUNCATED} when the file was cut since it was opened
   */
  public ScaledMatrix matrix(String name) throws CheckpointException {
    Objects.requireNonNull(name, "name");
    GgufTensor tensor = tensor(name);
    TernaryBlocks blocks =
        tensor
            .type()
            .flatMap(GgufType::ternary)
            .orElseThrow(
                () ->
                    file.error(
                        Kind.UNSUPPORTED,
                        name,
                        "holds "
                            + tensor.typeName()
                            + ", which is not ternary; TQ1_0 and TQ2_0 are read"));
    long[] extents = tensor.extents();
    if (extents.length != 2
        || extents[0] < 1
        || extents[1] < 1
        || extents[0] > Integer.MAX_VALUE
        || extents[1] > Integer.MAX_VALUE) {
      throw file.error(
          Kind.BAD_TENSOR,
          name,
          "has the shape " + tensor.shape() + "; a matrix has two extents of at least 1");
    }
    byte[] bytes = view(tensor, DType.I8, new long[] {tensor.byteSize().orElseThrow()}).toBytes();
    try {
      return blocks.decode(bytes, (int) extents[0], (int) extents[1]);
    } catch (IllegalArgumentException e) {
      throw new CheckpointException(Kind.BAD_TENSOR, path(), name, e.getMessage(), e);
    }
  }

  private Tensor view(GgufTensor tensor, DType dtype, long[] shape) throws CheckpointException {
    Storage storage =
        new Storage(
            file,
            file.slice(tensor.offset(), tensor.byteSize().orElseThrow(), "tensor data"),
            dtype,
            ByteOrder.LITTLE_ENDIAN);
    return Tensor.filling(tensor.name(), storage, shape, Tensor.rowMajorStrides(shape));
  }

  /** Unmaps the file. The tensors must not be read any more. */
  @Override
  public void close() {
    file.close();
  }

  /** File and tensors, for messages. */
  @Override
  public String toString() {
    return "GgufFile " + path() + ", " + contents.tensors().size() + " tensors";
  }
}
