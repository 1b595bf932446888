// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.onnx;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.setun.loader.checkpoint.CheckpointException;
import org.setun.loader.checkpoint.CheckpointException.Kind;
import org.setun.loader.model.Source;
import org.setun.loader.onnx.proto.GraphProto;
import org.setun.loader.onnx.proto.ModelProto;
import org.setun.loader.onnx.proto.NodeProto;
import org.setun.loader.onnx.proto.OperatorSetIdProto;

/**
 * An ONNX model as its file has it, parsed and not yet understood.
 *
 * @param path the file, or the name of a model in memory
 * @param memory what a model in memory is known by; empty for one in a file
 * @param model what it holds
 * @param opset version of ONNX's own operators
 */
public record OnnxFile(Path path, Optional<Source> memory, ModelProto model, long opset) {
  /** Operators before this version broadcast in another way. */
  private static final long OLDEST_OPSET = 7;

  /** Parsed messages and weights take about three times the file's size. */
  private static final int HEAP_SHARE = 3;

  /** Nested messages a model may have; a graph without control flow has 6. */
  private static final int DEEPEST = 32;

  /**
   * Parses a model.
   *
   * @param path the file
   * @return the model
   * @throws CheckpointException when the file cannot be read, is no sound protobuf message, or its
   *     operators are of a version that Setun does not know
   */
  public static OnnxFile open(Path path) throws CheckpointException {
    if (Files.exists(path) && !Files.isRegularFile(path)) {
      throw new CheckpointException(Kind.UNREADABLE, path, "not a regular file");
    }
    try (InputStream in = Files.newInputStream(path);
        InputStream again = Files.newInputStream(path)) {
      long size = Files.size(path);
      return open(
          path,
          Optional.empty(),
          size,
          CodedInputStream.newInstance(in),
          CodedInputStream.newInstance(again));
    } catch (CheckpointException e) {
      throw e;
    } catch (NoSuchFileException e) {
      throw new CheckpointException(Kind.UNREADABLE, path, null, "no such file", e);
    } catch (IOException e) {
      throw new CheckpointException(
          Kind.UNREADABLE, path, null, "cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * Parses a model that lies in memory. It must hold all its tensors: none may be in other files.
   *
   * @param name what messages call it
   * @param bytes the whole model, not read once this returns
   * @return the model
   * @throws CheckpointException as {@link #open(Path)}
   */
  public static OnnxFile open(String name, MemorySegment bytes) throws CheckpointException {
    Path path = Path.of(name);
    if (bytes.byteSize() > Integer.MAX_VALUE) {
      throw new CheckpointException(
          Kind.MALFORMED, path, "no ONNX model has " + bytes.byteSize() + " bytes");
    }
    return open(
        path,
        Optional.of(Source.of(name, bytes)),
        bytes.byteSize(),
        CodedInputStream.newInstance(bytes.asByteBuffer()),
        CodedInputStream.newInstance(bytes.asByteBuffer()));
  }

  /** Opens a model that is read twice: first to measure it. */
  private static OnnxFile open(
      Path path,
      Optional<Source> memory,
      long size,
      CodedInputStream first,
      CodedInputStream second)
      throws CheckpointException {
    ModelProto model = parse(path, size, first, second);
    if (!model.hasGraph()) {
      throw new CheckpointException(Kind.MALFORMED, path, "the ONNX model has no graph");
    }
    return new OnnxFile(path, memory, model, opset(path, model));
  }

  /**
   * What wrote the model, as it says itself.
   *
   * @return name and version, separated by a blank
   */
  public String producer() {
    return model.getProducerName() + " " + model.getProducerVersion();
  }

  /**
   * The operators of the graph, without those of graphs inside its nodes.
   *
   * @return for each the number of its nodes, by name
   */
  public SortedMap<String, Integer> operators() {
    SortedMap<String, Integer> operators = new TreeMap<>();
    for (NodeProto node : graph().getNodeList()) {
      operators.merge(node.getOpType(), 1, Integer::sum);
    }
    return operators;
  }

  GraphProto graph() {
    return model.getGraph();
  }

  CheckpointException error(Kind kind, String detail) {
    return new CheckpointException(kind, path, detail);
  }

  private static ModelProto parse(
      Path path, long bytes, CodedInputStream first, CodedInputStream second)
      throws CheckpointException {
    long heap = Runtime.getRuntime().maxMemory();
    if (bytes > heap / HEAP_SHARE) {
      throw new CheckpointException(
          Kind.UNSUPPORTED,
          path,
          "an ONNX model is parsed in memory: "
              + bytes
              + " bytes need a heap (-Xmx) of three times as many, it has "
              + heap);
    }
    try {
      ModelSize size = ModelSize.of(first, DEEPEST);
      if (size.parsedBytes() > heap / 2) {
        throw new CheckpointException(
            Kind.UNSUPPORTED,
            path,
            "the ONNX model takes about "
                + size.parsedBytes()
                + " bytes in memory, which needs a heap (-Xmx) of twice as many, it has "
                + heap);
      }
      second.setRecursionLimit(DEEPEST);
      return ModelProto.parseFrom(second);
    } catch (InvalidProtocolBufferException e) {
      throw new CheckpointException(
          Kind.MALFORMED, path, null, "not a sound ONNX model: " + e.getMessage(), e);
    } catch (CheckpointException e) {
      throw e;
    } catch (IOException e) {
      throw new CheckpointException(
          Kind.UNREADABLE, path, null, "cannot be read: " + e.getMessage(), e);
    }
  }

  private static long opset(Path path, ModelProto model) throws CheckpointException {
    for (OperatorSetIdProto set : model.getOpsetImportList()) {
      if (set.getDomain().isEmpty() || set.getDomain().equals("ai.onnx")) {
        if (set.getVersion() < OLDEST_OPSET) {
          throw new CheckpointException(
              Kind.UNSUPPORTED,
              path,
              "opset " + set.getVersion() + "; the oldest that Setun knows is " + OLDEST_OPSET);
        }
        return set.getVersion();
      }
    }
    throw new CheckpointException(
        Kind.MALFORMED, path, "the ONNX model imports no version of ONNX's operators");
  }
}
