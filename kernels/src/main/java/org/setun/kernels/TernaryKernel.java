// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels;

import java.util.Arrays;
import java.util.Objects;

/**
 * The ternary weights of one convolution or linear layer, as two bit planes of 64 trits a word.
 * Immutable.
 *
 * <p>Word {@code ((o * kernelHeight + ky) * kernelWidth + kx) * channelWords + w} holds, for output
 * channel {@code o} and tap {@code (ky, kx)}, the trits of input channels {@code 64 w … 64 w + 63},
 * the lowest channel in the lowest bit. A trit is 0 where the nonzero bit is clear, else +1 or -1
 * as the sign bit is clear or set. Where the nonzero bit is clear the sign bit is clear too, and so
 * are the bits past the last channel: equal weights have equal planes.
 *
 * @see NetworkGraph
 * @since 0.1
 */
public final class TernaryKernel {
  /** Trits in a word of a plane. */
  public static final int WORD = Long.SIZE;

  private final int outputChannels;
  private final int inputChannels;
  private final int kernelHeight;
  private final int kernelWidth;
  private final long[] nonzero;
  private final long[] sign;

  private TernaryKernel(
      int outputChannels,
      int inputChannels,
      int kernelHeight,
      int kernelWidth,
      long[] nonzero,
      long[] sign) {
    this.outputChannels = outputChannels;
    this.inputChannels = inputChannels;
    this.kernelHeight = kernelHeight;
    this.kernelWidth = kernelWidth;
    this.nonzero = nonzero;
    this.sign = sign;
  }

  /**
   * Packs trits.
   *
   * @param trits values in {-1, 0, +1}, laid out (output channel, input channel, row, column) as
   *     PyTorch does
   * @param outputChannels output channels, at least 1
   * @param inputChannels input channels, at least 1
   * @param kernelHeight rows of taps, at least 1
   * @param kernelWidth taps in a row, at least 1
   * @return the packed kernel
   * @throws IllegalArgumentException if the array's length does not fit the extents or a value is
   *     not a trit
   */
  public static TernaryKernel ofTrits(
      byte[] trits, int outputChannels, int inputChannels, int kernelHeight, int kernelWidth) {
    Objects.requireNonNull(trits, "trits");
    long count = count(outputChannels, inputChannels, kernelHeight, kernelWidth);
    if (trits.length != count) {
      throw new IllegalArgumentException(
          trits.length
              + " trits given, "
              + outputChannels
              + "x"
              + inputChannels
              + "x"
              + kernelHeight
              + "x"
              + kernelWidth
              + " needs "
              + count);
    }
    requireTrits(trits, 0, trits.length);
    int channelWords = channelWords(inputChannels);
    long[] nonzero = new long[outputChannels * kernelHeight * kernelWidth * channelWords];
    long[] sign = new long[nonzero.length];
    int taps = kernelHeight * kernelWidth;
    int index = 0;
    for (int o = 0; o < outputChannels; o++) {
      for (int c = 0; c < inputChannels; c++) {
        for (int tap = 0; tap < taps; tap++, index++) {
          byte trit = trits[index];
          if (trit != 0) {
            int word = (o * taps + tap) * channelWords + c / WORD;
            long bit = 1L << c;
            nonzero[word] |= bit;
            if (trit < 0) {
              sign[word] |= bit;
            }
          }
        }
      }
    }
    return new TernaryKernel(
        outputChannels, inputChannels, kernelHeight, kernelWidth, nonzero, sign);
  }

  /**
   * The kernel that does in one piece what this one does in groups: zeros stand between the groups,
   * which kernels leave out.
   *
   * @param groups groups of this kernel's input channels; output channels belong to them in order
   * @return a kernel of {@code groups} times the input channels
   * @throws IllegalArgumentException if the groups do not divide the output channels
   */
  public TernaryKernel ungrouped(int groups) {
    if (groups < 1 || outputChannels % groups != 0) {
      throw new IllegalArgumentException(
          groups + " groups do not divide " + outputChannels + " output channels");
    }
    if (groups == 1) {
      return this;
    }
    int taps = kernelHeight * kernelWidth;
    int own = inputChannels * taps;
    byte[] trits = new byte[Math.multiplyExact(Math.multiplyExact(outputChannels, groups), own)];
    for (int o = 0; o < outputChannels; o++) {
      int at = (o * groups + o / (outputChannels / groups)) * own;
      for (int i = 0; i < own; i++) {
        int tap = i % taps;
        trits[at + i] = (byte) trit(o, i / taps, tap / kernelWidth, tap % kernelWidth);
      }
    }
    return ofTrits(trits, outputChannels, inputChannels * groups, kernelHeight, kernelWidth);
  }

