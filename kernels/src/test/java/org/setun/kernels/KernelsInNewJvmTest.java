// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@link Kernels#best} does and logs in JVMs that are started in different ways. */
class KernelsInNewJvmTest {
  private static final String MODULE = "--add-modules=jdk.incubator.vector";
  private static final String WARNING = "running the slow scalar kernels";

  @TempDir Path folder;

  private String out;
  private String err;

  /** Folder of the classes under test. */
  private static String classes() throws URISyntaxException {
    URI location = Kernels.class.getProtectionDomain().getCodeSource().getLocation().toURI();
    return Path.of(location).toString();
  }

  /** Folder of the tests' classes, which is patched into the module where there is one. */
  private static String testClasses() throws URISyntaxException {
    String name = KernelsProbe.class.getName().replace('.', '/') + ".class";
    String url = KernelsProbe.class.getResource("KernelsProbe.class").toString();
    return Path.of(URI.create(url.substring(0, url.length() - name.length()))).toString();
  }

  /** Runs the probe on the class path; returns the exit code. */
  private int run(String... options) throws IOException, InterruptedException, URISyntaxException {
    return run(KernelsProbe.class, List.of(options));
  }

  private int run(Class<?> probe, List<String> options, String... arguments)
      throws IOException, InterruptedException, URISyntaxException {
    List<String> command = new ArrayList<>(options);
    command.addAll(List.of("-cp", classes() + File.pathSeparator + testClasses(), probe.getName()));
    command.addAll(List.of(arguments));
    return java(command);
  }

