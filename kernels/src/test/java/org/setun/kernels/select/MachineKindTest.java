// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.select;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MachineKindTest {
  private static MachineKind read(String file, String system, String architecture)
      throws IOException {
    try (InputStream cpuinfo =
        MachineKindTest.class.getResourceAsStream("cpuinfo/" + file + ".txt")) {
      String text = new String(cpuinfo.readAllBytes(), StandardCharsets.UTF_8);
      return MachineKind.of(text, system, architecture);
    }
  }

  /** Ports at 128, 256 and 512 bits: bitwise operations, popcounts, loads. */
  @ParameterizedTest
  @CsvSource({
    "zen3,           Linux,    amd64,   ZEN_2_OR_3,      4 4 0  0 0 0  2 2 0",
    "zen4,           Linux,    amd64,   ZEN_4,           4 4 2  2 2 1  2 2 1",
    "zen5,           Linux,    amd64,   ZEN_5,           4 4 4  2 2 2  2 2 2",
    "alder-lake,     Linux,    amd64,   ALDER_LAKE,      3 3 0  0 0 0  3 3 0",
    "granite-rapids, Linux,    amd64,   SAPPHIRE_RAPIDS, 3 3 2  1 1 1  3 3 2",
    "graviton3,      Linux,    aarch64, NEOVERSE_V1,     4 2 0  0 0 0  3 2 0",
    "apple-m,        Mac OS X, aarch64, APPLE_M,         4 0 0  0 0 0  3 0 0",
    "apple-m,        Windows,  amd64,   UNKNOWN,         0 0 0  0 0 0  0 0 0",
  })
  void machines(String file, String system, String architecture, MachineKind expected, String ports)
      throws IOException {
    MachineKind kind = read(file, system, architecture);
    assertEquals(expected, kind);
    assertEquals(
        ports,
        "%d %d %d  %d %d %d  %d %d %d"
            .formatted(
                kind.logicPorts(128),
                kind.logicPorts(256),
                kind.logicPorts(512),
                kind.popcountPorts(128),
                kind.popcountPorts(256),
                kind.popcountPorts(512),
                kind.loads(128),
                kind.loads(256),
                kind.loads(512)));
  }

  @ParameterizedTest
  @CsvSource({
    "AuthenticAMD, 23, 49,  ZEN_2_OR_3",
    "AuthenticAMD, 23, 1,   UNKNOWN",
    "AuthenticAMD, 26, 36,  ZEN_5_MOBILE",
    "AuthenticAMD, 26, 80,  UNKNOWN",
    "AuthenticAMD, 27, 1,   UNKNOWN",
    "GenuineIntel, 6,  85,  SKYLAKE_SERVER",
    "GenuineIntel, 6,  106, ICE_LAKE_SERVER",
    "GenuineIntel, 6,  143, SAPPHIRE_RAPIDS",
    "GenuineIntel, 6,  142, UNKNOWN",
    "GenuineIntel, 15, 85,  UNKNOWN",
    "HygonGenuine, 24, 1,   UNKNOWN",
    "AuthenticAMD, many, 1, UNKNOWN",
  })
  void familiesAndModels(String vendor, String family, String model, MachineKind expected) {
    String cpuinfo =
        "vendor_id\t: %s\ncpu family\t: %s\nmodel\t\t: %s\nmodel name\t: 85\n"
            .formatted(vendor, family, model);
    assertEquals(expected, MachineKind.of(cpuinfo, "Linux", "amd64"));
  }

  @Test
  void otherArmProcessorsAreUnknown() {
    assertEquals(
        MachineKind.UNKNOWN,
        MachineKind.of("CPU implementer\t: 0x41\nCPU part\t: 0xd4f\n", "Linux", "aarch64"));
  }

  @Test
  void otherWidthsAreUnknown() {
    assertEquals(0, MachineKind.ZEN_5.logicPorts(64));
    assertTrue(MachineKind.ZEN_5.title().contains("Zen 5"));
  }
}
