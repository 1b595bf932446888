// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.op;

/** Makes lists of nonzero trits for {@link BitSlicedSum}. */
public interface TritLists {
  /** Elements past the end of a list that may be overwritten. */
  int SLACK = 8;

  /**
   * Appends the nonzero trits of 64 channels. The entry of channel {@code c} is {@code first + c *
   * step} where the trit is +1, and {@code minus} more where it is -1; those of +1 come first in
   * every eight channels.
   *
   * @param nonzero bit {@code c} says whether the trit of channel {@code c} is not 0
   * @param sign bit {@code c} says whether it is -1; anything where it is 0
   * @param first entry of channel 0
   * @param step distance between channels, at most 1023
   * @param minus what is added for -1
   * @param list receives the entries
   * @param at index of the first
   * @return index past the last
   */
  int append(long nonzero, long sign, int first, int step, int minus, char[] list, int at);
}
