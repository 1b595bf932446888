// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.convert;

import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.setun.loader.arch.Architecture;
import org.setun.loader.checkpoint.Checkpoint;
import org.setun.loader.method.MethodOptions;
import org.setun.loader.model.PackedModel;
import org.setun.loader.model.Source;

/**
 * Converts a training checkpoint to a model.
 *
 * @since 0.1
 */
public final class Converter {
  private Converter() {}

  /**
   * Makes the weights of a checkpoint ternary and folds its other parameters.
   *
   * @param checkpoint an open checkpoint
   * @param architecture the network it holds
   * @param options how the weights were trained
   * @return the model
   * @throws ConversionException if keys or parameters do not fit; it names all of them
   * @throws IOException if the file cannot be read
   */
  public static PackedModel convert(
      Checkpoint checkpoint, Architecture architecture, MethodOptions options) throws IOException {
    Objects.requireNonNull(checkpoint, "checkpoint");
    Objects.requireNonNull(architecture, "architecture");
    Objects.requireNonNull(options, "options");
    NetworkBuilder.Built built =
        NetworkBuilder.build(checkpoint.path(), architecture, checkpoint.stateDict(), options);
    try {
      return new PackedModel(
          architecture.name(),
          built.methods().summary(),
          Source.of(checkpoint),
          architecture.preprocessing(),
          architecture.labels(),
          built.graph());
    } catch (IllegalArgumentException e) {
      throw new ConversionException(
          checkpoint.path(), "architecture " + architecture.name(), List.of(e.getMessage()));
    }
  }
}
