// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.onnx;

import org.setun.kernels.Shape;

/** What is known of a value of the graph while it is translated. The batch has one image. */
sealed interface Value
    permits Value.Known,
        Value.Expanded,
        Value.Failed,
        Value.Activation,
        Value.Deferred,
        NeighbourMean {
  /** A constant. */
  record Known(Constant constant) implements Value {}

  /**
   * A value whose elements an Expand repeats: of use only to what would repeat them anyway.
   *
   * @param value the value
   * @param dims extents behind the Expand
   */
  record Expanded(Activation value, int[] dims) implements Value {}

  /** The value of a node that cannot be run. The node is reported, those after it are not. */
  record Failed() implements Value {}

  /**
   * A value of the network.
   *
   * @param source the layer that makes what it is computed of
   * @param place the function of the source's elements
   * @param dims its extents
   * @param layout how its elements, in row-major order, are the source's
   * @param padding what stands around it
   */
  record Activation(Source source, int place, int[] dims, Layout layout, Padding padding)
      implements Value {
    /** A source as it is. */
    static Activation of(Source source) {
      return of(source, Layout.CHANNELS_FIRST);
    }

    /** A source in another order. */
    static Activation of(Source source, Layout layout) {
      Shape shape = source.shape();
      return new Activation(
          source, Source.SELF, layout.dims(shape), layout.normalized(shape), Padding.NONE);
    }

    Activation withPlace(int other) {
      return new Activation(source, other, dims, layout, padding);
    }

    Activation withDims(int... other) {
      return new Activation(source, place, other, layout, padding);
    }

    Activation withLayout(Layout other) {
      return new Activation(source, place, dims, other, padding);
    }

    Activation withPadding(Padding other) {
      return new Activation(source, place, dims, layout, other);
    }

    /** What a layer makes of each element of this value. */
    Activation of(Source other, int... otherDims) {
      return new Activation(other, Source.SELF, otherDims, layout, Padding.NONE);
    }

    /** Whether it is a picture with its channels first, the source as it is. */
    boolean isMap() {
      return isPicture() && layout.isChannelsFirst();
    }

    /** Whether it is a picture, in any order of its axes. */
    boolean isPicture() {
      Shape shape = source.shape();
      int[] own = {1, shape.channels(), shape.height(), shape.width()};
      if (dims.length != own.length) {
        return false;
      }
      for (int i = 0; i < own.length; i++) {
        if (dims[i] != own[layout.order().get(i)]) {
          return false;
        }
      }
      return true;
    }

    /** The axis that is the channels; -1 if they have none of their own. */
    int channelAxis() {
      return layout.axisOf(Layout.CHANNELS, source.shape(), dims);
    }
  }

  /**
   * A layer that does not exist yet: what follows it may still become a part of it.
   *
   * @param layer the layer
   * @param dims extents of its value
   */
  record Deferred(DeferredLayer layer, int[] dims) implements Value {}

  /**
   * Pixels around a value.
   *
   * @param top rows above
   * @param left pixels to the left
   * @param bottom rows below
   * @param right pixels to the right
   * @param value what the pixels hold
   */
  record Padding(int top, int left, int bottom, int right, float value) {
    static final Padding NONE = new Padding(0, 0, 0, 0, 0);

    boolean isNone() {
      return top == 0 && left == 0 && bottom == 0 && right == 0;
    }
  }
}
