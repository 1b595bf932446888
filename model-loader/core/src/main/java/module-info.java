// SPDX-License-Identifier: Apache-2.0
/** Checkpoint readers, the conversion of a training checkpoint to a packed model, and images. */
// What the qualified exports name is built after this module, so javac does not know it here.
@SuppressWarnings("module")
module org.setun.loader {
  exports org.setun.loader;
  exports org.setun.loader.arch;
  exports org.setun.loader.checkpoint;
  exports org.setun.loader.convert;
  exports org.setun.loader.data;
  exports org.setun.loader.format to
      org.setun.cli,
      org.setun.loader.onnx;
  exports org.setun.loader.image;
  exports org.setun.loader.io to
      org.setun.cli;
  exports org.setun.loader.layer to
      org.setun.cli,
      org.setun.loader.onnx;
  exports org.setun.loader.matrix;
  exports org.setun.loader.method;
  exports org.setun.loader.model;
  exports org.setun.loader.reference to
      org.setun.cli;

  requires com.fasterxml.jackson.core;
  // Decodes images and is in BufferedImage's signature: who has tensors alone runs without it.
  requires static transitive java.desktop;
  requires transitive org.setun.kernels;

  uses org.setun.loader.format.OnnxReader;

  provides org.setun.kernels.spi.NetworkReader with
      org.setun.loader.spi.LoaderNetworkReader;
}
