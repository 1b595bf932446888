// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.gate;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.setun.bench.gate.probe.Probe;
import org.setun.bench.workload.Networks;
import org.setun.bench.workload.RandomParameters;
import org.setun.cli.ClockProbe;

/**
 * The classes that both sides of a comparison share: taken out of this build, they stand before
 * either side's jar on the class path. So an old commit, which may know no probe, is measured with
 * the same one, on the same network.
 */
final class ProbeClasses {
  /** Everything the probe needs beyond the JDK and the kernels' public API. */
  private static final List<Class<?>> CLASSES =
      List.of(Probe.class, ClockProbe.class, Networks.class, RandomParameters.class);

  private ProbeClasses() {}

  /** Writes the class files below a folder. */
  static void writeTo(Path folder) throws IOException {
    for (Class<?> type : CLASSES) {
      String path = type.getName().replace('.', '/') + ".class";
      Path target = folder.resolve(path);
      Files.createDirectories(target.getParent());
      try (InputStream bytes = type.getClassLoader().getResourceAsStream(path)) {
        Files.copy(bytes, target);
      }
    }
  }
}
