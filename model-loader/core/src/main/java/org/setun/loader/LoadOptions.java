// SPDX-License-Identifier: Apache-2.0
package org.setun.loader;

import java.util.Objects;
import java.util.Optional;
import org.setun.loader.method.MethodOptions;

/**
 * How to read a training checkpoint. A packed or exported model needs none of this.
 *
 * @param architecture a built-in name or the path of a JSON description; empty: found by the
 *     checkpoint's keys
 * @param methods how the weights of its ternary layers were trained
 * @param state which state dict of a checkpoint with several is meant, as {@link
 *     org.setun.loader.checkpoint.Checkpoint#open(java.nio.file.Path, Optional)} takes it
 * @since 0.1
 */
public record LoadOptions(
    Optional<String> architecture, MethodOptions methods, Optional<String> state) {
  /**
   * Refuses {@code null}.
   *
   * @throws NullPointerException if a component is {@code null}
   */
  public LoadOptions {
    Objects.requireNonNull(architecture, "architecture");
    Objects.requireNonNull(methods, "methods");
    Objects.requireNonNull(state, "state");
  }

  /** Architecture and method are found, latents that are exactly 0 are refused. */
  public static final LoadOptions DEFAULT =
      new LoadOptions(Optional.empty(), MethodOptions.DEFAULT, Optional.empty());

  /**
   * Options of a checkpoint with one state dict.
   *
   * @param architecture a built-in name or the path of a JSON description; empty: found by the
   *     checkpoint's keys
   * @param methods how the weights of its ternary layers were trained
   */
  public LoadOptions(Optional<String> architecture, MethodOptions methods) {
    this(architecture, methods, Optional.empty());
  }
}
