// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.family.pixels;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.setun.kernels.Layer.TritConvolution;
import org.setun.kernels.family.ArrayExtent;
import org.setun.kernels.family.BitSlicedCheck;
import org.setun.kernels.family.ConvolutionPass;
import org.setun.kernels.family.ConvolutionSpec;
import org.setun.kernels.family.CostTable;
import org.setun.kernels.family.Machine;
import org.setun.kernels.family.Offer;
import org.setun.kernels.family.TernaryFamily;
import org.setun.kernels.family.TritMap;
import org.setun.kernels.layout.Planar;
import org.setun.kernels.op.BitSlicedCounts;
import org.setun.kernels.op.BitSlicedKernels;
import org.setun.kernels.op.BitSlicedSum;
import org.setun.kernels.op.TritExpansion;
import org.setun.kernels.pass.Operation;

/** The family of convolutions on direct trits whose lanes are output pixels. */
public final class PixelFamily implements TernaryFamily {
  /** Lanes of the widest vectors, by which arrays are judged. */
  private static final int WIDEST = 512;

  private final BitSlicedKernels kernels;
  private final Machine machine;
  private final CostTable costs;

  /**
   * The family on some kernels.
   *
   * @param kernels operations on direct trits
   * @param machine what they run on
   */
  public PixelFamily(BitSlicedKernels kernels, Machine machine) {
    this.kernels = kernels;
    this.machine = machine;
    this.costs = CostTable.of(machine);
  }

  static String kernelName(BitSlicedKernels kernels) {
    return "pixels-" + kernels.sum().name();
  }

  @Override
  public String name() {
    return "pixels";
  }

  @Override
  public List<String> kernels() {
    return List.of(kernelName(kernels));
  }

  @Override
  public Optional<Offer> offer(ConvolutionSpec spec, Set<String> without) {
    if (without.contains(kernelName(kernels))
        || arrays(spec).stream().anyMatch(ArrayExtent::isTooLarge)) {
      return Optional.empty();
    }
    return PixelGrid.of(spec, kernels.sum().lanes())
        .filter(grid -> grid.mostEntries() <= BitSlicedCounts.MOST_ENTRIES)
        .map(grid -> offer(spec, grid));
  }

  private Offer offer(ConvolutionSpec spec, PixelGrid grid) {
    double outputs = spec.out().channels();
    double weights = spec.in().channels() * spec.window().taps() * spec.nonzeroWeights();
    double lists = outputs * grid.passes * spec.scales();
    double entries = outputs * weights + lists * (BitSlicedSum.GROUP - 1) / 2;
    double expanded =
        (double) spec.in().channels()
            * grid.starts.length
            * TritExpansion.PLANES
            * Math.ceilDiv(grid.planeBytes, kernels.sum().bytes());
    double vectors = (double) grid.blocks * grid.strips;
    double nanos =
        vectors
                * (entries * costs.nanos(CostTable.ENTRY)
                    + lists * costs.nanos(CostTable.LIST)
                    + expanded * costs.nanos(CostTable.EXPAND)
                    + outputs * spec.scales() * costs.nanos(CostTable.COUNTS))
            + costs.nanos(CostTable.PLANAR_EPILOGUE) * Planar.LAYOUT.floats(spec.out())
            + costs.nanos(CostTable.PLANAR_TERNARIZE) * Planar.LAYOUT.floats(spec.in());
    double macs = outputs * spec.in().channels() * spec.window().taps() * spec.out().pixels();
    double bound =
        machine.boundMacsPerCycle(
            macs, vectors * entries * BitSlicedSum.operations(machine.ternaryLogic()));
    return new Offer(
        name(),
        kernelName(kernels),
        nanos,
        Planar.LAYOUT,
        Planar.LAYOUT,
        Planar.LAYOUT,
        bound,
        new Pixels(spec, grid, bound));
  }

  @Override
  public List<ArrayExtent> arrays(ConvolutionSpec spec) {
    return PixelGrid.of(spec, WIDEST)
        .map(
            grid -> {
              double outputs = spec.out().channels();
              double counters = outputs * spec.scales() * 2 * WIDEST;
              return List.of(
                  new ArrayExtent(
                      "its packed trits",
                      spec.in(),
                      (double) spec.in().channels() * grid.channelBytes),
                  new ArrayExtent("its lists", spec.in(), outputs * grid.mostEntries()),
                  new ArrayExtent("its counters", spec.out(), counters));
            })
        .orElse(List.of(new ArrayExtent("its rows", spec.in(), Double.POSITIVE_INFINITY)));
  }

  private final class Pixels implements Offer.Builder {
    private final ConvolutionSpec spec;
    private final PixelGrid grid;
    private final double bound;

    Pixels(ConvolutionSpec spec, PixelGrid grid, double bound) {
      this.spec = spec;
      this.grid = grid;
      this.bound = bound;
    }

    @Override
    public TritMap tritMap(TritConvolution layer) {
      return new PixelTrits(layer, spec.in(), grid, kernels.ternarizer());
    }

    @Override
    public List<Operation> operations(ConvolutionPass pass) {
      return List.of(new PixelConvolution(pass, spec, grid, kernels, bound));
    }

    @Override
    public Optional<String> selfCheck() {
      return BitSlicedCheck.check(kernels);
    }
  }
}
