// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.gate.code;

import java.util.List;
import java.util.function.Function;
import org.setun.bench.workload.BitSlicedWork;
import org.setun.bench.workload.GemmTiles;
import org.setun.kernels.op.BitSlicedKernels;
import org.setun.kernels.op.BitSlicedSum;
import org.setun.kernels.op.DigitSum;
import org.setun.kernels.op.TernaryGemm;
import org.setun.kernels.op.TritExpansion;
import org.setun.kernels.op.Winograd;
import org.setun.kernels.select.Capabilities;
import org.setun.kernels.vector.VectorKernels;

/**
 * Methods whose machine code is read. A new kernel is a line of {@link #ALL}.
 *
 * @param classes the classes that have it, with their package; may end with a star
 * @param method the method's name
 * @param kernels makes what runs the method in each of the classes, in the process that compiles it
 */
record HotMethod(
    String classes, String method, Function<Capabilities, List<HotMethod.Kernel>> kernels) {

  static final List<HotMethod> ALL =
      List.of(
          new HotMethod("org.setun.kernels.vector.*", "tile", HotMethod::gemms),
          new HotMethod(
              "org.setun.kernels.vector.VectorBitSlicedSum", "add", HotMethod::bitSlicedSum),
          new HotMethod("org.setun.kernels.vector.VectorDigitSum", "add", HotMethod::digitSum),
          new HotMethod(
              "org.setun.kernels.vector.VectorWinograd", "multiply", HotMethod::winograd));

  /** The methods as the JVM's option {@code CompileCommand} names them. */
  String pattern() {
    return classes + "::" + method;
  }

  /** A class with such a method. */
  interface Kernel {
    /** The class. */
    Class<?> type();

    /** Whether it may be chosen on this machine, and therefore may not touch the stack. */
    boolean mayBeChosen();

    /** Calls the method; the first time also checks what it computes. */
    void run();

    /** How often {@link #run} calls the method. */
    int calls();
  }

  private static List<Kernel> gemms(Capabilities capabilities) {
    return VectorKernels.kernels().gemms().stream()
        .<Kernel>map(gemm -> new Gemm(gemm, new GemmTiles(gemm), capabilities.vectorRegisters()))
        .toList();
  }

  private record Gemm(TernaryGemm gemm, GemmTiles tiles, int registers) implements Kernel {
    @Override
    public Class<?> type() {
      return gemm.getClass();
    }

    @Override
    public boolean mayBeChosen() {
      return gemm.registers() <= registers;
    }

    @Override
    public void run() {
      tiles.run();
    }

    @Override
    public int calls() {
      return GemmTiles.PIXELS * GemmTiles.CHANNELS / (gemm.pixels() * gemm.channels());
    }
  }

  private static List<Kernel> bitSlicedSum(Capabilities capabilities) {
    BitSlicedKernels kernels = VectorKernels.kernels().bitSliced();
    return List.of(new Sum(kernels, new BitSlicedWork(kernels)));
  }

  private record Sum(BitSlicedKernels kernels, BitSlicedWork work) implements Kernel {
    @Override
    public Class<?> type() {
      return kernels.sum().getClass();
    }

    @Override
    public boolean mayBeChosen() {
      return true;
    }

    @Override
    public void run() {
      work.add(BitSlicedSum.LONGEST);
    }

    @Override
    public int calls() {
      return BitSlicedWork.LISTS;
    }
  }

  private static List<Kernel> digitSum(Capabilities capabilities) {
    return List.of(new Digits(VectorKernels.kernels().digits(), new int[DigitSum.LONGEST]));
  }

  /** Adds one entry again and again, in which every trit is 0. */
  private record Digits(DigitSum sum, int[] offsets) implements Kernel {
    private static final int PLANES = 12;

    @Override
    public Class<?> type() {
      return sum.getClass();
    }

    @Override
    public boolean mayBeChosen() {
      return true;
    }

    @Override
    public void run() {
      byte[] table = new byte[2 * sum.bytes()];
      TritExpansion.putNeutral(table, 0, sum.bytes());
      byte[] counters = new byte[PLANES * sum.bytes()];
      sum.add(table, 0, offsets, 0, offsets.length, counters, 0, PLANES, false);
      for (int b = 0; b < counters.length; b++) {
        // 240 in binary: planes 4 to 7.
        int plane = b / sum.bytes();
        if (counters[b] != (plane >= 4 && plane < 8 ? -1 : 0)) {
          throw new IllegalStateException("240 entries of 1 are not 240");
        }
      }
    }

    @Override
    public int calls() {
      return 1;
    }
  }

  private static List<Kernel> winograd(Capabilities capabilities) {
    Winograd kernel = VectorKernels.kernels().winograd();
    int length = Products.POINTS * Products.DEPTH;
    float[] v = integers(Winograd.TILES * length, 5);
    float[] w = integers(length * kernel.channels(), 7);
    float[] sums = new float[Products.POINTS * Winograd.TILES * kernel.channels()];
    return List.of(new Products(kernel, v, w, sums));
  }

  private static float[] integers(int length, int modulus) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = i % modulus - modulus / 2;
    }
    return values;
  }

  /** A row of points of ResNet-18's stem, in small integers: sums are exact. */
  private record Products(Winograd kernel, float[] v, float[] w, float[] sums) implements Kernel {
    private static final int POINTS = 7;
    private static final int DEPTH = 12;
    private static final int CALLS = 64;

    @Override
    public Class<?> type() {
      return kernel.getClass();
    }

    @Override
    public boolean mayBeChosen() {
      return true;
    }

    @Override
    public void run() {
      for (int i = 0; i < CALLS; i++) {
        kernel.multiply(POINTS, DEPTH, v, 0, POINTS * DEPTH, w, 0, sums);
      }
      int last = sums.length - 1;
      float sum = 0;
      for (int k = 0; k < DEPTH; k++) {
        int step = (POINTS - 1) * DEPTH + k;
        int tile = (Winograd.TILES - 1) * POINTS * DEPTH;
        sum += v[tile + step] * w[(step + 1) * kernel.channels() - 1];
      }
      if (sums[last] != sum) {
        throw new IllegalStateException("the last sum is " + sums[last] + ", not " + sum);
      }
    }

    @Override
    public int calls() {
      return CALLS;
    }
  }
}
