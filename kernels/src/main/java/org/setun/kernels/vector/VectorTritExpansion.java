// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.vector;

import static jdk.incubator.vector.VectorOperators.LSHR;
import static org.setun.kernels.vector.Species.BYTE;
import static org.setun.kernels.vector.Species.BYTES;

import jdk.incubator.vector.ByteVector;
import org.setun.kernels.op.TritExpansion;

/** A vector at a time; the last one of a plane overlaps the one before it. */
final class VectorTritExpansion implements TritExpansion {
  @Override
  public void expand(
      byte[] map,
      int from,
      int channelBytes,
      int nonzero,
      int channels,
      int[] starts,
      int[] shifts,
      int rowBits,
      int planeBytes,
      byte[] table) {
    for (int tap = 0; tap < starts.length; tap++) {
      int entry = tap * PLANES * planeBytes;
      int stride = starts.length * PLANES * planeBytes;
      for (int v = 0; v < planeBytes; v += BYTES) {
        int at = Math.min(v, planeBytes - BYTES);
        int source = from + starts[tap] + at;
        int to = entry + at;
        int shift = shifts[tap];
        if (shift == 0) {
          copied(map, source, channelBytes, nonzero, channels, planeBytes, table, to, stride);
        } else if (rowBits == Long.SIZE) {
          longs(map, source, channelBytes, nonzero, channels, shift, planeBytes, table, to, stride);
        } else if (rowBits == Integer.SIZE) {
          ints(map, source, channelBytes, nonzero, channels, shift, planeBytes, table, to, stride);
        } else {
          shorts(
              map, source, channelBytes, nonzero, channels, shift, planeBytes, table, to, stride);
        }
      }
    }
  }

  private static void copied(
      byte[] map,
      int source,
      int channelBytes,
      int nonzero,
      int channels,
      int planeBytes,
      byte[] table,
      int to,
      int stride) {
    for (int c = 0; c < channels; c++) {
      ByteVector plus = ByteVector.fromArray(BYTE, map, source);
      ByteVector set = ByteVector.fromArray(BYTE, map, source + nonzero);
      ByteVector zero = set.not();
      plus.intoArray(table, to);
      zero.intoArray(table, to + planeBytes);
      plus.not().and(set).intoArray(table, to + 2 * planeBytes);
      zero.intoArray(table, to + 3 * planeBytes);
      source += channelBytes;
      to += stride;
    }
  }

  private static void longs(
      byte[] map,
      int source,
      int channelBytes,
      int nonzero,
      int channels,
      int shift,
      int planeBytes,
      byte[] table,
      int to,
      int stride) {
    for (int c = 0; c < channels; c++) {
      ByteVector plus =
          ByteVector.fromArray(BYTE, map, source)
              .reinterpretAsLongs()
              .lanewise(LSHR, shift)
              .reinterpretAsBytes();
      ByteVector set =
          ByteVector.fromArray(BYTE, map, source + nonzero)
              .reinterpretAsLongs()
              .lanewise(LSHR, shift)
              .reinterpretAsBytes();
      ByteVector zero = set.not();
      plus.intoArray(table, to);
      zero.intoArray(table, to + planeBytes);
      plus.not().and(set).intoArray(table, to + 2 * planeBytes);
      zero.intoArray(table, to + 3 * planeBytes);
      source += channelBytes;
      to += stride;
    }
  }

  private static void ints(
      byte[] map,
      int source,
      int channelBytes,
      int nonzero,
      int channels,
      int shift,
      int planeBytes,
      byte[] table,
      int to,
      int stride) {
    for (int c = 0; c < channels; c++) {
      ByteVector plus =
          ByteVector.fromArray(BYTE, map, source)
              .reinterpretAsInts()
              .lanewise(LSHR, shift)
              .reinterpretAsBytes();
      ByteVector set =
          ByteVector.fromArray(BYTE, map, source + nonzero)
              .reinterpretAsInts()
              .lanewise(LSHR, shift)
              .reinterpretAsBytes();
      ByteVector zero = set.not();
      plus.intoArray(table, to);
      zero.intoArray(table, to + planeBytes);
      plus.not().and(set).intoArray(table, to + 2 * planeBytes);
      zero.intoArray(table, to + 3 * planeBytes);
      source += channelBytes;
      to += stride;
    }
  }

  private static void shorts(
      byte[] map,
      int source,
      int channelBytes,
      int nonzero,
      int channels,
      int shift,
      int planeBytes,
      byte[] table,
      int to,
      int stride) {
    for (int c = 0; c < channels; c++) {
      ByteVector plus =
          ByteVector.fromArray(BYTE, map, source)
              .reinterpretAsShorts()
              .lanewise(LSHR, shift)
              .reinterpretAsBytes();
      ByteVector set =
          ByteVector.fromArray(BYTE, map, source + nonzero)
              .reinterpretAsShorts()
              .lanewise(LSHR, shift)
              .reinterpretAsBytes();
      ByteVector zero = set.not();
      plus.intoArray(table, to);
      zero.intoArray(table, to + planeBytes);
      plus.not().and(set).intoArray(table, to + 2 * planeBytes);
      zero.intoArray(table, to + 3 * planeBytes);
      source += channelBytes;
      to += stride;
    }
  }
}
