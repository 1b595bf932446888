// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.onnx;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import org.setun.loader.onnx.proto.ModelProto;
import org.setun.loader.onnx.proto.NodeProto;

/**
 * How much memory a model takes once it is parsed, found by a walk over its fields that keeps none
 * of them: an empty node takes 2 bytes in a file and 100 in memory.
 *
 * @param nodes nodes of all its graphs
 * @param messages nodes, attributes, tensors, shapes and all other parts that have fields
 * @param parsedBytes about the memory that it takes
 */
record ModelSize(long nodes, long messages, long parsedBytes) {
  /** Most nodes of a model; exported networks have up to some ten thousand. */
  static final int MOST_NODES = 100_000;

  /** Most messages of a model; a node has about 10, with the shapes of its values. */
  static final int MOST_MESSAGES = 2_000_000;

  /** An object with ten fields, and its place in a list. */
  private static final int MESSAGE_BYTES = 128;

  /** A number or a string, or a reference to one, and the half of a list that has grown too far. */
  private static final int VALUE_BYTES = 16;

  /**
   * Measures a model, no further than the limits.
   *
   * @param in the file
   * @param deepest nested messages that are followed
   * @throws InvalidProtocolBufferException if it is no sound message, or exceeds a limit
   * @throws IOException if it cannot be read
   */
  static ModelSize of(CodedInputStream coded, int deepest) throws IOException {
    Walk walk = new Walk(coded, deepest);
    walk.message(ModelProto.getDescriptor(), 0);
    return new ModelSize(walk.nodes, walk.messages, walk.bytes);
  }

  /** The state of one walk. */
  private static final class Walk {
    private final CodedInputStream in;
    private final int deepest;
    private long nodes;
    private long messages;
    private long bytes;

    Walk(CodedInputStream in, int deepest) {
      this.in = in;
      this.deepest = deepest;
    }

    /** Walks to the end of the message that has begun. */
    void message(Descriptor type, int depth) throws IOException {
      count(type == NodeProto.getDescriptor());
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        FieldDescriptor field = type.findFieldByNumber(WireFormat.getTagFieldNumber(tag));
        boolean lengthFollows =
            WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED;
        if (field == null) {
          // It is kept as it is, in one object.
          count(false);
          skip(tag);
        } else if (!lengthFollows) {
          bytes += VALUE_BYTES;
          skip(tag);
        } else if (field.getType() == FieldDescriptor.Type.MESSAGE) {
          if (depth == deepest) {
            throw new InvalidProtocolBufferException(
                "more than " + deepest + " messages in one another");
          }
          int limit = in.pushLimit(in.readRawVarint32());
          message(field.getMessageType(), depth + 1);
          in.popLimit(limit);
        } else {
          int length = in.readRawVarint32();
          bytes += VALUE_BYTES + (long) length * bytesPerByte(field);
          in.skipRawBytes(length);
        }
      }
    }

    private void count(boolean node) throws InvalidProtocolBufferException {
      bytes += MESSAGE_BYTES;
      if (++messages > MOST_MESSAGES) {
        throw new InvalidProtocolBufferException(
            "more than " + MOST_MESSAGES + " nodes, attributes, tensors and other parts");
      }
      if (node && ++nodes > MOST_NODES) {
        throw new InvalidProtocolBufferException("more than " + MOST_NODES + " nodes");
      }
    }

    private void skip(int tag) throws IOException {
      if (!in.skipField(tag)) {
        throw new InvalidProtocolBufferException("a group ends that did not begin");
      }
    }

    /** Packed numbers of one byte become as wide as their type, or twice that in a grown list. */
    private static int bytesPerByte(FieldDescriptor field) {
      return switch (field.getType()) {
        case INT64, UINT64, SINT64 -> 2 * Long.BYTES;
        case INT32, UINT32, SINT32, ENUM, BOOL -> 2 * Integer.BYTES;
        default -> 1;
      };
    }
  }
}
