// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.select;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.setun.kernels.family.Machine;
import org.setun.kernels.vector.VectorKernels;

/**
 * What this JVM offers.
 *
 * @param java feature release of the JDK
 * @param jvm name and version of the virtual machine
 * @param architecture instruction set, as {@code os.arch} names it
 * @param processor the processor's name, or empty if unknown
 * @param vectorModule whether {@code jdk.incubator.vector} is there and readable
 * @param optimizingCompiler whether C2 compiles hot methods
 * @param vectorBits width of the preferred vector, 0 without the module
 * @param vectorRegisters how many vector registers there are
 * @param vectorPopcount whether one instruction counts the bits in every lane of a vector
 * @param kind microarchitecture
 */
public record Capabilities(
    int java,
    String jvm,
    String architecture,
    String processor,
    boolean vectorModule,
    boolean optimizingCompiler,
    int vectorBits,
    int vectorRegisters,
    boolean vectorPopcount,
    MachineKind kind) {

  private static final Path CPUINFO = Path.of("/proc/cpuinfo");

  /** Looks at the running JVM. */
  public static Capabilities detect() {
    String architecture = System.getProperty("os.arch");
    String cpuinfo = cpuinfo();
    boolean module = findVectorModule();
    int bits = module ? VectorKernels.vectorBits() : 0;
    return new Capabilities(
        Runtime.version().feature(),
        System.getProperty("java.vm.name") + " " + Runtime.version(),
        architecture,
        processor(cpuinfo),
        module,
        findOptimizingCompiler(),
        bits,
        vectorRegisters(architecture, usesAvx512(bits)),
        module && hasVectorPopcount(architecture, usesAvx512(bits), bits, cpuinfo),
        MachineKind.of(cpuinfo, System.getProperty("os.name"), architecture));
  }

  /** What of all this decides which kernel is the cheapest. */
  public Machine machine() {
    return machine(architecture, kind, vectorBits, vectorRegisters, vectorPopcount);
  }

  /**
   * What a JVM would find on another machine.
   *
   * @param cpuinfo the machine's {@code /proc/cpuinfo}, empty where there is none
   * @param system its {@code os.name}
   * @param architecture its {@code os.arch}
   * @param vectorBits width of the JVM's preferred vector
   * @param avx512 whether the JVM uses AVX-512
   */
  static Machine machineOf(
      String cpuinfo, String system, String architecture, int vectorBits, boolean avx512) {
    return machine(
        architecture,
        MachineKind.of(cpuinfo, system, architecture),
        vectorBits,
        vectorRegisters(architecture, avx512),
        hasVectorPopcount(architecture, avx512, vectorBits, cpuinfo));
  }

  private static Machine machine(
      String architecture,
      MachineKind kind,
      int vectorBits,
      int vectorRegisters,
      boolean vectorPopcount) {
    return new Machine(
        architecture, vectorBits, vectorRegisters, vectorPopcount, kind.logicPorts(vectorBits));
  }

  private static boolean findVectorModule() {
    return ModuleLayer.boot()
        .findModule("jdk.incubator.vector")
        .filter(Capabilities.class.getModule()::canRead)
        .isPresent();
  }

  private static boolean findOptimizingCompiler() {
    if (System.getProperty("java.vm.info", "").contains("interpreted mode")) {
      return false;
    }
    boolean stopsEarly =
        vmOption("TieredStopAtLevel").map(level -> Integer.parseInt(level) < 4).orElse(false);
    boolean otherCompiler = vmOption("UseJVMCICompiler").map(Boolean::parseBoolean).orElse(false);
    boolean compiles = vmOption("UseCompiler").map(Boolean::parseBoolean).orElse(true);
    return compiles && !stopsEarly && !otherCompiler;
  }

  /**
   * VPOPCNTDQ on x86 is an extension of AVX-512 of its own, at any width. Where the operating
   * system does not tell, a JVM that uses 512 bits is taken to have it: only the first generation
   * of such processors lacks it.
   */
  private static boolean hasVectorPopcount(
      String architecture, boolean avx512, int bits, String cpuinfo) {
    return isX86(architecture)
        && avx512
        && (cpuinfo.isEmpty() ? bits == 512 : cpuinfo.contains("avx512_vpopcntdq"));
  }

  /** x86 has 32 since AVX-512, at any width, and 16 before; AArch64 and RISC-V have 32. */
  private static int vectorRegisters(String architecture, boolean avx512) {
    return !isX86(architecture) || avx512 ? 32 : 16;
  }

  private static boolean isX86(String architecture) {
    return architecture.equals("amd64") || architecture.equals("x86_64");
  }

  private static boolean usesAvx512(int bits) {
    return vmOption("UseAVX").map(level -> Integer.parseInt(level) >= 3).orElse(bits == 512);
  }

  private static Optional<String> vmOption(String name) {
    HotSpotDiagnosticMXBean bean =
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
    try {
      return bean == null ? Optional.empty() : Optional.of(bean.getVMOption(name).getValue());
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // a JVM without this option
    }
  }

  private static String cpuinfo() {
    try {
      return Files.isReadable(CPUINFO) ? Files.readString(CPUINFO) : "";
    } catch (IOException e) {
      return "";
    }
  }

  private static String processor(String cpuinfo) {
    return cpuinfo
        .lines()
        .filter(line -> line.startsWith("model name"))
        .findFirst()
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .orElse("");
  }
}
