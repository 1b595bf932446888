// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.op;

import java.util.Arrays;

/**
 * Makes the table that {@link BitSlicedSum} adds from: for each channel and each tap four planes,
 * {@code [P z N z]}, where P says where the trit is +1, z where it is 0 and N where it is -1. The
 * entry of a product with +1 begins at P, that of a product with -1 at N; either has its plane of
 * ones one plane further on.
 */
public interface TritExpansion {
  /** Planes of a channel and tap. */
  int PLANES = 4;

  /**
   * Writes the neutral entry, t = 0 in all lanes, with its plane of ones right after.
   *
   * @param table receives it
   * @param at where it begins
   * @param planeBytes bytes of a plane
   */
  static void putNeutral(byte[] table, int at, int planeBytes) {
    Arrays.fill(table, at, at + planeBytes, (byte) 0);
    Arrays.fill(table, at + planeBytes, at + 2 * planeBytes, (byte) -1);
  }

  /**
   * Expands channels. For a tap, bit {@code i} of a row of {@code rowBits} bits becomes bit {@code
   * i + shift} of the source's row, or a trit of 0 beyond its end.
   *
   * @param map planes of the channels: where the trit is +1, and where it is not 0
   * @param from index of the first channel's first plane
   * @param channelBytes distance between channels
   * @param nonzero distance from the plane of +1 to that of nonzero trits
   * @param channels how many channels to expand
   * @param starts for each tap, where its rows begin relative to the channel's
   * @param shifts for each tap, by how many bits its rows are shifted down, below {@code rowBits}
   * @param rowBits bits of a row: 16, 32 or 64
   * @param planeBytes bytes of a plane of the table, at least those of a vector and a multiple of 8
   * @param table receives {@code [channel][tap][P z N z][planeBytes]}
   */
  void expand(
      byte[] map,
      int from,
      int channelBytes,
      int nonzero,
      int channels,
      int[] starts,
      int[] shifts,
      int rowBits,
      int planeBytes,
      byte[] table);
}
