// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.select;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.setun.kernels.family.ArrayExtent;
import org.setun.kernels.family.ConvolutionSpec;
import org.setun.kernels.family.Machine;
import org.setun.kernels.family.Offer;
import org.setun.kernels.family.TernaryFamily;
import org.setun.kernels.family.channels.ChannelFamily;
import org.setun.kernels.family.pixels.PixelFamily;
import org.setun.kernels.family.tile.TileFamily;
import org.setun.kernels.op.KernelSet;
import org.setun.kernels.op.TernaryGemm;
import org.setun.kernels.scalar.ScalarKernels;

/** The one list of the families of ternary convolutions. */
public final class Families {
  private Families() {}

  /** What a set runs on: for the scalar one no machine has vectors. */
  public static Machine machine(KernelSet set, Capabilities capabilities) {
    return machine(set, capabilities.machine());
  }

  private static Machine machine(KernelSet set, Machine machine) {
    return set.name().equals(ScalarKernels.NAME) ? Machine.SCALAR : machine;
  }

  /**
   * All families. The first one runs every convolution.
   *
   * @param set implementation of the operations
   * @param machine what they run on
   */
  public static List<TernaryFamily> all(KernelSet set, Machine machine) {
    Machine own = machine(set, machine);
    return List.of(
        new TileFamily(set, set.gemms(), own),
        new PixelFamily(set.bitSliced(), own),
        new ChannelFamily(set, own));
  }

  /**
   * The one family whose micro-kernels are matrix products, with some of them only.
   *
   * @param set implementation of the operations
   * @param gemms micro-kernels to choose from
   * @param machine what they run on
   */
  public static List<TernaryFamily> ofGemms(
      KernelSet set, List<TernaryGemm> gemms, Machine machine) {
    return List.of(new TileFamily(set, gemms, machine));
  }

  /**
   * All families as they are on any machine: what they say of sizes is the same everywhere, and
   * asking them loads no vector code.
   */
  public static List<TernaryFamily> anywhere() {
    return all(ScalarKernels.kernels(), Machine.SCALAR);
  }

  /**
   * Lets one family run what it can, and the others the rest.
   *
   * @param families all families
   * @param name name of one of them
   * @return the families, or empty if none has this name
   */
  public static Optional<List<TernaryFamily>> pinned(List<TernaryFamily> families, String name) {
    return families.stream()
        .filter(family -> family.name().equals(name))
        .findFirst()
        .map(
            first ->
                families.stream()
                    .map(family -> family == first ? family : new Rest(family, first))
                    .toList());
  }

  /** A family that offers only what another one does not. */
  private record Rest(TernaryFamily family, TernaryFamily first) implements TernaryFamily {
    @Override
    public String name() {
      return family.name();
    }

    @Override
    public List<String> kernels() {
      return family.kernels();
    }

    @Override
    public Optional<Offer> offer(ConvolutionSpec spec, Set<String> without) {
      return first.offer(spec, without).isPresent()
          ? Optional.empty()
          : family.offer(spec, without);
    }

    @Override
    public List<ArrayExtent> arrays(ConvolutionSpec spec) {
      return family.arrays(spec);
    }
  }
}
