// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.family.channels;

import org.setun.kernels.TernaryKernel;
import org.setun.kernels.family.ConvolutionSpec;
import org.setun.kernels.op.BitSlicedCounts;
import org.setun.kernels.op.BitSlicedSum;
import org.setun.kernels.op.TritExpansion;
import org.setun.kernels.op.TritLists;

/**
 * How a convolution is cut: into vectors of output channels, and into blocks of input channels
 * whose expanded weights for one tap, the table of {@link BitSlicedSum}, stay in a first-level
 * cache.
 */
final class ChannelBlocks {
  /** Bytes of a table. */
  private static final int TABLE_BYTES = 32 * 1024;

  final int outputs;
  final int inputs;
  final int taps;

  /** Output channels of a vector. */
  final int lanes;

  /** Bytes of a plane. */
  final int planeBytes;

  /** Vectors of output channels. */
  final int vectors;

  /** Input channels of a block, whole words. */
  final int blockInputs;

  final int blocks;

  ChannelBlocks(ConvolutionSpec spec, int lanes) {
    this.outputs = spec.out().channels();
    this.inputs = spec.in().channels();
    this.taps = spec.window().taps();
    this.lanes = lanes;
    planeBytes = lanes / Byte.SIZE;
    vectors = Math.ceilDiv(outputs, lanes);
    int fits = TABLE_BYTES / expandedBytes() / Long.SIZE * Long.SIZE;
    blocks = Math.ceilDiv(inputs, Math.max(Long.SIZE, fits));
    blockInputs = TernaryKernel.channelWords(Math.ceilDiv(inputs, blocks)) * TernaryKernel.WORD;
  }

  /** Bytes of an input channel in the table. */
  int expandedBytes() {
    return TritExpansion.PLANES * planeBytes;
  }

  /** Where the neutral entry lies in the table. */
  int neutral() {
    return blockInputs * expandedBytes();
  }

  /** Bytes of the table with its neutral entry. */
  int tableBytes() {
    return neutral() + 2 * planeBytes;
  }

  /** Entries that a list may have, neutral ones included. */
  int longestList() {
    return Math.ceilDiv(blockInputs, BitSlicedSum.GROUP) * BitSlicedSum.GROUP;
  }

  /** Distance between lists. */
  int listStride() {
    return longestList() + Math.max(TritLists.SLACK, BitSlicedSum.GROUP);
  }

  /** Entries that an output may add up. */
  long mostEntries() {
    return (long) taps * blocks * longestList();
  }

  /** Planes of a counter. */
  int planes() {
    return BitSlicedCounts.planes((int) mostEntries());
  }

  /** Index of the packed weights of a vector of output channels. */
  int weights(int vector, int block, int tap) {
    return ((vector * blocks + block) * taps + tap) * blockInputs * 2 * planeBytes;
  }

  /**
   * Packs weights: {@code [vector][block][tap][input channel][+1, nonzero]}. The lane of a channel
   * is that from which {@link BitSlicedCounts#interleaved} brings it to its place.
   */
  byte[] pack(TernaryKernel kernel) {
    int length = Math.multiplyExact(vectors, weights(1, 0, 0));
    byte[] packed = new byte[length];
    int[] laneOf = new int[lanes];
    for (int i = 0; i < lanes; i++) {
      laneOf[i] = BitSlicedCounts.interleavedLane(i, lanes);
    }
    int words = TernaryKernel.channelWords(inputs);
    for (int o = 0; o < outputs; o++) {
      int lane = laneOf[o % lanes];
      byte bit = (byte) (1 << lane % Byte.SIZE);
      for (int tap = 0; tap < taps; tap++) {
        for (int word = 0; word < words; word++) {
          int index = (o * taps + tap) * words + word;
          long minus = kernel.signWord(index);
          for (long left = kernel.nonzeroWord(index); left != 0; left &= left - 1) {
            int trailing = Long.numberOfTrailingZeros(left);
            int c = word * Long.SIZE + trailing;
            int at =
                weights(o / lanes, c / blockInputs, tap)
                    + c % blockInputs * 2 * planeBytes
                    + lane / Byte.SIZE;
            packed[at + planeBytes] |= bit;
            if ((minus >>> trailing & 1) == 0) {
              packed[at] |= bit;
            }
          }
        }
      }
    }
    return packed;
  }
}
