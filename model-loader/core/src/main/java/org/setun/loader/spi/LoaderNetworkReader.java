// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.spi;

import java.io.IOException;
import java.nio.file.Path;
import org.setun.kernels.NetworkGraph;
import org.setun.kernels.spi.NetworkReader;
import org.setun.loader.LoadOptions;
import org.setun.loader.Model;

/** Reads whatever {@link Model#load} reads, for {@link org.setun.kernels.Network#load}. */
public final class LoaderNetworkReader implements NetworkReader {
  /** For {@link java.util.ServiceLoader}. */
  public LoaderNetworkReader() {}

  @Override
  public NetworkGraph read(Path file) throws IOException {
    return Model.read(file, LoadOptions.DEFAULT).graph();
  }
}
