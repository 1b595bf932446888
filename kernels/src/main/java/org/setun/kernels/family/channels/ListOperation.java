// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.family.channels;

import java.util.List;
import org.setun.kernels.Shape;
import org.setun.kernels.op.BitSlicedSum;
import org.setun.kernels.op.KernelSet;
import org.setun.kernels.op.TritLists;
import org.setun.kernels.pass.Buffers;
import org.setun.kernels.pass.Operation;
import org.setun.kernels.pass.Scratch;
import org.setun.kernels.pass.Step;
import org.setun.kernels.pass.Value;

/**
 * For each pixel of the input and each block of its channels the list of its nonzero trits, made
 * once for all taps and output channels.
 */
final class ListOperation implements Operation {
  private final ChannelTrits input;
  private final Shape in;
  private final ChannelBlocks blocks;
  private final TritLists lists;

  ListOperation(ChannelTrits input, Shape in, ChannelBlocks blocks, TritLists lists) {
    this.input = input;
    this.in = in;
    this.blocks = blocks;
    this.lists = lists;
  }

  /** Name of the lists' array: {@code [block][pixel][entry]}. */
  static String entries(ChannelTrits input) {
    return input.convolution() + " (lists)";
  }

  /** Name of the array of their lengths, neutral entries included: {@code [block][pixel]}. */
  static String lengths(ChannelTrits input) {
    return input.convolution() + " (lengths)";
  }

  @Override
  public Value output() {
    return null;
  }

  @Override
  public String name() {
    return entries(input);
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
    return "lists";
  }

  @Override
  public void memory(Buffers.Need need) {
    int all = Math.multiplyExact(in.pixels(), blocks.blocks);
    need.chars(entries(input), Math.multiplyExact(all, blocks.listStride()));
    need.ints(lengths(input), all);
  }

  @Override
  public Operation on(KernelSet kernels) {
    return new ListOperation(input.on(kernels), in, blocks, kernels.bitSliced().lists());
  }

  @Override
  public Step bind(Buffers buffers) {
    long[] trits = buffers.longs(input.memory());
    char[] entries = buffers.chars(entries(input));
    int[] lengths = buffers.ints(lengths(input));
    int words = input.pixelWords() / 2;
    int blockWords = blocks.blockInputs / Long.SIZE;
    int minus = 2 * blocks.planeBytes;
    return new Step() {
      @Override
      public int chunks() {
        return in.height();
      }

      @Override
      public void run(int y, Scratch scratch) {
        for (int pixel = y * in.width(); pixel < (y + 1) * in.width(); pixel++) {
          for (int block = 0; block < blocks.blocks; block++) {
            int list = block * in.pixels() + pixel;
            int from = list * blocks.listStride();
            int end = from;
            int firstWord = block * blockWords;
            int lastWord = Math.min(firstWord + blockWords, words);
            for (int word = firstWord; word < lastWord; word++) {
              int at = pixel * input.pixelWords() + 2 * word;
              end =
                  lists.append(
                      trits[at],
                      trits[at + 1],
                      (word - firstWord) * Long.SIZE * blocks.expandedBytes(),
                      blocks.expandedBytes(),
                      minus,
                      entries,
                      end);
            }
            while ((end - from) % BitSlicedSum.GROUP != 0) {
              entries[end++] = (char) blocks.neutral();
            }
            lengths[list] = end - from;
          }
        }
      }
    };
  }
}