  /** Runs a network from its first call on; returns what the probe has seen. */
  private List<String> exchange(String what, String... options) throws Exception {
    List<String> all = new ArrayList<>(List.of(options));
    all.add("-XX:+IgnoreUnrecognizedVMOptions"); // not every machine has all widths
    assertEquals(0, run(ExchangeProbe.class, all, what), () -> err);
    return out.lines().toList();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-XX:+UseSerialGC",
        "-XX:MaxVectorSize=32",
        "-XX:MaxVectorSize=16",
        "-XX:UseAVX=2",
        "-XX:ActiveProcessorCount=1"
      })
  void resultsStayTheSameWhileKernelsAreExchanged(String option) throws Exception {
    assertEquals(
        List.of("exchanges true", "wrong 0", "all moved", "thread ended true"),
        exchange("moves", MODULE, option));
  }

  @ParameterizedTest
  @ValueSource(strings = {"-Xint", "-XX:-UseCompiler", "-XX:TieredStopAtLevel=1"})
  void withoutC2NothingIsExchanged(String option) throws Exception {
    assertEquals(
        List.of("exchanges false", "wrong 0", "thread ended true"),
        exchange("moves", MODULE, option));
  }

  /** What C2 never compiles is never moved to, and nothing waits for it. */
  @Test
  void slowKernelsAreNotMovedTo() throws Exception {
    assertEquals(
        List.of("exchanges true", "wrong 0", "some stay", "thread ended true"),
        exchange(
            "stays",
            MODULE,
            "-XX:CompileCommand=quiet",
            "-XX:CompileCommand=exclude,org.setun.kernels.vector.*::*"));
  }

  @Test
  void theExchangeCanBeSwitchedOff() throws Exception {
    assertEquals(
        List.of("exchanges false", "wrong 0", "thread ended true"),
        exchange("moves", MODULE, "-Dsetun.start=vector"));
  }

  @Test
  void anExchangeKeepsNeitherItsSessionNorItsThread() throws Exception {
    assertEquals(
        List.of("thread began true", "collected true", "thread ended true"),
        exchange("garbage", MODULE));
  }

  /**
   * A warm product allocates nothing. In a JVM of its own, since those of fp32 need a profile that
   * others' tests have not filled.
   */
  @Test
  void productsAllocateNothing() throws Exception {
    List<String> options = vectorOptions();
    if (TestRun.hasVectors()) {
      options.add(MODULE);
    }
    String[] products = {"ternary", "int8", "fp32", "binary", "convolution"};
    assertEquals(0, run(ProductAllocationProbe.class, options, products), () -> err);
    assertEquals(
        List.of("ternary 0", "int8 0", "fp32 0", "binary 0", "convolution 0"),
        out.lines().toList());
  }

  /**
   * Nothing depends on the profile of the Vector API's own methods, which other code of the JVM
   * runs too. Where C2 does not know a vector's class it calls, and vectors become objects.
   * Products of fp32 are left out: on AVX-512 they take 20 % longer without a profile's help.
   */
  @Test
  void nothingIsAllocatedWithoutTypeProfiles() throws Exception {
    List<String> options = vectorOptions();
    options.addAll(List.of(MODULE, "-XX:-UseTypeProfile"));
    String[] products = {"ternary", "int8", "binary", "convolution"};
    assertEquals(0, run(ProductAllocationProbe.class, options, products), () -> err);
    assertEquals(List.of("ternary 0", "int8 0", "binary 0", "convolution 0"), out.lines().toList());
    assertEquals(0, run(SessionAllocationProbe.class, options), () -> err);
    assertEquals(Set.of("0"), Set.copyOf(out.lines().toList()));
  }

  /** The options of this JVM that say how wide vectors are. */
  private static List<String> vectorOptions() {
    return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(each -> each.matches("-XX:(UseAVX|MaxVectorSize)=.*"))
        .collect(Collectors.toCollection(ArrayList::new));
  }

  private int java(List<String> arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(arguments);
    command.addFirst(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().remove("JDK_JAVA_OPTIONS");
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    builder.redirectOutput(folder.resolve("out").toFile());
    builder.redirectError(folder.resolve("err").toFile());
    int exit = builder.start().waitFor();
    out = Files.readString(folder.resolve("out"));
    err = Files.readString(folder.resolve("err"));
    return exit;
  }

  private void assertScalarWithOneWarning(String remedy) {
    assertTrue(out.contains("implementation  scalar"), out);
    assertEquals(2, err.split(WARNING, -1).length, "warnings in " + err);
    assertTrue(err.contains(remedy), err);
  }

  @Test
  void withoutTheModule() throws Exception {
    assertEquals(0, run());
    assertScalarWithOneWarning("--add-modules jdk.incubator.vector");
  }

  @Test
  void withoutC2() throws Exception {
    assertEquals(0, run(MODULE, "-XX:TieredStopAtLevel=1"));
    assertScalarWithOneWarning("-XX:TieredStopAtLevel");
    assertEquals(0, run(MODULE, "-Xint"));
    assertScalarWithOneWarning("-Xint");
    assertEquals(0, run(MODULE, "-XX:-UseCompiler"));
    assertScalarWithOneWarning("-XX:-UseCompiler");
  }

  @Test
  void withTheModule() throws Exception {
    assertEquals(0, run(MODULE));
    assertTrue(out.contains("implementation  vector "), out);
    assertFalse(err.contains(Kernels.class.getName()), err);
  }

  /** The module's descriptor requires the Vector API: no option is needed. */
  @Test
  void onTheModulePath() throws Exception {
    String patch = "org.setun.kernels=" + testClasses();
    String main = "org.setun.kernels/" + KernelsProbe.class.getName();
    assertEquals(0, java(List.of("-p", classes(), "--patch-module", patch, "-m", main)));
    assertTrue(out.contains("implementation  vector "), out);
  }

  @Test
  void forcedByProperties() throws Exception {
    assertEquals(0, run(MODULE, "-Dsetun.kernels=scalar"));
    assertTrue(out.contains("implementation  scalar"), out);
    assertFalse(err.contains(WARNING), "asked for, so no reason to warn: " + err);
    assertEquals(0, run(MODULE, "-Dsetun.kernels=vector", "-Dsetun.gemm=zfold-4x1"));
    assertTrue(out.contains("of [zfold-4x1-"), out);
    assertEquals(0, run(MODULE, "-Dsetun.family=tile"));
    assertTrue(out.contains("implementation  vector "), out);
    assertEquals(1, run(MODULE, "-Dsetun.family=mosaic"));
    assertTrue(err.contains("-Dsetun.family=mosaic: there are [tile"), err);
    assertEquals(0, run(MODULE, "-Dsetun.convolution=direct"));
    assertTrue(out.contains("fp32 convolution by convolution-"), out);
    assertEquals(0, run(MODULE));
    assertTrue(out.contains("fp32 convolution by winograd-"), out);
    assertEquals(1, run(MODULE, "-Dsetun.convolution=fft"));
    assertTrue(err.contains("-Dsetun.convolution=fft: expected direct"), err);
  }

  @Test
  void forcedButNotThere() throws Exception {
    assertEquals(1, run("-Dsetun.kernels=vector"));
    assertTrue(err.contains("-Dsetun.kernels=vector cannot be met"), err);
    assertTrue(err.contains("--add-modules jdk.incubator.vector"), err);
    assertTrue(err.contains(KernelSelectionException.class.getName()), err);
    assertEquals("", out);
  }
}
