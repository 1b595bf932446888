// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.family;

import java.util.List;
import org.setun.kernels.Layer.AsymmetricTernaryConvolution;
import org.setun.kernels.Layer.TernaryConvolution;
import org.setun.kernels.Layer.TritConvolution;
import org.setun.kernels.Shape;
import org.setun.kernels.TernaryKernel;
import org.setun.kernels.Window;
import org.setun.kernels.layout.ChannelsLast;
import org.setun.kernels.layout.Layout;
import org.setun.kernels.layout.Planar;
import org.setun.kernels.pass.Buffers;
import org.setun.kernels.pass.Operation;
import org.setun.kernels.pass.Scratch;
import org.setun.kernels.pass.Step;
import org.setun.kernels.pass.Value;

/** What {@link NaiveFamily} offers: two operations, one of which prepares an array of bytes. */
final class NaiveOperations {
  private NaiveOperations() {}

  private static String bytes(TritMap map) {
    return map.convolution() + " (bytes)";
  }

  /** Index of a value. */
  private static int index(Layout layout, Shape shape, int c, int y, int x) {
    return layout == Planar.LAYOUT
        ? (c * shape.height() + y) * Planar.pitch(shape.width()) + x
        : (y * shape.width() + x) * ChannelsLast.paddedChannels(shape.channels()) + c;
  }

  private static int row(Window w, int y, int tap) {
    return y * w.strideHeight() - w.padTop() + tap / w.kernelWidth() * w.dilationHeight();
  }

  private static int column(Window w, int x, int tap) {
    return x * w.strideWidth() - w.padLeft() + tap % w.kernelWidth() * w.dilationWidth();
  }

  /** Weights, {@code [output][tap][input]}. */
  static byte[] weights(TernaryKernel kernel) {
    int taps = kernel.kernelHeight() * kernel.kernelWidth();
    byte[] weights = new byte[kernel.outputChannels() * taps * kernel.inputChannels()];
    for (int i = 0; i < weights.length; i++) {
      int o = i / kernel.inputChannels() / taps;
      int tap = i / kernel.inputChannels() % taps;
      int c = i % kernel.inputChannels();
      weights[i] = (byte) kernel.trit(o, c, tap / kernel.kernelWidth(), tap % kernel.kernelWidth());
    }
    return weights;
  }

  /** The trits as bytes. */
  record Widen(TritMap map) implements Operation {
    @Override
    public Value output() {
      return null;
    }

    @Override
    public String name() {
      return bytes(map);
    }

    @Override
    public List<String> layers() {
      return List.of();
    }

    @Override
    public List<Value> reads() {
      return List.of();
    }

    @Override
    public String kernel() {
      return "widen";
    }

    @Override
    public void memory(Buffers.Need need) {
      need.bytes(
          bytes(map),
          switch (map) {
            case RowTritMap rows -> rows.words();
            case PlaneTritMap planes -> planes.bytes();
          });
    }

    @Override
    public Step bind(Buffers buffers) {
      byte[] to = buffers.bytes(bytes(map));
      return new Step() {
        @Override
        public int chunks() {
          return 1;
        }

        @Override
        public void run(int chunk, Scratch scratch) {
          if (map instanceof PlaneTritMap) {
            System.arraycopy(buffers.bytes(map.memory()), 0, to, 0, to.length);
            return;
          }
          long[] from = buffers.longs(map.memory());
          for (int i = 0; i < to.length; i++) {
            to[i] = (byte) from[i];
          }
        }
      };
    }
  }

  /** The convolution and all that follows it. */
  record Convolve(ConvolutionPass pass, ConvolutionSpec spec, byte[] weights) implements Operation {
    @Override
    public Value output() {
      return pass.output();
    }

    @Override
    public List<String> layers() {
      return pass.layers();
    }

    @Override
    public List<Value> reads() {
      return pass.shortcut() == null ? List.of() : List.of(pass.shortcut());
    }

    @Override
    public String kernel() {
      return NaiveFamily.KERNEL;
    }

    @Override
    public boolean canOverwrite(Value input) {
      return pass.shortcut() != null
          && spec.shortcut().window() == null
          && pass.shortcut().layout() == pass.output().layout()
          && spec.shortcut().shape().equals(spec.out());
    }

    @Override
    public void memory(Buffers.Need need) {
      new Widen(pass.input()).memory(need);
    }

