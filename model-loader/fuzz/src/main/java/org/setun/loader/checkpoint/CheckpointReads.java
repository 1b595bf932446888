// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How checkpoints are laid out and read while fuzzing. */
public final class CheckpointReads {
  private CheckpointReads() {}

  /** Reads every tensor in every way that its type allows. */
  public static void everyTensor(Path file) throws CheckpointException {
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      for (String name : checkpoint.stateDict().names()) {
        Tensor tensor = checkpoint.stateDict().tensor(name);
        tensor.toFloats();
        if (!tensor.dtype().isFloating()) {
          tensor.toLongs();
        }
        if (tensor.dtype() == DType.I8) {
          tensor.toBytes();
        }
      }
    }
  }

  /** Reads every tensor that can be read; a matrix that is refused ends it, as a reader would. */
  public static void everyGgufTensor(Path file) throws CheckpointException {
    try (GgufFile gguf = GgufFile.open(file)) {
      for (GgufTensor tensor : gguf.tensors()) {
        if (tensor.type().flatMap(GgufType::dtype).isPresent()) {
          gguf.plain(tensor.name()).toFloats();
        } else if (tensor.type().flatMap(GgufType::ternary).isPresent()) {
          gguf.matrix(tensor.name());
        }
      }
    }
  }

  /** Writes an index, and beside it the two files that a sound one names. */
  public static void besideShards(byte[] input, Path file) throws IOException {
    for (String shard : CheckpointSeeds.SHARDS) {
      Path path = file.resolveSibling(shard);
      if (Files.notExists(path)) {
        Files.write(path, CheckpointSeeds.shard(shard));
      }
    }
    Files.write(file, input);
  }
}
