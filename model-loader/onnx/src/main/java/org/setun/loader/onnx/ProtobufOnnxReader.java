// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.onnx;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Optional;
import org.setun.loader.arch.Architecture;
import org.setun.loader.format.OnnxReader;
import org.setun.loader.model.PackedModel;

/** Reads ONNX models with Protocol Buffers, for {@link org.setun.loader.Model}. */
public final class ProtobufOnnxReader implements OnnxReader {
  /** For {@link java.util.ServiceLoader}. */
  public ProtobufOnnxReader() {}

  @Override
  public PackedModel read(Path file, Optional<Architecture> images) throws IOException {
    return OnnxConverter.convert(file, images);
  }

  @Override
  public PackedModel read(String name, MemorySegment bytes, Optional<Architecture> images)
      throws IOException {
    return OnnxConverter.convert(OnnxFile.open(name, bytes), images);
  }
}
