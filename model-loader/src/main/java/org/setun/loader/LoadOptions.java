package org.setun.loader;

import java.util.Optional;
import org.setun.loader.method.MethodOptions;

/**
 * How to read a training checkpoint. A packed or exported model needs none of this.
 *
 * @param architecture a built-in name or the path of a JSON description; empty: found by the
 *     checkpoint's keys
 * @param methods how the weights of its ternary layers were trained
 * @since 0.1
 */
public record LoadOptions(Optional<String> architecture, MethodOptions methods) {
  /** Architecture and method are found, latents that are exactly 0 are refused. */
  public static final LoadOptions DEFAULT =
      new LoadOptions(Optional.empty(), MethodOptions.DEFAULT);
}
