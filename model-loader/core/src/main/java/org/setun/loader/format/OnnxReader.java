// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.format;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Optional;
import org.setun.loader.arch.Architecture;
import org.setun.loader.model.PackedModel;

/**
 * Reads ONNX models. The artifact {@value OnnxReaders#ARTIFACT} provides it, so that the loader
 * itself needs no Protocol Buffers; {@link OnnxReaders#find} finds it.
 */
public interface OnnxReader {
  /**
   * Recognises the network in a file.
   *
   * @param file the file
   * @param images an architecture whose preprocessing and labels are taken, and nothing else;
   *     empty: those of a description beside the file, where it fits, or none
   * @return the model
   * @throws IOException if the file cannot be read or converted; the message says why in one line
   */
  PackedModel read(Path file, Optional<Architecture> images) throws IOException;

  /**
   * Recognises the network in a model that lies in memory and names no other files.
   *
   * @param name what messages call it
   * @param bytes the whole model, not read once this returns
   * @param images an architecture whose preprocessing and labels are taken, and nothing else
   * @return the model
   * @throws IOException if it cannot be read or converted; the message says why in one line
   */
  PackedModel read(String name, MemorySegment bytes, Optional<Architecture> images)
      throws IOException;
}
