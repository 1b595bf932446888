// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.select;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Microarchitectures whose execution ports are known, so that a bound can be told of a kernel. What
 * is 0 is unknown, or does not exist there: no bound must be shown that needs it.
 *
 * <p>Sources: Agner Fog's instruction tables and uops.info for x86, Arm's Software Optimization
 * Guide for Neoverse V1, Dougall Johnson's tables for Apple M1.
 */
public enum MachineKind {
  /** Zen 2 and 3: AVX2. */
  ZEN_2_OR_3("AMD Zen 2 or 3", widths(4, 4, 0), widths(0, 0, 0), widths(2, 2, 0)),
  /** Zen 4: 512 bits in two halves. */
  ZEN_4("AMD Zen 4", widths(4, 4, 2), widths(2, 2, 1), widths(2, 2, 1)),
  /** Zen 5 with data paths of 512 bits: servers and desktops. */
  ZEN_5("AMD Zen 5", widths(4, 4, 4), widths(2, 2, 2), widths(2, 2, 2)),
  /** Zen 5 of laptops, with data paths of 256 bits. */
  ZEN_5_MOBILE("AMD Zen 5 mobile", widths(4, 4, 0), widths(2, 2, 0), widths(2, 2, 0)),
  /** Skylake-X, Cascade Lake, Cooper Lake: AVX-512 without a vector popcount. */
  SKYLAKE_SERVER("Intel Skylake server", widths(3, 3, 2), widths(0, 0, 0), widths(2, 2, 2)),
  /** Ice Lake servers. */
  ICE_LAKE_SERVER("Intel Ice Lake server", widths(3, 3, 2), widths(1, 1, 1), widths(2, 2, 2)),
  /** Sapphire Rapids, Emerald Rapids, Granite Rapids. */
  SAPPHIRE_RAPIDS(
      "Intel Sapphire or Granite Rapids", widths(3, 3, 2), widths(1, 1, 1), widths(3, 3, 2)),
  /** Alder Lake and Raptor Lake: AVX2; the fast cores', as a thread may run on either kind. */
  ALDER_LAKE("Intel Alder or Raptor Lake", widths(3, 3, 0), widths(0, 0, 0), widths(3, 3, 0)),
  /** Neoverse V1, as in Graviton 3: NEON, and SVE of 256 bits. */
  NEOVERSE_V1("Arm Neoverse V1", widths(4, 2, 0), widths(0, 0, 0), widths(3, 2, 0)),
  /** Apple M1 and later, fast cores. */
  APPLE_M("Apple M", widths(4, 0, 0), widths(0, 0, 0), widths(3, 0, 0)),
  /** Any other. */
  UNKNOWN("unknown", widths(0, 0, 0), widths(0, 0, 0), widths(0, 0, 0));

  private static final List<Integer> ICE_LAKE_MODELS = List.of(0x6a, 0x6c);
  private static final List<Integer> SAPPHIRE_RAPIDS_MODELS = List.of(0x8f, 0xcf, 0xad, 0xae);
  private static final List<Integer> ALDER_LAKE_MODELS = List.of(0x97, 0x9a, 0xb7, 0xba, 0xbf);
  private static final int SKYLAKE_SERVER_MODEL = 0x55;

  private final String title;
  private final Widths logic;
  private final Widths popcounts;
  private final Widths loads;

  MachineKind(String title, Widths logic, Widths popcounts, Widths loads) {
    this.title = title;
    this.logic = logic;
    this.popcounts = popcounts;
    this.loads = loads;
  }

  private record Widths(int bits128, int bits256, int bits512) {
    int of(int bits) {
      return switch (bits) {
        case 128 -> bits128;
        case 256 -> bits256;
        case 512 -> bits512;
        default -> 0;
      };
    }
  }

  private static Widths widths(int bits128, int bits256, int bits512) {
    return new Widths(bits128, bits256, bits512);
  }

  /** Name for people to read. */
  public String title() {
    return title;
  }

  /** Bitwise operations on vectors of a width that can begin in a cycle, or 0 if unknown. */
  public int logicPorts(int bits) {
    return logic.of(bits);
  }

  /** Popcounts of a vector's 64-bit lanes in a cycle, or 0 if unknown or not one instruction. */
  public int popcountPorts(int bits) {
    return popcounts.of(bits);
  }

  /** Loads of vectors in a cycle that hit the first-level cache, or 0 if unknown. */
  public int loads(int bits) {
    return loads.of(bits);
  }

  /**
   * Recognizes a machine.
   *
   * @param cpuinfo Linux's {@code /proc/cpuinfo}; empty elsewhere
   * @param system {@code os.name}
   * @param architecture {@code os.arch}
   */
  public static MachineKind of(String cpuinfo, String system, String architecture) {
    if (system.startsWith("Mac") && architecture.equals("aarch64")) {
      return APPLE_M;
    }
    Map<String, String> first = firstProcessor(cpuinfo);
    if (first.containsKey("CPU implementer")) {
      boolean v1 = number(first, "CPU implementer") == 0x41 && number(first, "CPU part") == 0xd40;
      return v1 ? NEOVERSE_V1 : UNKNOWN;
    }
    int family = number(first, "cpu family");
    int model = number(first, "model");
    boolean avx512 = (" " + first.getOrDefault("flags", "") + " ").contains(" avx512f ");
    return switch (first.getOrDefault("vendor_id", "")) {
      case "AuthenticAMD" -> amd(family, model, avx512);
      case "GenuineIntel" -> family == 6 ? intel(model) : UNKNOWN;
      default -> UNKNOWN;
    };
  }

  private static MachineKind amd(int family, int model, boolean avx512) {
    return switch (family) {
      case 0x17 -> model >= 0x30 ? ZEN_2_OR_3 : UNKNOWN; // Zen 1 halves 256 bits
      case 0x19 -> avx512 ? ZEN_4 : ZEN_2_OR_3;
      case 0x1a -> zen5(model);
      default -> UNKNOWN;
    };
  }

  /** Other models of the family are not out yet, or are Zen 6. */
  private static MachineKind zen5(int model) {
    return switch (model >> 4) {
      case 0, 1, 4, 7 -> ZEN_5;
      case 2, 6 -> ZEN_5_MOBILE;
      default -> UNKNOWN;
    };
  }

  private static MachineKind intel(int model) {
    if (model == SKYLAKE_SERVER_MODEL) {
      return SKYLAKE_SERVER;
    }
    if (ICE_LAKE_MODELS.contains(model)) {
      return ICE_LAKE_SERVER;
    }
    if (SAPPHIRE_RAPIDS_MODELS.contains(model)) {
      return SAPPHIRE_RAPIDS;
    }
    return ALDER_LAKE_MODELS.contains(model) ? ALDER_LAKE : UNKNOWN;
  }

  /** The lines up to the first empty one. */
  private static Map<String, String> firstProcessor(String cpuinfo) {
    Map<String, String> values = new HashMap<>();
    cpuinfo
        .lines()
        .takeWhile(line -> !line.isBlank())
        .filter(line -> line.contains(":"))
        .forEach(
            line -> {
              int colon = line.indexOf(':');
              values.put(line.substring(0, colon).strip(), line.substring(colon + 1).strip());
            });
    return values;
  }

  /** -1 if there is none. */
  private static int number(Map<String, String> values, String key) {
    try {
      return Integer.decode(values.getOrDefault(key, "-1"));
    } catch (NumberFormatException e) {
      return -1;
    }
  }
}
