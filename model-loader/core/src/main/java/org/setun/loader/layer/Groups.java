// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.layer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.setun.kernels.Layer;
import org.setun.kernels.Shape;
import org.setun.kernels.TernaryKernel;
import org.setun.kernels.Window;

/**
 * Convolutions in groups, by layers that know none. Ternary kernels get zeros between their groups,
 * which the kernels leave out. Of fp32 ones, groups of one channel are a layer of their own, and
 * others are put together until they fill a block of output channels.
 */
public final class Groups {
  /** Output channels that groups are put together to: a block of the kernels' layout. */
  private static final int SLICE = 64;

  private static final String PART = "/";

  private Groups() {}

  /**
   * The kernel of a 1×1 convolution that gives each channel as it is: what makes trits for layers
   * that make none by themselves.
   *
   * @param channels channels, whose square is the number of weights
   * @return the kernel
   */
  public static TernaryKernel identity(int channels) {
    byte[] ones = new byte[channels];
    Arrays.fill(ones, (byte) 1);
    return TernaryKernel.ofTrits(ones, channels, 1, 1, 1).ungrouped(channels);
  }

  /**
   * The layers of an fp32 convolution in groups.
   *
   * @param name name of the last of them; the others are parts of it
   * @param in shape of the input
   * @param weights (output channel, input channel of the group, row, column)
   */
  static List<Layer> layers(
      String name,
      String input,
      Shape in,
      Window window,
      int groups,
      float[] weights,
      float[] bias) {
    int outputs = bias.length;
    if (groups == in.channels()) {
      List<Layer> layers = new ArrayList<>();
      String read = input;
      if (outputs != groups) {
        // Several outputs a channel: each channel stands as often as that.
        read = part(name, "input");
        int[] repeated = new int[outputs];
        Arrays.setAll(repeated, o -> o / (outputs / groups));
        layers.add(new Layer.ChannelSelection(read, input, repeated));
      }
      layers.add(new Layer.DepthwiseConvolution(name, read, window, weights, bias));
      return layers;
    }
    int perGroup = outputs / groups;
    int together = together(groups, perGroup);
    if (together == groups) {
      float[] whole = blockDiagonal(weights, outputs, groups);
      return List.of(new Layer.Convolution(name, input, window, outputs, whole, bias));
    }
    int perOutput = weights.length / outputs;
    int inputs = in.channels() / groups;
    List<Layer> layers = new ArrayList<>();
    List<String> parts = new ArrayList<>();
    for (int first = 0; first < groups; first += together) {
      int count = Math.min(together, groups - first);
      int from = first * perGroup;
      int to = from + count * perGroup;
      String selection = part(name, "input" + first);
      String result = part(name, "group" + first);
      int[] channels = new int[count * inputs];
      int start = first * inputs;
      Arrays.setAll(channels, c -> start + c);
      layers.add(new Layer.ChannelSelection(selection, input, channels));
      layers.add(
          new Layer.Convolution(
              result,
              selection,
              window,
              to - from,
              blockDiagonal(
                  Arrays.copyOfRange(weights, from * perOutput, to * perOutput), to - from, count),
              Arrays.copyOfRange(bias, from, to)));
      parts.add(result);
    }
    layers.add(new Layer.Concat(name, parts));
    return layers;
  }

  /**
   * How many groups of an fp32 convolution become one convolution with zeros between them.
   *
   * @param groups groups there are
   * @param outputs output channels of each
   * @return as many as fill a block of output channels, at most all
   */
  public static int together(int groups, int outputs) {
    return Math.min(groups, Math.ceilDiv(SLICE, outputs));
  }

  /**
   * The weights of one convolution that does what those of each group do.
   *
   * @param weights (output channel, input channel of the group, row, column)
   * @param outputs output channels of all groups
   * @param groups groups
   * @return (output channel, input channel, row, column), 0 between the groups
   */
  public static float[] blockDiagonal(float[] weights, int outputs, int groups) {
    if (groups == 1) {
      return weights;
    }
    int own = weights.length / outputs;
    float[] whole = new float[Math.multiplyExact(outputs, own * groups)];
    for (int o = 0; o < outputs; o++) {
      int group = o / (outputs / groups);
      System.arraycopy(weights, o * own, whole, (o * groups + group) * own, own);
    }
    return whole;
  }

  /**
   * Refuses groups that do not divide channels.
   *
   * @throws IllegalArgumentException if they do not
   */
  static void check(int groups, int inputs, int outputs) {
    if (inputs % groups != 0 || outputs % groups != 0) {
      throw new IllegalArgumentException(
          groups
              + " groups do not divide "
              + inputs
              + " input and "
              + outputs
              + " output channels");
    }
  }

  /** Name of a layer that a layer of the architecture is made of. */
  static String part(String layer, String what) {
    return layer + PART + what;
  }

  /**
   * The layer of the architecture that a layer is a part of.
   *
   * @param layer name of a part
   * @return name of the whole; of what is no part the name itself
   */
  public static String whole(String layer) {
    int part = layer.lastIndexOf(PART);
    return part < 0 ? layer : layer.substring(0, part);
  }
}
