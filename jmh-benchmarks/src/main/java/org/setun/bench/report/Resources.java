// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Properties;

/** Files within the jar. */
final class Resources {
  private Resources() {}

  /** A file beside this class. */
  static String text(String name) {
    return read(name);
  }

  /** The charting library. */
  static String echarts() {
    return read("/META-INF/resources/webjars/echarts/" + echartsVersion() + "/dist/echarts.min.js");
  }

  /** Its version, as its own jar tells. */
  static String echartsVersion() {
    Properties properties = new Properties();
    try {
      properties.load(
          new StringReader(read("/META-INF/maven/org.webjars.npm/echarts/pom.properties")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties.getProperty("version");
  }

  private static String read(String name) {
    try (InputStream in = Resources.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(name + " is missing in the jar");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(name, e);
    }
  }
}