    @Override
    public void scratch(Scratch.Need need) {
      PlanePacker.scratch(need, spec.out().height(), spec.out().width());
      need.shorts(0, spec.window().taps());
      need.chars(1, 2);
    }

    @Override
    public Step bind(Buffers buffers) {
      return new Bound(buffers);
    }

    /** A chunk is a row of all channels, or a plane. */
    private final class Bound implements Step {
      private final byte[] trits;
      private final float[] shortcut;
      private final float[] out;
      private final boolean planar = pass.output().layout() == Planar.LAYOUT;
      private final RowPacker rows;
      private final PlanePacker planes;

      Bound(Buffers buffers) {
        trits = buffers.bytes(bytes(pass.input()));
        shortcut = pass.shortcut() == null ? null : buffers.value(pass.shortcut());
        out = buffers.value(pass.output());
        planes = planar ? new PlanePacker(pass.targets(), buffers, out) : null;
        rows = planar ? null : new RowPacker(pass.targets(), buffers, out, spec.out().width());
      }

      @Override
      public int chunks() {
        return planar ? spec.out().channels() : spec.out().height();
      }

      @Override
      public void run(int chunk, Scratch scratch) {
        short[] products = scratch.shorts(0);
        if (planar) {
          for (int y = 0; y < spec.out().height(); y++) {
            for (int x = 0; x < spec.out().width(); x++) {
              store(chunk, y, x, products);
            }
          }
          planes.pack(chunk, 0, spec.out().height(), scratch);
        } else {
          for (int c = 0; c < spec.out().channels(); c++) {
            for (int x = 0; x < spec.out().width(); x++) {
              store(c, chunk, x, products);
            }
          }
          rows.pack(chunk, 0, ChannelsLast.paddedChannels(spec.out().channels()));
        }
      }

      private void store(int o, int y, int x, short[] products) {
        out[index(pass.output().layout(), spec.out(), o, y, x)] = value(o, y, x, products);
      }

      private float value(int o, int y, int x, short[] products) {
        int plus = sum(o, y, x, 1, products);
        int minus = sum(o, y, x, -1, products);
        TritConvolution layer = pass.layer();
        float result =
            switch (layer) {
              case TernaryConvolution l ->
                  Math.fma((float) (plus + minus), l.scale()[o], l.shift()[o]);
              case AsymmetricTernaryConvolution l ->
                  Math.fma(
                      (float) minus,
                      l.minusScale()[o],
                      Math.fma((float) plus, l.plusScale()[o], l.shift()[o]));
            };
        if (shortcut != null && o < spec.shortcut().shape().channels()) {
          result += added(o, y, x);
        }
        if (pass.slope() != null && result < 0) {
          result *= pass.slope()[o];
        }
        return pass.after() == null
            ? result
            : Math.fma(result, pass.after().scale()[o], pass.after().shift()[o]);
      }

      /** The sum of the products with weights of one sign. */
      private int sum(int o, int y, int x, int sign, short[] products) {
        Window w = spec.window();
        Shape in = spec.in();
        int sum = 0;
        for (int tap = 0; tap < w.taps(); tap++) {
          products[tap] = 0;
          int row = row(w, y, tap);
          int column = column(w, x, tap);
          if (row < 0 || row >= in.height() || column < 0 || column >= in.width()) {
            continue;
          }
          for (int c = 0; c < in.channels(); c++) {
            int weight = weights[(o * w.taps() + tap) * in.channels() + c];
            if (weight == sign) {
              products[tap] +=
                  (short) (weight * trits[(c * in.height() + row) * in.width() + column]);
            }
          }
          sum += products[tap];
        }
        return sum;
      }

      private float added(int c, int y, int x) {
        Shape shape = spec.shortcut().shape();
        Layout layout = pass.shortcut().layout();
        Window w = spec.shortcut().window();
        if (w == null) {
          return shortcut[index(layout, shape, c, y, x)];
        }
        float max = Float.NEGATIVE_INFINITY;
        for (int tap = 0; tap < w.taps(); tap++) {
          int row = y * w.strideHeight() - w.padTop() + tap / w.kernelWidth() * w.dilationHeight();
          int column =
              x * w.strideWidth() - w.padLeft() + tap % w.kernelWidth() * w.dilationWidth();
          if (row >= 0 && row < shape.height() && column >= 0 && column < shape.width()) {
            max = Math.max(max, shortcut[index(layout, shape, c, row, column)]);
          }
        }
        return max;
      }
    }
  }
}
