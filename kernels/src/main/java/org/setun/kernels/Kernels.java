package org.setun.kernels;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.setun.kernels.op.KernelSet;
import org.setun.kernels.op.TernaryGemm;
import org.setun.kernels.scalar.ScalarKernels;
import org.setun.kernels.select.Capabilities;
import org.setun.kernels.select.KernelTable;
import org.setun.kernels.select.SelfCheck;
import org.setun.kernels.vector.VectorKernels;

/**
 * The kernels that a network runs on. {@link #best} climbs a ladder: JDK, vector module, C2, vector
 * width, self-check; the first rung that fails leaves the scalar kernels, with one warning that
 * says what would help.
 *
 * <p>System properties, read once:
 *
 * <ul>
 *   <li>{@value #KERNELS_PROPERTY} = {@code scalar} or {@code vector} forces the choice
 *   <li>{@value #GEMM_PROPERTY} = the start of a name, such as {@code zfold-4x1}, pins the
 *       micro-kernel of the ternary matrix product
 * </ul>
 *
 * @since 0.1
 */
public final class Kernels {
  /** Property that forces {@code scalar} or {@code vector} kernels. */
  public static final String KERNELS_PROPERTY = "setun.kernels";

  /** Property that pins the micro-kernel of the ternary matrix product by the start of its name. */
  public static final String GEMM_PROPERTY = "setun.gemm";

  private static final System.Logger LOG = System.getLogger(Kernels.class.getName());

  private final KernelSet set;
  private final List<TernaryGemm> gemms;
  private final Capabilities capabilities;
  private final List<String> reasons;

  private Kernels(
      KernelSet set, List<TernaryGemm> gemms, Capabilities capabilities, List<String> reasons) {
    this.set = set;
    this.gemms = gemms;
    this.capabilities = capabilities;
    this.reasons = List.copyOf(reasons);
  }

  /** Holds the one choice, made when first asked for. */
  private static final class Best {
    static final Kernels INSTANCE =
        select(
            System.getProperty(KERNELS_PROPERTY),
            System.getProperty(GEMM_PROPERTY),
            Capabilities.detect());
  }

  /**
   * The best kernels of this JVM.
   *
   * @return always the same object
   * @throws KernelSelectionException if a property asks for something that cannot be had
   */
  public static Kernels best() {
    try {
      return Best.INSTANCE;
    } catch (ExceptionInInitializerError e) {
      if (e.getCause() instanceof KernelSelectionException cause) {
        throw cause;
      }
      throw e;
    }
  }

  /** {@return the scalar kernels: plain Java, available everywhere} */
  public static Kernels scalar() {
    KernelSet scalar = ScalarKernels.kernels();
    return new Kernels(
        scalar, scalar.gemms(), Capabilities.detect(), List.of("asked for by the caller"));
  }

  /**
   * The vector kernels.
   *
   * @return the vector kernels
   * @throws KernelSelectionException if this JVM cannot run them; the message names the flag that
   *     is missing
   */
  public static Kernels vector() {
    return select("vector", null, Capabilities.detect());
  }

  /** Chooses, for given values of the properties ({@code null} if not set). */
  static Kernels select(String forced, String pinned, Capabilities capabilities) {
    if (forced != null && !forced.equals("scalar") && !forced.equals("vector")) {
      throw new KernelSelectionException(
          "-D" + KERNELS_PROPERTY + "=" + forced + ": expected scalar or vector");
    }
    KernelSet scalar = ScalarKernels.kernels();
    List<String> reasons = new ArrayList<>();
    if ("scalar".equals(forced)) {
      reasons.add("forced by -D" + KERNELS_PROPERTY + "=scalar");
      return new Kernels(scalar, pin(scalar.gemms(), pinned), capabilities, reasons);
    }
    Optional<String> obstacle = obstacle(capabilities);
    if (obstacle.isEmpty()) {
      KernelSet vector = VectorKernels.kernels();
      obstacle = SelfCheck.check(vector, scalar);
      if (obstacle.isEmpty()) {
        List<TernaryGemm> gemms = checked(pin(vector.gemms(), pinned), pinned != null, reasons);
        if (!gemms.isEmpty()) {
          reasons.addFirst(
              "JDK "
                  + capabilities.java()
                  + " with jdk.incubator.vector, C2, "
                  + capabilities.vectorBits()
                  + "-bit vectors, "
                  + (capabilities.vectorPopcount() ? "with" : "without")
                  + " a vector popcount; self-check passed");
          return new Kernels(vector, gemms, capabilities, reasons);
        }
        obstacle = Optional.of(String.join("; ", reasons));
      }
    }
    if (forced != null) {
      throw new KernelSelectionException(
          "-D" + KERNELS_PROPERTY + "=" + forced + " cannot be met: " + obstacle.get());
    }
    if (pinned != null) {
      throw new KernelSelectionException(
          "-D" + GEMM_PROPERTY + "=" + pinned + " cannot be met: " + obstacle.get());
    }
    reasons.clear();
    reasons.add(obstacle.get());
    LOG.log(System.Logger.Level.WARNING, "running the slow scalar kernels: " + obstacle.get());
    return new Kernels(scalar, scalar.gemms(), capabilities, reasons);
  }

