// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.family;

import java.util.List;
import java.util.Optional;
import org.setun.kernels.Layer.TritConvolution;
import org.setun.kernels.layout.Layout;
import org.setun.kernels.pass.Operation;

/**
 * How a family would run a ternary convolution.
 *
 * @param family name of the family
 * @param kernel name of the kernel, for people and to leave it out by
 * @param nanos what it costs, see {@link CostTable}: from trits to values and the trits of its
 *     input, but not conversions
 * @param input layout of the values that it ternarizes
 * @param shortcut layout of the value that it adds
 * @param output layout of the value that it leaves
 * @param boundMacsPerCycle multiply-adds a cycle that the kernel cannot exceed, or 0 if unknown
 * @param builder builds it
 */
public record Offer(
    String family,
    String kernel,
    double nanos,
    Layout input,
    Layout shortcut,
    Layout output,
    double boundMacsPerCycle,
    Builder builder) {

  /** Builds what is offered, for one convolution. */
  public interface Builder {
    /** Lays out the trits of the convolution's input. */
    TritMap tritMap(TritConvolution layer);

    /**
     * Packs parameters.
     *
     * @param pass what to compute
     * @return operations that run one after the other; only the last leaves the value, those before
     *     it prepare arrays that they ask for in {@link Operation#memory}
     */
    List<Operation> operations(ConvolutionPass pass);

    /**
     * Runs the kernel on small cases beside the plain computation. Asked once for each name of a
     * kernel in a JVM.
     *
     * @return what is wrong, or empty
     */
    Optional<String> selfCheck();
  }
}
