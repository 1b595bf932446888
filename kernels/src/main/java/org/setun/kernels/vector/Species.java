// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.vector;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * The vector shapes of this JVM, as constants. The width is the JVM's preferred one: tests and
 * users narrow it with {@code -XX:MaxVectorSize} or {@code -XX:UseAVX}, never the library.
 */
final class Species {
  /** Trit words. */
  static final VectorSpecies<Long> LONG = LongVector.SPECIES_PREFERRED;

  /** Words in a vector. */
  static final int LONGS = LONG.length();

  /** As many ints as {@link #LONG} has lanes: half its width. */
  static final VectorSpecies<Integer> INT_PER_LONG =
      VectorSpecies.of(int.class, VectorShape.forBitSize(LONG.vectorBitSize() / 2));

  /** fp32 values. */
  static final VectorSpecies<Float> FLOAT = FloatVector.SPECIES_PREFERRED;

  /** fp32 values in a vector. */
  static final int FLOATS = FLOAT.length();

  /** Counts, one per lane of {@link #FLOAT}. */
  static final VectorSpecies<Integer> INT = IntVector.SPECIES_PREFERRED;

  /** Planes of bits. */
  static final VectorSpecies<Byte> BYTE = ByteVector.SPECIES_PREFERRED;

  /** Bytes in a vector. */
  static final int BYTES = BYTE.length();

  /** Eight bytes. */
  static final VectorSpecies<Byte> BYTES_64 = ByteVector.SPECIES_64;

  /** Eight positions of trits. */
  static final VectorSpecies<Short> SHORTS_OF_8 = ShortVector.SPECIES_128;

  /** Eight counts, or four at a time where vectors are too narrow for eight. */
  static final VectorSpecies<Integer> INTS_OF_8 =
      INT.vectorBitSize() < 256 ? IntVector.SPECIES_128 : IntVector.SPECIES_256;

  /**
   * Operations of {@code BIT_COUNT} on a vector of words: without an instruction for it C2 looks up
   * both nibbles of every byte and adds the bytes up (two shuffles, two ands, a shift, an addition,
   * a sum of absolute differences).
   */
  static int popcountOperations(boolean popcountInstruction) {
    return popcountInstruction ? 1 : 7;
  }

  /**
   * Operations of the Z-fold for one pixel and one vector of output channels: without an
   * instruction for popcounts there is none for the majority either, which then takes 3.
   */
  static int zFoldOperations(int words, boolean popcountInstruction) {
    int popcount = popcountOperations(popcountInstruction);
    int word = popcountInstruction ? 4 + popcount : 7 + popcount;
    return words * word + popcount + 3;
  }

  private Species() {}
}