  private static Optional<String> obstacle(Capabilities capabilities) {
    if (capabilities.java() < 25) {
      return Optional.of("JDK " + capabilities.java() + " is older than 25");
    }
    if (!capabilities.vectorModule()) {
      return Optional.of(
          "the Vector API is not available; start java with --add-modules jdk.incubator.vector");
    }
    if (!capabilities.optimizingCompiler()) {
      return Optional.of(
          "C2 does not compile in this JVM, without it vectors are slower than scalars; "
              + "leave out -Xint, -XX:TieredStopAtLevel or the other compiler");
    }
    if (capabilities.vectorBits() < 128) {
      return Optional.of("vectors of " + capabilities.vectorBits() + " bits are too narrow");
    }
    return Optional.empty();
  }

  private static List<TernaryGemm> pin(List<TernaryGemm> gemms, String pinned) {
    if (pinned == null) {
      return gemms;
    }
    List<TernaryGemm> matching =
        gemms.stream().filter(gemm -> gemm.name().startsWith(pinned)).toList();
    if (matching.isEmpty()) {
      throw new KernelSelectionException(
          "-D"
              + GEMM_PROPERTY
              + "="
              + pinned
              + ": there are "
              + gemms.stream().map(TernaryGemm::name).toList());
    }
    return matching;
  }

  private static List<TernaryGemm> checked(
      List<TernaryGemm> gemms, boolean pinned, List<String> reasons) {
    List<TernaryGemm> good = new ArrayList<>();
    for (TernaryGemm gemm : gemms) {
      Optional<String> wrong = SelfCheck.check(gemm);
      if (wrong.isEmpty()) {
        good.add(gemm);
      } else if (pinned) {
        throw new KernelSelectionException("-D" + GEMM_PROPERTY + ": " + wrong.get());
      } else {
        reasons.add("left out: " + wrong.get());
        LOG.log(
            System.Logger.Level.WARNING,
            "a kernel failed its self-check and is left out: " + wrong.get());
      }
    }
    return good;
  }

  /**
   * {@return the implementation and its width, such as {@code vector 512 bit} or {@code scalar}}
   */
  public String implementation() {
    return set.name();
  }

  /** {@return why these kernels were chosen, one sentence each} */
  public List<String> reasons() {
    return reasons;
  }

  /** {@return what the JVM offers and what was chosen for it, several lines for people to read} */
  public String describe() {
    StringBuilder text = new StringBuilder();
    text.append("JVM             ").append(capabilities.jvm()).append('\n');
    text.append("processor       ").append(capabilities.processor());
    text.append(" (").append(capabilities.architecture()).append(")\n");
    text.append("vectors         ");
    if (capabilities.vectorModule()) {
      text.append(capabilities.vectorBits()).append(" bits, ");
      text.append(
              capabilities.vectorPopcount() ? "popcount instruction" : "no popcount instruction")
          .append('\n');
    } else {
      text.append("not available\n");
    }
    text.append("implementation  ").append(implementation()).append('\n');
    for (String reason : reasons) {
      text.append("                ").append(reason).append('\n');
    }
    text.append("ternary GEMM    ");
    text.append(chooseGemm(new KernelTable.Extents(7, 7, 512, 72)).name());
    text.append(" for 512 channels at 7x7 pixels, ");
    text.append(chooseGemm(new KernelTable.Extents(1, 1, 4096, 64)).name());
    text.append(" for a single pixel; of ");
    text.append(gemms.stream().map(TernaryGemm::name).toList()).append('\n');
    text.append("fp32            ").append(set.convolution().name()).append('\n');
    return text.toString();
  }

  KernelSet set() {
    return set;
  }

  TernaryGemm chooseGemm(KernelTable.Extents extents) {
    return KernelTable.choose(gemms, capabilities, extents);
  }

  double boundMacsPerCycle(TernaryGemm gemm, int words) {
    return KernelTable.boundMacsPerCycle(gemm, capabilities, words);
  }
}
