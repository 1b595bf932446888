package org.setun.loader.onnx;

import org.setun.kernels.Shape;

/** What is known of a value of the graph while it is translated. The batch has one image. */
sealed interface Value {
  /** A constant. */
  record Known(Constant constant) implements Value {}

  /** What a node makes that cannot be run: the node is reported, and none of those behind it. */
  record Failed() implements Value {}

  /**
   * A value of the network.
   *
   * @param source the layer that makes what it is computed of
   * @param place the function of the source's elements
   * @param dims its extents; the elements are the source's in row-major order
   * @param padding what stands around it
   */
  record Activation(Source source, int place, int[] dims, Padding padding) implements Value {
    /** A source as it is. */
    static Activation of(Source source) {
      Shape shape = source.shape();
      return new Activation(
          source,
          Source.SELF,
          new int[] {1, shape.channels(), shape.height(), shape.width()},
          Padding.NONE);
    }

    Activation withPlace(int other) {
      return new Activation(source, other, dims, padding);
    }

    Activation withDims(int... other) {
      return new Activation(source, place, other, padding);
    }

    /** Whether the extents are those of a picture, the source's own. */
    boolean isMap() {
      return dims.length == 4 && source.shape().equals(new Shape(dims[1], dims[2], dims[3]));
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
