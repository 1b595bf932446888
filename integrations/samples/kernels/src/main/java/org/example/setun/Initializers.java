// SPDX-License-Identifier: Apache-2.0
package org.example.setun;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.NoSuchElementException;

/**
 * The fp32 constants of an ONNX model by name, which is all that {@link Perceptron} wants of one.
 * (Setun's loader reads whole models; this sample shows the kernels without it.)
 */
final class Initializers {
  // Numbers of fields in onnx.proto.
  private static final int MODEL_GRAPH = 7;
  private static final int GRAPH_INITIALIZER = 5;
  private static final int TENSOR_TYPE = 2;
  private static final int TENSOR_NAME = 8;
  private static final int TENSOR_RAW = 9;
  private static final int FLOAT = 1;

  private final Map<String, float[]> values = new HashMap<>();

  static Initializers of(Path model) throws IOException {
    Initializers result = new Initializers();
    try (InputStream in = Files.newInputStream(model)) {
      result.readModel(CodedInputStream.newInstance(in));
    }
    return result;
  }

  float[] get(String name) {
    float[] found = values.get(name);
    if (found == null) {
      throw new NoSuchElementException("no fp32 constant " + name);
    }
    return found;
  }

  private void readModel(CodedInputStream in) throws IOException {
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (WireFormat.getTagFieldNumber(tag) == MODEL_GRAPH) {
        readGraph(in.readBytes().newCodedInput());
      } else {
        in.skipField(tag);
      }
    }
  }

  private void readGraph(CodedInputStream in) throws IOException {
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (WireFormat.getTagFieldNumber(tag) == GRAPH_INITIALIZER) {
        readTensor(in.readBytes().newCodedInput());
      } else {
        in.skipField(tag);
      }
    }
  }

  private void readTensor(CodedInputStream in) throws IOException {
    int type = 0;
    String name = "";
    ByteString raw = ByteString.EMPTY;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case TENSOR_TYPE -> type = in.readInt32();
        case TENSOR_NAME -> name = in.readString();
        case TENSOR_RAW -> raw = in.readBytes();
        default -> in.skipField(tag);
      }
    }
    if (type == FLOAT) {
      float[] floats = new float[raw.size() / Float.BYTES];
      raw.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(floats);
      values.put(name, floats);
    }
  }
}
