// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.convert;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.io.file.PathUtils;
import org.setun.loader.LoadOptions;
import org.setun.loader.Model;
import org.setun.loader.model.ModelFile;
import org.setun.loader.model.ModelWriter;
import org.setun.loader.model.PackedModel;

/** The whole way from an architecture and a checkpoint to a packed model, while fuzzing. */
public final class ConvertReads {
  private ConvertReads() {}

  /** Writes what precedes a byte of 0 as the architecture beside the checkpoint, the rest as it. */
  public static void besideArchitecture(byte[] input, Path file) throws IOException {
    int end = 0;
    while (end < input.length && input[end] != 0) {
      end++;
    }
    Files.write(file.resolveSibling(ArchitectureChoice.BESIDE), Arrays.copyOfRange(input, 0, end));
    Files.write(file, Arrays.copyOfRange(input, Math.min(end + 1, input.length), input.length));
  }

  /** Converts, writes and reads back. */
  public static void roundTrip(Path file) throws IOException {
    PackedModel model = Model.convert(file, LoadOptions.DEFAULT);
    Path packed = file.resolveSibling("packed.setun");
    ModelWriter.write(model, packed);
    if (!ModelFile.read(packed).zeros().equals(model.zeros())) {
      throw new AssertionError("the packed model is another than the one it was made of");
    }
  }

  /** An STTN block with its latent pairs; the same with one tensor too few. */
  public static List<byte[]> seeds() throws IOException {
    TestCheckpoint sound = TestCheckpoint.ofBlock();
    TestCheckpoint lacking = TestCheckpoint.ofBlock();
    lacking.remove("fc.bias");
    return List.of(input(sound), input(lacking));
  }

  private static byte[] input(TestCheckpoint checkpoint) throws IOException {
    Path folder = Files.createTempDirectory("setun-seed");
    try {
      checkpoint.open(folder).close();
      ByteArrayOutputStream input = new ByteArrayOutputStream();
      input.writeBytes(TestCheckpoint.BLOCK_NET.getBytes(UTF_8));
      input.write(0);
      input.writeBytes(Files.readAllBytes(folder.resolve("net.safetensors")));
      return input.toByteArray();
    } finally {
      PathUtils.deleteDirectory(folder);
    }
  }
}
