// SPDX-License-Identifier: Apache-2.0
/** An HTTP service that classifies images and tensors with one model. */
// Micrometer names its modules in its jars' manifests only: automatic ones.
@SuppressWarnings("requires-automatic")
module org.setun.server {
  exports org.setun.server;
  exports org.setun.server.options;

  opens org.setun.server.cli to
      info.picocli;

  requires com.fasterxml.jackson.core;
  requires info.picocli;
  requires java.desktop;
  requires java.logging;
  requires micrometer.core;
  requires micrometer.registry.prometheus;
  requires org.eclipse.jetty.server;
  requires org.setun.cli;
  requires transitive org.setun.loader;
}