  /** Refuses values other than -1, 0 and +1. */
  static void requireTrits(byte[] trits, int from, int count) {
    for (int i = from; i < from + count; i++) {
      if (trits[i] < -1 || trits[i] > 1) {
        throw new IllegalArgumentException(
            "value " + trits[i] + " at index " + i + " is not a trit");
      }
    }
  }

  /**
   * Takes planes that are packed already, as {@link #nonzeroPlane} and {@link #signPlane} return
   * them.
   *
   * @param nonzero the nonzero plane
   * @param sign the sign plane
   * @param outputChannels output channels, at least 1
   * @param inputChannels input channels, at least 1
   * @param kernelHeight rows of taps, at least 1
   * @param kernelWidth taps in a row, at least 1
   * @return the packed kernel
   * @throws IllegalArgumentException if a length does not fit the extents, or a bit is set that the
   *     layout requires to be clear
   */
  public static TernaryKernel ofPlanes(
      long[] nonzero,
      long[] sign,
      int outputChannels,
      int inputChannels,
      int kernelHeight,
      int kernelWidth) {
    Objects.requireNonNull(nonzero, "nonzero");
    Objects.requireNonNull(sign, "sign");
    count(outputChannels, inputChannels, kernelHeight, kernelWidth);
    int channelWords = channelWords(inputChannels);
    long words = (long) outputChannels * kernelHeight * kernelWidth * channelWords;
    if (nonzero.length != words || sign.length != words) {
      throw new IllegalArgumentException(
          "planes of "
              + nonzero.length
              + " and "
              + sign.length
              + " words given, "
              + words
              + " needed");
    }
    long tail = inputChannels % WORD == 0 ? -1L : (1L << inputChannels) - 1;
    for (int i = 0; i < words; i++) {
      long allowed = i % channelWords == channelWords - 1 ? tail : -1L;
      if ((nonzero[i] & ~allowed) != 0 || (sign[i] & ~nonzero[i]) != 0) {
        throw new IllegalArgumentException("plane word " + i + " has bits set where no trit is");
      }
    }
    return new TernaryKernel(
        outputChannels, inputChannels, kernelHeight, kernelWidth, nonzero.clone(), sign.clone());
  }

  private static long count(
      int outputChannels, int inputChannels, int kernelHeight, int kernelWidth) {
    if (outputChannels < 1 || inputChannels < 1 || kernelHeight < 1 || kernelWidth < 1) {
      throw new IllegalArgumentException(
          "kernel "
              + outputChannels
              + "x"
              + inputChannels
              + "x"
              + kernelHeight
              + "x"
              + kernelWidth
              + " is empty");
    }
    // In double, where the product of any four ints has room.
    double words =
        (double) outputChannels * kernelHeight * kernelWidth * channelWords(inputChannels);
    if (words > Integer.MAX_VALUE / Long.BYTES) {
      throw new IllegalArgumentException(
          "kernel "
              + outputChannels
              + "x"
              + inputChannels
              + "x"
              + kernelHeight
              + "x"
              + kernelWidth
              + " is too large");
    }
    return (long) outputChannels * inputChannels * kernelHeight * kernelWidth;
  }

  /**
   * Words that hold one trit of every channel.
   *
   * @param channels number of channels
   * @return number of words
   */
  public static int channelWords(int channels) {
    return Math.ceilDiv(channels, WORD);
  }

  /** {@return the output channels, rows of the weight matrix} */
  public int outputChannels() {
    return outputChannels;
  }

  /** {@return the input channels} */
  public int inputChannels() {
    return inputChannels;
  }

  /** {@return the rows of taps} */
  public int kernelHeight() {
    return kernelHeight;
  }

  /** {@return the taps in a row} */
  public int kernelWidth() {
    return kernelWidth;
  }

  /**
   * {@return the words per output channel in each plane, {@code kernelHeight * kernelWidth *
   * channelWords(inputChannels)}}
   */
  public int wordsPerOutput() {
    return kernelHeight * kernelWidth * channelWords(inputChannels);
  }

