// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.family;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.setun.kernels.Layer.TritConvolution;
import org.setun.kernels.Shape;
import org.setun.kernels.layout.ChannelsLast;
import org.setun.kernels.layout.Layout;
import org.setun.kernels.layout.Planar;
import org.setun.kernels.pass.Operation;

/**
 * A family for tests: loops over trits as integers, in whatever layouts it is told to, at whatever
 * cost.
 */
public final class NaiveFamily implements TernaryFamily {
  /** Name of its one kernel, if none is given. */
  public static final String KERNEL = "naive";

  private final String kernel;
  private final Supplier<Taste> tastes;
  private final Supplier<Optional<String>> selfCheck;

  /**
   * What it says of a convolution.
   *
   * @param cycles what it costs
   * @param input layout in which it reads its input
   * @param shortcut layout in which it reads what it adds
   * @param output layout in which it leaves its output
   */
  public record Taste(double cycles, Layout input, Layout shortcut, Layout output) {
    /** All in planes. */
    public static Taste planar(double cycles) {
      return new Taste(cycles, Planar.LAYOUT, Planar.LAYOUT, Planar.LAYOUT);
    }
  }

  /** A family that passes its check; it is asked for its taste at every offer. */
  public NaiveFamily(Supplier<Taste> tastes) {
    this(KERNEL, tastes, Optional::empty);
  }

  /** A family with a kernel of a given name and check. */
  public NaiveFamily(String kernel, Supplier<Taste> tastes, Supplier<Optional<String>> selfCheck) {
    this.kernel = kernel;
    this.tastes = tastes;
    this.selfCheck = selfCheck;
  }

  @Override
  public String name() {
    return "naive";
  }

  @Override
  public List<String> kernels() {
    return List.of(kernel);
  }

  @Override
  public Optional<Offer> offer(ConvolutionSpec spec, Set<String> without) {
    Taste taste = tastes.get();
    return Optional.of(
        new Offer(
            name(),
            kernel,
            taste.cycles(),
            taste.input(),
            taste.shortcut(),
            taste.output(),
            0,
            new Builder(spec, taste)));
  }

  @Override
  public List<ArrayExtent> arrays(ConvolutionSpec spec) {
    return List.of(new ArrayExtent("its trits", spec.in(), spec.in().size()));
  }

  private final class Builder implements Offer.Builder {
    private final ConvolutionSpec spec;
    private final Taste taste;

    Builder(ConvolutionSpec spec, Taste taste) {
      this.spec = spec;
      this.taste = taste;
    }

    @Override
    public TritMap tritMap(TritConvolution layer) {
      return taste.input() == Planar.LAYOUT
          ? new Planes(layer, spec.in())
          : new Rows(layer, spec.in());
    }

    @Override
    public List<Operation> operations(ConvolutionPass pass) {
      return List.of(
          new NaiveOperations.Widen(pass.input()),
          new NaiveOperations.Convolve(pass, spec, NaiveOperations.weights(pass.layer().kernel())));
    }

    @Override
    public Optional<String> selfCheck() {
      return selfCheck.get();
    }
  }

  private static long trit(TritConvolution layer, int channel, float value) {
    float v = layer.thresholds().negated()[channel] ? -value : value;
    return v < layer.thresholds().low()[channel]
        ? -1
        : v < layer.thresholds().high()[channel] ? 0 : 1;
  }

  /** A word for each trit, {@code [channel][row][column]}. */
  private record Planes(TritConvolution layer, Shape shape) implements PlaneTritMap {
    @Override
    public String convolution() {
      return layer.name();
    }

    @Override
    public int bytes() {
      return shape.size();
    }

    @Override
    public void pack(float[] values, int channel, int y0, int y1, long[] bits, byte[] packed) {
      int pitch = Planar.pitch(shape.width());
      for (int y = y0; y < y1; y++) {
        int row = channel * shape.height() + y;
        for (int x = 0; x < shape.width(); x++) {
          packed[row * shape.width() + x] = (byte) trit(layer, channel, values[row * pitch + x]);
        }
      }
    }
  }

  /** As {@link Planes}, of values that lie otherwise. */
  private record Rows(TritConvolution layer, Shape shape) implements RowTritMap {
    @Override
    public String convolution() {
      return layer.name();
    }

    @Override
    public int words() {
      return shape.size();
    }

    @Override
    public void pack(float[] values, int y, int x0, int x1, int first, int end, long[] packed) {
      int stride = ChannelsLast.paddedChannels(shape.channels());
      for (int c = first; c < Math.min(end, shape.channels()); c++) {
        for (int x = x0; x < x1; x++) {
          float value = values[(y * shape.width() + x) * stride + c];
          packed[(c * shape.height() + y) * shape.width() + x] = trit(layer, c, value);
        }
      }
    }
  }
}
