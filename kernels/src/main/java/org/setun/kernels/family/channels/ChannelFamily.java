// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.family.channels;

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
import org.setun.kernels.layout.ChannelsLast;
import org.setun.kernels.op.BitSlicedCounts;
import org.setun.kernels.op.BitSlicedSum;
import org.setun.kernels.op.KernelSet;
import org.setun.kernels.op.TritExpansion;
import org.setun.kernels.pass.Operation;

/** The family of convolutions on direct trits whose lanes are output channels. */
public final class ChannelFamily implements TernaryFamily {
  /** Lanes of the widest vectors, by which arrays are judged. */
  private static final int WIDEST = 512;

  private final KernelSet kernels;
  private final Machine machine;
  private final CostTable costs;

  /**
   * The family on some kernels.
   *
   * @param kernels operations on direct trits, and those around them
   * @param machine what they run on
   */
  public ChannelFamily(KernelSet kernels, Machine machine) {
    this.kernels = kernels;
    this.machine = machine;
    this.costs = CostTable.of(machine);
  }

  static String kernelName(KernelSet kernels) {
    return "channels-" + kernels.bitSliced().sum().name();
  }

  @Override
  public String name() {
    return "channels";
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
    ChannelBlocks blocks = new ChannelBlocks(spec, kernels.bitSliced().sum().lanes());
    if (blocks.mostEntries() > BitSlicedCounts.MOST_ENTRIES) {
      return Optional.empty();
    }
    double pixels = spec.out().pixels();
    double lists = pixels * blocks.taps * blocks.blocks * spec.tapsInside();
    double entries =
        lists
            * ((double) blocks.inputs / blocks.blocks * spec.nonzeroActivations()
                + (BitSlicedSum.GROUP - 1) / 2.0);
    double expanded = (double) blocks.inputs * blocks.taps * TritExpansion.PLANES;
    double nanos =
        spec.scales()
                * blocks.vectors
                * (entries * costs.nanos(CostTable.ENTRY)
                    + lists * costs.nanos(CostTable.LIST)
                    + expanded * costs.nanos(CostTable.EXPAND)
                    + pixels * costs.nanos(CostTable.COUNTS))
            + costs.nanos(CostTable.APPEND)
                * spec.in().pixels()
                * ChannelsLast.paddedChannels(blocks.inputs)
            + costs.nanos(CostTable.EPILOGUE) * ChannelsLast.LAYOUT.floats(spec.out())
            + costs.nanos(CostTable.TERNARIZE) * ChannelsLast.LAYOUT.floats(spec.in());
    double macs = (double) blocks.outputs * blocks.inputs * blocks.taps * pixels;
    double operations =
        spec.scales() * blocks.vectors * entries * BitSlicedSum.operations(machine.ternaryLogic());
    double bound = machine.boundMacsPerCycle(macs, operations);
    return Optional.of(
        new Offer(
            name(),
            kernelName(kernels),
            nanos,
            ChannelsLast.LAYOUT,
            ChannelsLast.LAYOUT,
            ChannelsLast.LAYOUT,
            bound,
            new Channels(spec, blocks, bound)));
  }

  @Override
  public List<ArrayExtent> arrays(ConvolutionSpec spec) {
    double inputs = Math.ceilDiv(spec.in().channels(), Long.SIZE) * (double) Long.SIZE;
    double outputs = Math.ceilDiv(spec.out().channels(), WIDEST) * (double) WIDEST;
    double outPixels = spec.out().pixels();
    double entries = inputs * spec.in().pixels();
    return List.of(
        // Blocks of 64 channels at least, each with a list that may be filled up.
        new ArrayExtent("its lists", spec.in(), 2 * entries),
        new ArrayExtent("its weights", spec.in(), outputs / 4 * inputs * spec.window().taps()),
        new ArrayExtent("its counters", spec.out(), outPixels * spec.scales() * 2 * WIDEST),
        new ArrayExtent(
            "a row of its counts", spec.out(), spec.out().width() * spec.scales() * outputs));
  }

  private final class Channels implements Offer.Builder {
    private final ConvolutionSpec spec;
    private final ChannelBlocks blocks;
    private final double bound;

    Channels(ConvolutionSpec spec, ChannelBlocks blocks, double bound) {
      this.spec = spec;
      this.blocks = blocks;
      this.bound = bound;
    }

    @Override
    public TritMap tritMap(TritConvolution layer) {
      return new ChannelTrits(layer, spec.in(), kernels.ternarizer());
    }

    @Override
    public List<Operation> operations(ConvolutionPass pass) {
      ChannelTrits input = (ChannelTrits) pass.input();
      return List.of(
          new ListOperation(input, spec.in(), blocks, kernels.bitSliced().lists()),
          new ChannelConvolution(pass, spec, blocks, kernels, bound));
    }

    @Override
    public Optional<String> selfCheck() {
      return BitSlicedCheck.check(kernels.bitSliced());
    }
  }
}
