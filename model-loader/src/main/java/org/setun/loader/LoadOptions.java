package org.setun.loader;

import java.util.Optional;
import org.setun.loader.sttn.ZeroPolicy;

/**
 * How to read a training checkpoint. A packed or exported model needs none of this.
 *
 * @param architecture a built-in name or the path of a JSON description; empty: found by the
 *     checkpoint's keys
 * @param zeros what to do with latent weights that are exactly 0
 * @since 0.1
 */
public record LoadOptions(Optional<String> architecture, ZeroPolicy zeros) {
  /** The architecture is found, zeros are refused. */
  public static final LoadOptions DEFAULT = new LoadOptions(Optional.empty(), ZeroPolicy.REFUSE);
}
