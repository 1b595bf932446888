// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.select;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.setun.kernels.Shape;
import org.setun.kernels.TestRun;
import org.setun.kernels.Window;
import org.setun.kernels.family.ConvolutionSpec;
import org.setun.kernels.family.Machine;
import org.setun.kernels.family.Offer;
import org.setun.kernels.op.BitSlicedKernels;
import org.setun.kernels.op.BitSlicedSum;
import org.setun.kernels.op.KernelSet;
import org.setun.kernels.op.TernaryGemm;
import org.setun.kernels.scalar.ScalarKernels;
import org.setun.kernels.vector.VectorKernels;

/**
 * Which kernel each shape gets on each kind of machine, whatever machine the test runs on, against
 * {@code choice-by-machine.txt}: a changed cost shows. {@code -Dsetun.test.jvmArgs=-Dgolden=write}
 * writes the file anew.
 */
class ChoiceByMachineTest {
  private static final String FILE = "choice-by-machine.txt";
  private static final Path SOURCE =
      Path.of("src/test/resources/org/setun/kernels/select").resolve(FILE);

  /** What a plan sees of a micro-kernel whose costs are in the tables. */
  private record Described(String name, int pixels, int channels, int registers)
      implements TernaryGemm {
    @Override
    public int operations(int words, boolean popcountInstruction) {
      return words * pixels * (popcountInstruction ? 5 : 14);
    }

    @Override
    public boolean alternatesSign() {
      return true;
    }

    @Override
    public void tile(
        long[] a, int aAt, long[] w, int wAt, int words, int[] counts, int at, int stride) {
      throw new UnsupportedOperationException();
    }
  }

  /** What a plan sees of bit-sliced sums. */
  private record Lanes(int lanes) implements BitSlicedSum {
    @Override
    public String name() {
      return "bit-sliced-" + lanes;
    }

    @Override
    public void add(
        byte[] table,
        int ones,
        char[] offsets,
        int from,
        int end,
        byte[] counters,
        int at,
        int planes,
        boolean fresh) {
      throw new UnsupportedOperationException();
    }
  }

  /** The vector kernels as they are at some width. */
  private static KernelSet kernels(int bits) {
    int longs = bits / Long.SIZE;
    List<TernaryGemm> gemms =
        List.of(
            new Described("zfold-7x1-" + bits, 7, longs, 27),
            new Described("zfold-4x1-" + bits, 4, longs, 18),
            new Described("zfold-1x4-" + bits, 1, 4 * longs, 18),
            new Described("zfold-1x2-" + bits, 1, 2 * longs, 14));
    KernelSet scalar = ScalarKernels.kernels();
    BitSlicedKernels direct = scalar.bitSliced();
    return new KernelSet(
        "described",
        gemms,
        scalar.im2col(),
        scalar.epilogue(),
        scalar.ternarizer(),
        scalar.convolution(),
        scalar.winograd(),
        scalar.pooling(),
        scalar.deinterleave(),
        scalar.linear(),
        scalar.transposition(),
        scalar.digits(),
        scalar.hamming(),
        scalar.signedSum(),
        new BitSlicedKernels(
            new Lanes(bits),
            direct.expansion(),
            direct.counts(),
            direct.lists(),
            direct.epilogue(),
            direct.ternarizer(),
            direct.pooling()));
  }

  /** The descriptions above are those of the kernels. */
  @Test
  void describedAsTheyAre() {
    assumeTrue(TestRun.hasVectors());
    KernelSet real = VectorKernels.kernels();
    List<TernaryGemm> described = kernels(VectorKernels.vectorBits()).gemms();
    assertEquals(real.gemms().size(), described.size());
    for (int i = 0; i < described.size(); i++) {
      TernaryGemm gemm = real.gemms().get(i);
      assertEquals(
          new Described(gemm.name(), gemm.pixels(), gemm.channels(), gemm.registers()),
          described.get(i));
    }
    assertEquals(VectorKernels.vectorBits(), real.bitSliced().sum().lanes());
  }

  private record Host(String file, String system, String architecture, int bits, boolean avx512) {
    Machine machine() throws IOException {
      return Capabilities.machineOf(
          resource("cpuinfo/" + file + ".txt"), system, architecture, bits, avx512);
    }
  }

  private static final List<Host> HOSTS =
      List.of(
          new Host("zen3", "Linux", "amd64", 256, false),
          new Host("alder-lake", "Linux", "amd64", 256, false),
          new Host("zen4", "Linux", "amd64", 512, true),
          new Host("zen5", "Linux", "amd64", 512, true),
          new Host("zen5", "Linux", "amd64", 256, true),
          new Host("zen5", "Linux", "amd64", 128, true),
          new Host("granite-rapids", "Linux", "amd64", 512, true),
          new Host("graviton3", "Linux", "aarch64", 256, false),
          new Host("apple-m", "Mac OS X", "aarch64", 128, false));

  private record Case(String name, ConvolutionSpec spec) {}

  private static Case square(int in, int out, int size, int kernel, int stride, double nonzero) {
    Window window = Window.square(kernel, stride, kernel / 2);
    Shape from = new Shape(in, size, size);
    return new Case(
        "%d -> %d at %d, %dx%d/%d%s"
            .formatted(in, out, size, kernel, kernel, stride, nonzero == 1 ? ", binary" : ""),
        new ConvolutionSpec(
            from, window.outputShape(from, out), window, 1, nonzero, nonzero, null));
  }

  private static final List<Case> CASES =
      List.of(
          square(64, 64, 56, 3, 1, 0.6),
          square(64, 128, 56, 3, 2, 0.6),
          square(128, 128, 28, 3, 1, 0.6),
          square(128, 256, 28, 3, 2, 0.6),
          square(256, 256, 14, 3, 1, 0.6),
          square(256, 512, 14, 3, 2, 0.6),
          square(512, 512, 7, 3, 1, 0.6),
          square(256, 256, 14, 3, 1, 1),
          square(64, 64, 56, 1, 1, 0.6),
          square(32, 32, 112, 3, 1, 0.6),
          square(16, 16, 8, 3, 1, 0.6),
          square(4096, 4096, 1, 1, 1, 0.6));

  private static String choices() throws IOException {
    StringBuilder text = new StringBuilder();
    for (Host host : HOSTS) {
      Machine machine = host.machine();
      text.append("%s, %d bit%n".formatted(host.file(), host.bits()).replace("\r", ""));
      for (Case each : CASES) {
        String kernel =
            Families.all(kernels(host.bits()), machine).stream()
                .flatMap(family -> family.offer(each.spec(), Set.of()).stream())
                .min(Comparator.comparingDouble(Offer::nanos))
                .map(Offer::kernel)
                .orElseThrow();
        text.append("  %-28s %s%n".formatted(each.name(), kernel).replace("\r", ""));
      }
    }
    return text.toString();
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = ChoiceByMachineTest.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void asListed() throws IOException {
    String actual = choices();
    if ("write".equals(System.getProperty("golden"))) {
      Files.writeString(SOURCE, actual);
    }
    assertEquals(resource(FILE), actual);
  }
}