  /**
   * The size of both planes.
   *
   * @return the size in bytes, without what an object takes beside them
   */
  public long byteSize() {
    return 2L * Long.BYTES * outputChannels * wordsPerOutput();
  }

  /** {@return a kernel with the weights of +1 alone, 0 elsewhere} */
  public TernaryKernel plusPart() {
    long[] plus = new long[nonzero.length];
    for (int i = 0; i < plus.length; i++) {
      plus[i] = nonzero[i] & ~sign[i];
    }
    return withPlanes(plus, new long[plus.length]);
  }

  /** {@return a kernel with the weights of -1 alone, 0 elsewhere} */
  public TernaryKernel minusPart() {
    return withPlanes(sign, sign);
  }

  private TernaryKernel withPlanes(long[] newNonzero, long[] newSign) {
    return new TernaryKernel(
        outputChannels, inputChannels, kernelHeight, kernelWidth, newNonzero, newSign);
  }

  /** The weights of some output channels. */
  TernaryKernel outputs(int from, int end) {
    int words = wordsPerOutput();
    return new TernaryKernel(
        end - from,
        inputChannels,
        kernelHeight,
        kernelWidth,
        Arrays.copyOfRange(nonzero, from * words, end * words),
        Arrays.copyOfRange(sign, from * words, end * words));
  }

  /** Whether both planes are the same; the extents must be. */
  boolean hasTritsOf(TernaryKernel other) {
    return Arrays.equals(nonzero, other.nonzero) && Arrays.equals(sign, other.sign);
  }

  /** Hash of both planes. */
  int tritHash() {
    return 31 * Arrays.hashCode(nonzero) + Arrays.hashCode(sign);
  }

  /** {@return the number of trits, padding not counted} */
  public long tritCount() {
    return (long) outputChannels * inputChannels * kernelHeight * kernelWidth;
  }

  /** {@return the number of trits that are 0} */
  public long zeroCount() {
    long set = 0;
    for (long word : nonzero) {
      set += Long.bitCount(word);
    }
    return tritCount() - set;
  }

  /**
   * One trit.
   *
   * @param outputChannel output channel
   * @param inputChannel input channel
   * @param row row of the tap
   * @param column tap in its row
   * @return -1, 0 or +1
   * @throws IndexOutOfBoundsException if an index lies outside the kernel
   */
  public int trit(int outputChannel, int inputChannel, int row, int column) {
    Objects.checkIndex(outputChannel, outputChannels);
    Objects.checkIndex(inputChannel, inputChannels);
    Objects.checkIndex(row, kernelHeight);
    Objects.checkIndex(column, kernelWidth);
    int word =
        ((outputChannel * kernelHeight + row) * kernelWidth + column) * channelWords(inputChannels)
            + inputChannel / WORD;
    if ((nonzero[word] >>> inputChannel & 1) == 0) {
      return 0;
    }
    return (sign[word] >>> inputChannel & 1) == 0 ? 1 : -1;
  }

  /**
   * One word of the nonzero plane.
   *
   * @param index index of the word
   * @return 64 bits, the lowest channel's lowest
   */
  public long nonzeroWord(int index) {
    return nonzero[index];
  }

  /**
   * One word of the sign plane.
   *
   * @param index index of the word
   * @return 64 bits, the lowest channel's lowest
   */
  public long signWord(int index) {
    return sign[index];
  }

  /** {@return a copy of the nonzero plane} */
  public long[] nonzeroPlane() {
    return nonzero.clone();
  }

  /** {@return a copy of the sign plane} */
  public long[] signPlane() {
    return sign.clone();
  }

  /** Extents, for messages. */
  @Override
  public String toString() {
    return "TernaryKernel "
        + outputChannels
        + "x"
        + inputChannels
        + "x"
        + kernelHeight
        + "x"
        + kernelWidth;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TernaryKernel kernel
        && outputChannels == kernel.outputChannels
        && inputChannels == kernel.inputChannels
        && kernelHeight == kernel.kernelHeight
        && kernelWidth == kernel.kernelWidth
        && hasTritsOf(kernel);
  }

  @Override
  public int hashCode() {
    return Objects.hash(outputChannels, inputChannels, kernelHeight, kernelWidth, tritHash());
  }
}
