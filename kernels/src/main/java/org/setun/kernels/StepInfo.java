// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels;

import java.util.List;
import java.util.Objects;

/**
 * One pass of a run.
 *
 * @param name name of the value it leaves behind: its last layer's
 * @param layers names of the layers that share the pass; none if it only prepares a layer's input
 * @param kind type of its first layer, as the records in {@link Layer} are called; {@value
 *     #PREPARATION} if it only prepares a layer's input
 * @param kernel the kernel it runs on
 * @param macs multiply-adds for one image; 0 if it is not a matrix product
 * @param parameterBytes bytes of its packed parameters
 * @param boundMacsPerCycle multiply-adds a cycle that two vector ports could reach at most with
 *     this kernel, or 0 if unknown
 * @param reason what was chosen and what would have been next, with their estimated costs; empty
 *     where there is nothing to choose
 * @since 0.1
 */
public record StepInfo(
    String name,
    List<String> layers,
    String kind,
    String kernel,
    long macs,
    long parameterBytes,
    double boundMacsPerCycle,
    String reason) {
  /**
   * Refuses {@code null}.
   *
   * @throws NullPointerException if a component is {@code null}
   */
  public StepInfo {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(layers, "layers");
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(kernel, "kernel");
    Objects.requireNonNull(reason, "reason");
  }

  /** The kind of a pass that stands for no layer. */
  public static final String PREPARATION = "Preparation";
}
