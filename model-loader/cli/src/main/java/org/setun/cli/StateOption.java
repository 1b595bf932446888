// SPDX-License-Identifier: Apache-2.0
package org.setun.cli;

import java.util.Optional;
import picocli.CommandLine.Option;

/** Which state dict of a checkpoint is meant. */
final class StateOption {
  @Option(
      names = "--state",
      paramLabel = "KEY",
      description =
          "Read this state dict of a checkpoint that holds several. The key is all the keys that"
              + " lead to it, joined by dots, such as state_dict or ema.module.")
  private String key;

  Optional<String> key() {
    return Optional.ofNullable(key);
  }
}
