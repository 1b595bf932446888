// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.onnx;

import java.util.List;
import org.setun.kernels.Shape;
import org.setun.loader.checkpoint.CheckpointException;
import org.setun.loader.checkpoint.CheckpointException.Kind;
import org.setun.loader.onnx.proto.TensorProto.DataType;
import org.setun.loader.onnx.proto.TensorShapeProto.Dimension;
import org.setun.loader.onnx.proto.TypeProto;
import org.setun.loader.onnx.proto.ValueInfoProto;

/**
 * The network's input as the model declares it.
 *
 * @param name name of the value
 * @param batch images in a batch, 1 where that is open
 * @param dims its extents with one image a batch
 * @param layout where its channels are
 * @param shape shape of one image
 */
record GraphInput(String name, int batch, int[] dims, Layout layout, Shape shape) {
  /**
   * Reads the declaration: fp32, a batch of pictures or of vectors, all but the batch fixed.
   *
   * @param layout where the channels of a picture are
   */
  static GraphInput of(OnnxFile file, ValueInfoProto value, Layout layout)
      throws CheckpointException {
    TypeProto.Tensor type = value.getType().getTensorType();
    if (!value.getType().hasTensorType()
        || DataType.forNumber(type.getElemType()) != DataType.FLOAT) {
      throw error(file, value, "is not a tensor of fp32 numbers");
    }
    List<Dimension> declared = type.getShape().getDimList();
    if (declared.size() != 4 && declared.size() != 2) {
      throw error(file, value, "has " + declared.size() + " extents, not 4 (NxCxHxW) or 2 (NxF)");
    }
    int[] dims = {1, 1, 1, 1};
    for (int i = 1; i < declared.size(); i++) {
      Dimension dimension = declared.get(i);
      long extent = dimension.getDimValue();
      if (extent < 1 || extent > Integer.MAX_VALUE) {
        throw error(
            file,
            value,
            "leaves extent "
                + i
                + " open"
                + (dimension.hasDimParam()
                    ? " (" + CheckpointException.quote(dimension.getDimParam()) + ")"
                    : "")
                + "; only the batch may be open: export the model with fixed extents");
      }
      dims[i] = (int) extent;
    }
    long batch = declared.getFirst().getDimValue();
    try {
      return new GraphInput(
          value.getName(),
          batch < 1 || batch > Integer.MAX_VALUE ? 1 : (int) batch,
          declared.size() == 4 ? dims : new int[] {1, dims[1]},
          declared.size() == 4 ? layout : Layout.CHANNELS_FIRST,
          declared.size() == 4 && !layout.isChannelsFirst()
              ? new Shape(dims[3], dims[1], dims[2])
              : new Shape(dims[1], dims[2], dims[3]));
    } catch (IllegalArgumentException e) {
      throw error(file, value, e.getMessage());
    }
  }

  private static CheckpointException error(OnnxFile file, ValueInfoProto value, String detail) {
    return file.error(
        Kind.UNSUPPORTED, "the input " + CheckpointException.quote(value.getName()) + " " + detail);
  }
}
