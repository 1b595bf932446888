// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.family.tile;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.setun.kernels.Layer.TritConvolution;
import org.setun.kernels.Shape;
import org.setun.kernels.TernaryKernel;
import org.setun.kernels.Window;
import org.setun.kernels.family.ArrayExtent;
import org.setun.kernels.family.ConvolutionPass;
import org.setun.kernels.family.ConvolutionSpec;
import org.setun.kernels.family.CostTable;
import org.setun.kernels.family.Machine;
import org.setun.kernels.family.Offer;
import org.setun.kernels.family.TernaryFamily;
import org.setun.kernels.family.TritMap;
import org.setun.kernels.layout.ChannelsLast;
import org.setun.kernels.op.KernelSet;
import org.setun.kernels.op.TernaryGemm;
import org.setun.kernels.pass.Operation;

/** The family of tiles: runs any ternary convolution on the cheapest of its micro-kernels. */
public final class TileFamily implements TernaryFamily {
  /** Pixels of the widest tile, and one for what the division by a stride rounds up. */
  private static final int EXTRA_PIXELS = 8;

  private final KernelSet kernels;
  private final List<TernaryGemm> gemms;
  private final Machine machine;
  private final CostTable costs;

  /**
   * A family of some micro-kernels.
   *
   * @param kernels all other operations
   * @param gemms micro-kernels to choose from
   * @param machine what they run on
   */
  public TileFamily(KernelSet kernels, List<TernaryGemm> gemms, Machine machine) {
    this.kernels = kernels;
    this.gemms = gemms;
    this.machine = machine;
    this.costs = CostTable.of(machine);
  }

  @Override
  public String name() {
    return "tile";
  }

  @Override
  public List<String> kernels() {
    return gemms.stream().map(TernaryGemm::name).toList();
  }

  @Override
  public Optional<Offer> offer(ConvolutionSpec spec, Set<String> without) {
    List<TernaryGemm> left = gemms.stream().filter(gemm -> !without.contains(gemm.name())).toList();
    if (left.isEmpty()) {
      return Optional.empty();
    }
    Shape out = spec.out();
    int words = words(spec);
    GemmTable.Extents extents =
        new GemmTable.Extents(out.height(), out.width(), out.channels(), words);
    TernaryGemm gemm = GemmTable.choose(left, machine, costs, extents);
    double nanos =
        spec.scales() * GemmTable.cost(gemm, machine, costs, extents)
            + costs.nanos(CostTable.GATHER) * 2 * out.pixels() * words
            + costs.nanos(CostTable.EPILOGUE) * ChannelsLast.LAYOUT.floats(out)
            + costs.nanos(CostTable.TERNARIZE) * ChannelsLast.LAYOUT.floats(spec.in());
    double bound = GemmTable.boundMacsPerCycle(gemm, machine, words) / spec.scales();
    return Optional.of(
        new Offer(
            name(),
            gemm.name(),
            nanos,
            ChannelsLast.LAYOUT,
            ChannelsLast.LAYOUT,
            ChannelsLast.LAYOUT,
            bound,
            new Tiles(spec, gemm, bound)));
  }

  /** K. */
  private static int words(ConvolutionSpec spec) {
    return Math.multiplyExact(
        spec.window().taps(), TernaryKernel.channelWords(spec.in().channels()));
  }

  @Override
  public List<ArrayExtent> arrays(ConvolutionSpec spec) {
    Window window = spec.window();
    Shape in = spec.in();
    Shape out = spec.out();
    double inputs = blocks(in.channels());
    double outputs = blocks(out.channels());
    double rows = (double) window.padTop() + in.height() + window.padBottom();
    // Each column phase has room for one more tile.
    double columns =
        (double) window.padLeft()
            + in.width()
            + window.padRight()
            + (double) EXTRA_PIXELS * window.strideWidth();
    double perOutput = inputs * window.taps();
    // A row of outputs is rounded up to whole tiles.
    double outColumns = (double) out.width() + EXTRA_PIXELS;
    return List.of(
        new ArrayExtent("its padded input", in, rows * columns * inputs),
        new ArrayExtent("its weights", in, outputs * perOutput),
        new ArrayExtent("a row of its products", in, outColumns * perOutput),
        new ArrayExtent("a row of its counts", out, outColumns * 2 * outputs));
  }

  private static double blocks(int channels) {
    return (double) Math.ceilDiv(channels, ChannelsLast.CHANNEL_BLOCK) * ChannelsLast.CHANNEL_BLOCK;
  }

  private final class Tiles implements Offer.Builder {
    private final ConvolutionSpec spec;
    private final TernaryGemm gemm;
    private final double bound;

    Tiles(ConvolutionSpec spec, TernaryGemm gemm, double bound) {
      this.spec = spec;
      this.gemm = gemm;
      this.bound = bound;
    }

    @Override
    public TritMap tritMap(TritConvolution layer) {
      return new PackedInput(
          layer.name(),
          spec.in(),
          layer.window(),
          layer.thresholds(),
          gemm.pixels(),
          kernels.ternarizer());
    }

    @Override
    public List<Operation> operations(ConvolutionPass pass) {
      return List.of(new TernaryConvolutionOperation(pass, spec, kernels, gemm, bound));
    }

    @Override
    public Optional<String> selfCheck() {
      return TileCheck.check(gemm).or(() -> TileCheck.check(kernels));
    }
  }
}
