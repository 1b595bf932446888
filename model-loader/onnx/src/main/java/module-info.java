// SPDX-License-Identifier: Apache-2.0
/** Reads ONNX models for {@code org.setun.loader}, which finds it as a service. */
// Protocol Buffers name their module in their jar's manifest only.
// The command line is built after this module, so javac does not know it here.
@SuppressWarnings({"module", "requires-automatic"})
module org.setun.loader.onnx {
  exports org.setun.loader.onnx to
      org.setun.cli;

  requires com.google.protobuf;
  requires transitive org.setun.loader;

  provides org.setun.loader.format.OnnxReader with
      org.setun.loader.onnx.ProtobufOnnxReader;
}
