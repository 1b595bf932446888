// SPDX-License-Identifier: Apache-2.0
/** The command line. */
// The server is built after this module, so javac does not know it here.
@SuppressWarnings("module")
module org.setun.cli {
  exports org.setun.cli to
      org.setun.server;

  opens org.setun.cli to
      info.picocli;

  requires com.fasterxml.jackson.core;
  requires info.picocli;
  // The loader decodes images with it.
  requires java.desktop;
  requires me.tongfei.progressbar;
  requires org.apache.commons.io;
  requires transitive org.setun.loader;
  requires org.setun.loader.onnx;
}
