/**
 * Checkpoint readers, the conversion of a training checkpoint to a packed model, and the command
 * line.
 */
// Protocol Buffers name their module in their jar's manifest only.
// The server is built after this module, so javac does not know it here.
@SuppressWarnings({"module", "requires-automatic"})
module org.setun.loader {
  exports org.setun.loader;
  exports org.setun.loader.arch;
  exports org.setun.loader.checkpoint;
  exports org.setun.loader.cli to
      org.setun.server;
  exports org.setun.loader.convert;
  exports org.setun.loader.data;
  exports org.setun.loader.image;
  exports org.setun.loader.matrix;
  exports org.setun.loader.model;
  exports org.setun.loader.method;

  opens org.setun.loader.cli to
      info.picocli;

  requires com.fasterxml.jackson.core;
  requires com.google.protobuf;
  requires info.picocli;
  requires transitive java.desktop;
  requires me.tongfei.progressbar;
  requires org.apache.commons.io;
  requires transitive org.setun.kernels;

  provides org.setun.kernels.spi.NetworkReader with
      org.setun.loader.spi.LoaderNetworkReader;
}
