// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.setun.kernels.Network;
import org.setun.loader.LoadOptions;
import org.setun.loader.Model;
import org.setun.loader.checkpoint.CheckpointException;
import org.setun.loader.checkpoint.CheckpointException.Kind;

/** This module's tests run without the one that reads ONNX. */
class OnnxReadersTest {
  private static final Path ONNX =
      Path.of(System.getProperty("setun.testdata"), "fmnist/merged.onnx");
  private static final String MESSAGE =
      ": an ONNX model, which nothing on the class path or module path reads;"
          + " add the dependency org.setun:setun-model-loader-onnx";

  @Test
  void aFileSaysWhichDependencyIsMissing() {
    CheckpointException e = assertThrows(CheckpointException.class, () -> Model.load(ONNX));
    assertEquals(ONNX + MESSAGE, e.getMessage());
    assertEquals(Kind.UNSUPPORTED, e.kind());
    e = assertThrows(CheckpointException.class, () -> Network.load(ONNX));
    assertEquals(ONNX + MESSAGE, e.getMessage());
  }

  @Test
  void bytesSayWhichDependencyIsMissing() throws Exception {
    MemorySegment bytes = MemorySegment.ofArray(Files.readAllBytes(ONNX));
    CheckpointException e =
        assertThrows(
            CheckpointException.class, () -> Model.load("net", bytes, LoadOptions.DEFAULT));
    assertEquals("net" + MESSAGE, e.getMessage());
  }
}
