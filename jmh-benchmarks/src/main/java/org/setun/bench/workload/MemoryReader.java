// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.workload;

import static jdk.incubator.vector.VectorOperators.XOR;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorSpecies;

/** Reads memory and does as little else as it can: what bandwidth is measured with. */
public final class MemoryReader {
  /** Bytes of the first-level cache's line and of the widest vector: memory must be so aligned. */
  public static final int ALIGNMENT = 64;

  /** Memory is a multiple of so many bytes. */
  public static final int STEP = 4 * ALIGNMENT;

  private static final VectorSpecies<Long> SPECIES = LongVector.SPECIES_PREFERRED;
  private static final int VECTOR = SPECIES.vectorByteSize();
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();

  private MemoryReader() {}

  /** {@return the exclusive or of all words; four at a time, so that no sum waits for another} */
  public static long read(MemorySegment memory) {
    LongVector v0 = LongVector.zero(SPECIES);
    LongVector v1 = v0;
    LongVector v2 = v0;
    LongVector v3 = v0;
    for (long i = 0; i < memory.byteSize(); i += 4 * VECTOR) {
      v0 = LongVector.fromMemorySegment(SPECIES, memory, i, ORDER).lanewise(XOR, v0);
      v1 = LongVector.fromMemorySegment(SPECIES, memory, i + VECTOR, ORDER).lanewise(XOR, v1);
      v2 = LongVector.fromMemorySegment(SPECIES, memory, i + 2 * VECTOR, ORDER).lanewise(XOR, v2);
      v3 = LongVector.fromMemorySegment(SPECIES, memory, i + 3 * VECTOR, ORDER).lanewise(XOR, v3);
    }
    return v0.lanewise(XOR, v1).lanewise(XOR, v2.lanewise(XOR, v3)).reduceLanes(XOR);
  }
}
