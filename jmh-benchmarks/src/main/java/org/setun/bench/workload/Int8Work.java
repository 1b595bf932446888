// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.workload;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.setun.kernels.Int8Product;
import org.setun.kernels.Int8Session;
import org.setun.kernels.TernaryKernel;
import org.setun.kernels.TernaryMatrix;

/** A product of random bytes with a random ternary matrix, and the same on plain vectors. */
public final class Int8Work {
  private final int rows;
  private final int outputs;
  private final int columns;
  private final byte[] x;
  private final TernaryKernel weights;
  private final Int8Product product;
  private final Int8Session session;
  private final int[] y;

  /**
   * Packs random operands, and checks the product against one computed trit by trit.
   *
   * @param extents rows × outputs × columns, as in {@code 1x4096x4096}
   * @param bell whether bytes are of normal distribution with a deviation of 30; else any byte is
   *     as frequent
   */
  public Int8Work(String extents, boolean bell) {
    int[] parts = extents(extents);
    rows = parts[0];
    outputs = parts[1];
    columns = parts[2];
    weights = new RandomParameters(1958).kernel(outputs, columns, 1);
    SplittableRandom random = new SplittableRandom(1958);
    x = new byte[rows * columns];
    for (int i = 0; i < x.length; i++) {
      long normal = Math.clamp(Math.round(30 * random.nextGaussian()), -127, 127);
      x[i] = (byte) (bell ? normal : random.nextInt(256));
    }
    product = Int8Product.of(TernaryMatrix.of(weights));
    session = product.session();
    y = new int[rows * outputs];
    run();
    check(y);
  }

  /** The numbers of {@code 1x4096x4096}. */
  public static int[] extents(String extents) {
    return Arrays.stream(extents.split("x")).mapToInt(Integer::parseInt).toArray();
  }

  /** Multiplies. */
  public void run() {
    session.multiply(x, 0, columns, rows, y, 0, outputs);
  }

  /** What it takes. */
  public Cost cost() {
    double macs = (double) rows * outputs * columns;
    double bytes = product.byteSize() + x.length + (double) Integer.BYTES * y.length;
    return new Cost(1, macs, 0, bytes, 0);
  }

  /**
   * Reads as many bytes as the packed matrix has: its time by that of {@link #run} is the share of
   * this core's read bandwidth, from the cache or memory that they lie in.
   */
  public Runnable reading() {
    long bytes = Math.ceilDiv(product.byteSize(), MemoryReader.STEP) * MemoryReader.STEP;
    MemorySegment memory = Arena.ofAuto().allocate(bytes, MemoryReader.ALIGNMENT);
    // A page that was never written is shared by all: reading it reads the cache.
    memory.fill((byte) 1);
    long[] sink = new long[1];
    return () -> sink[0] += MemoryReader.read(memory);
  }

  /** What multiplies, for a report. */
  public String describe() {
    return product.toString();
  }

  /** The same product with 16 bits a lane and weights of a byte, checked. */
  public Runnable plain() {
    byte[] trits = new byte[outputs * columns];
    for (int i = 0; i < trits.length; i++) {
      trits[i] = (byte) weights.trit(i / columns, i % columns, 0, 0);
    }
    int[] results = new int[y.length];
    Runnable run = () -> PlainInt16.multiply(x, rows, trits, outputs, columns, results);
    run.run();
    check(results);
    return run;
  }

  private void check(int[] results) {
    int r = rows - 1;
    for (int o = 0; o < outputs; o++) {
      int expected = 0;
      for (int c = 0; c < columns; c++) {
        expected += x[r * columns + c] * weights.trit(o, c, 0, 0);
      }
      if (results[r * outputs + o] != expected) {
        throw new IllegalStateException(
            "%d in row %d, output %d, where %d is right"
                .formatted(results[r * outputs + o], r, o, expected));
      }
    }
  }
}
