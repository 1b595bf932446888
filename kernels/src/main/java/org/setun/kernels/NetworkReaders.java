// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import org.setun.kernels.spi.NetworkReader;

/** The {@link NetworkReader}s there are. */
final class NetworkReaders {
  private NetworkReaders() {}

  /**
   * Every reader that the calling thread's class loader finds or, where an application server hides
   * it from that one, the loader of this class.
   */
  static List<NetworkReader> find() {
    List<NetworkReader> readers = list(ServiceLoader.load(NetworkReader.class));
    return readers.isEmpty()
        ? list(ServiceLoader.load(NetworkReader.class, NetworkReaders.class.getClassLoader()))
        : readers;
  }

  private static List<NetworkReader> list(ServiceLoader<NetworkReader> loader) {
    return loader.stream().map(ServiceLoader.Provider::get).toList();
  }

  /** Reads a network with the first reader that can; of several failures shows the first. */
  static NetworkGraph read(Path file, List<NetworkReader> readers) throws IOException {
    if (readers.isEmpty()) {
      throw new IllegalStateException(
          "cannot load "
              + file
              + ": nothing on the class path or module path reads model files;"
              + " add the dependency org.setun:setun-model-loader");
    }
    IOException failure = null;
    for (NetworkReader reader : readers) {
      try {
        return reader.read(file);
      } catch (IOException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    throw failure;
  }
}
