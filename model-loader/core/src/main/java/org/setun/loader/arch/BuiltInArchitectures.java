// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.arch;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The architectures that need no file.
 *
 * @since 0.1
 */
public final class BuiltInArchitectures {
  private static final List<String> NAMES =
      List.of(
          "resnet18",
          "resnet34",
          "sttn-alexnet",
          "vgg-small",
          "bi-real-net18",
          "reactnet-a",
          "xnor-alexnet");

  /** Those that were asked for: detecting the architecture of a checkpoint asks for all. */
  private static final Map<String, Architecture> READ = new ConcurrentHashMap<>();

  private BuiltInArchitectures() {}

  /**
   * Their names.
   *
   * @return names for {@link #get}
   */
  public static List<String> names() {
    return NAMES;
  }

  /**
   * One of them.
   *
   * @param name one of {@link #names()}
   * @return the architecture
   * @throws IllegalArgumentException if there is none of that name
   */
  public static Architecture get(String name) {
    Objects.requireNonNull(name, "name");
    if (!NAMES.contains(name)) {
      throw new IllegalArgumentException("no built-in architecture '" + name + "'");
    }
    return READ.computeIfAbsent(name, BuiltInArchitectures::read);
  }

  private static Architecture read(String name) {
    String resource = name + ".json";
    try (InputStream in = BuiltInArchitectures.class.getResourceAsStream(resource)) {
      return ArchitectureReader.parse(name, in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException("built-in architecture " + name, e);
    }
  }
}
