// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.format;

import java.nio.file.Path;
import java.util.Optional;
import java.util.ServiceLoader;
import org.setun.loader.checkpoint.CheckpointException;
import org.setun.loader.checkpoint.CheckpointException.Kind;

/** Finds what reads ONNX models. */
public final class OnnxReaders {
  /** Maven coordinates of the artifact that reads them. */
  static final String ARTIFACT = "org.setun:setun-model-loader-onnx";

  private OnnxReaders() {}

  /**
   * The reader that the calling thread's class loader finds or, where an application server hides
   * it from that one, the loader of this class.
   *
   * @param model the model to read, for the message
   * @return the reader
   * @throws CheckpointException if the application has none
   */
  public static OnnxReader find(Path model) throws CheckpointException {
    Optional<OnnxReader> reader = ServiceLoader.load(OnnxReader.class).findFirst();
    return reader
        .or(
            () ->
                ServiceLoader.load(OnnxReader.class, OnnxReaders.class.getClassLoader())
                    .findFirst())
        .orElseThrow(
            () ->
                new CheckpointException(
                    Kind.UNSUPPORTED,
                    model,
                    "an ONNX model, which nothing on the class path or module path reads;"
                        + " add the dependency "
                        + ARTIFACT));
  }
}
