// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.setun.kernels.family.ConvolutionSpec;
import org.setun.kernels.family.CostTable;
import org.setun.kernels.family.Machine;
import org.setun.kernels.family.Offer;
import org.setun.kernels.family.TernaryFamily;
import org.setun.kernels.op.BitSlicedCounts;
import org.setun.kernels.op.DigitSum;
import org.setun.kernels.op.Epilogue;
import org.setun.kernels.op.HammingDistance;
import org.setun.kernels.op.KernelSet;
import org.setun.kernels.op.SignedSum;
import org.setun.kernels.op.Ternarizer;
import org.setun.kernels.op.TernaryGemm;
import org.setun.kernels.plan.Exchange;
import org.setun.kernels.plan.Plan;
import org.setun.kernels.scalar.ScalarKernels;
import org.setun.kernels.select.Capabilities;
import org.setun.kernels.select.DigitCheck;
import org.setun.kernels.select.Families;
import org.setun.kernels.select.SelfCheck;
import org.setun.kernels.vector.VectorKernels;

/**
 * The kernels that a network runs on. {@link #best} climbs a ladder: JDK, vector module, C2, vector
 * width; the first rung that fails leaves the scalar kernels, with one warning that says what would
 * help. A kernel that a network is to run on is checked beside plain code when the first such
 * network is compiled.
 *
 * <p>System properties, read once:
 *
 * <ul>
 *   <li>{@value #KERNELS_PROPERTY} = {@code scalar} or {@code vector} forces the choice
 *   <li>{@value #GEMM_PROPERTY} = the start of a name, such as {@code zfold-4x1}, pins the
 *       micro-kernel of the ternary matrix product
 *   <li>{@value #FAMILY_PROPERTY} = a name, such as {@code tile}, pins the family of ternary
 *       convolutions; layers that it cannot run are left to the others
 *   <li>{@value #CONVOLUTION_PROPERTY} = {@code direct} runs no fp32 convolution by transforms:
 *       results differ in their last bits
 *   <li>{@value #START_PROPERTY} = {@code vector} lets networks run on vector kernels from their
 *       first image on, see {@link Session}; {@code scalar} is what happens without it
 * </ul>
 *
 * @since 0.1
 */
public final class Kernels {
  /** Property that forces {@code scalar} or {@code vector} kernels. */
  public static final String KERNELS_PROPERTY = "setun.kernels";

  /** Property that pins the micro-kernel of the ternary matrix product by the start of its name. */
  public static final String GEMM_PROPERTY = "setun.gemm";

  /** Property that pins the family of ternary convolutions by its name. */
  public static final String FAMILY_PROPERTY = "setun.family";

  /** Property that keeps fp32 convolutions from Winograd's transforms, by {@code direct}. */
  public static final String CONVOLUTION_PROPERTY = "setun.convolution";

  /**
   * Property that says whether networks start on {@code scalar} kernels or on {@code vector} ones.
   */
  public static final String START_PROPERTY = "setun.start";

  private static final System.Logger LOG = System.getLogger(Kernels.class.getName());

  /** What the self-check of every kernel so far has found, by its name. */
  private static final Map<String, Optional<String>> CHECKED = new ConcurrentHashMap<>();

  private final KernelSet set;
  private final List<TernaryFamily> families;
  private final Capabilities capabilities;
  private final CostTable costs;
  private final List<String> reasons;

  /** The properties that ask for these kernels, or {@code null}: a failure is then an error. */
  private final String askedBy;

  /** Whether networks start on scalar kernels that C2 has less to do with. */
  private final boolean startsScalar;

  /** Names of kernels that failed their check. */
  private final Set<String> leftOut = ConcurrentHashMap.newKeySet();

  /** What stands in for these kernels if all of them fail. */
  private Kernels substitute;

  private Kernels(
      KernelSet set,
      List<TernaryFamily> families,
      Capabilities capabilities,
      String reason,
      String askedBy,
      boolean startsScalar) {
    this.set = set;
    this.families = families;
    this.capabilities = capabilities;
    this.costs = CostTable.of(Families.machine(set, capabilities));
    this.reasons = new CopyOnWriteArrayList<>(List.of(reason));
    this.askedBy = askedBy;
    this.startsScalar = startsScalar;
  }

  /** Given kernels, for tests. */
  static Kernels of(KernelSet set, List<TernaryFamily> families, String askedBy) {
    return new Kernels(
        set, families, Capabilities.detect(), "asked for by the caller", askedBy, false);
  }

  /** Holds the one choice, made when first asked for. */
  private static final class Best {
    static final Kernels INSTANCE =
        select(
                System.getProperty(KERNELS_PROPERTY),
                System.getProperty(GEMM_PROPERTY),
                System.getProperty(FAMILY_PROPERTY),
                Capabilities.detect())
            .startingOn(System.getProperty(START_PROPERTY), System.getProperty(KERNELS_PROPERTY));
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
    Capabilities capabilities = Capabilities.detect();
    KernelSet scalar = asked(ScalarKernels.kernels());
    List<TernaryFamily> families = Families.all(scalar, Families.machine(scalar, capabilities));
    return new Kernels(scalar, families, capabilities, "asked for by the caller", null, false);
  }

  /**
   * The vector kernels.
   *
   * @return the vector kernels
   * @throws KernelSelectionException if this JVM cannot run them; the message names the flag that
   *     is missing
   */
  public static Kernels vector() {
    return select("vector", null, null, Capabilities.detect());
  }

  /**
   * These kernels for networks that start as a property says.
   *
   * @param start value of {@value #START_PROPERTY}, or {@code null} if not set
   * @param forced value of {@value #KERNELS_PROPERTY}, or {@code null}: what was forced runs from
   *     the first image on
   */
  Kernels startingOn(String start, String forced) {
    if (start != null && !start.equals("scalar") && !start.equals("vector")) {
      throw new KernelSelectionException(
          property(START_PROPERTY, start) + ": expected scalar or vector");
    }
    boolean scalar = start == null ? forced == null : start.equals("scalar");
    return scalar && !set.name().equals(ScalarKernels.NAME) ? startingOnScalar() : this;
  }

  /** These kernels for networks that start on scalar ones, see {@link Session}. */
  Kernels startingOnScalar() {
    return new Kernels(set, families, capabilities, reasons.getFirst(), askedBy, true);
  }

  /** Chooses, for given values of the properties ({@code null} if not set). */
  static Kernels select(String forced, String gemm, String family, Capabilities capabilities) {
    if (forced != null && !forced.equals("scalar") && !forced.equals("vector")) {
      throw new KernelSelectionException(
          property(KERNELS_PROPERTY, forced) + ": expected scalar or vector");
    }
    String pinnedBy =
        gemm != null
            ? property(GEMM_PROPERTY, gemm)
            : family != null ? property(FAMILY_PROPERTY, family) : null;
    if ("scalar".equals(forced)) {
      String reason = "forced by " + property(KERNELS_PROPERTY, forced);
      return select(asked(ScalarKernels.kernels()), gemm, family, capabilities, reason, pinnedBy);
    }
    Optional<String> obstacle = obstacle(capabilities);
    if (obstacle.isPresent()) {
      String asked =
          forced != null
              ? property(KERNELS_PROPERTY, forced)
              : gemm != null ? property(GEMM_PROPERTY, gemm) : null;
      if (asked != null) {
        throw new KernelSelectionException(asked + " cannot be met: " + obstacle.get());
      }
      warnOfScalar(obstacle.get());
      KernelSet scalar = asked(ScalarKernels.kernels());
      return select(scalar, null, family, capabilities, obstacle.get(), pinnedBy);
    }
    String reason =
        "JDK "
            + capabilities.java()
            + " with jdk.incubator.vector, C2, "
            + capabilities.vectorBits()
            + "-bit vectors, "
            + (capabilities.vectorPopcount() ? "with" : "without")
            + " a vector popcount";
    String askedBy =
        pinnedBy == null && forced != null ? property(KERNELS_PROPERTY, forced) : pinnedBy;
    return select(asked(VectorKernels.kernels()), gemm, family, capabilities, reason, askedBy);
  }

  /** The set with the fp32 convolutions that the property asks for. */
  private static KernelSet asked(KernelSet set) {
    String convolution = System.getProperty(CONVOLUTION_PROPERTY);
    if (convolution == null) {
      return set;
    }
    if (!convolution.equals("direct")) {
      throw new KernelSelectionException(
          property(CONVOLUTION_PROPERTY, convolution) + ": expected direct");
    }
    return set.withoutWinograd();
  }

  private static String property(String name, String value) {
    return "-D" + name + "=" + value;
  }

  private static Kernels select(
      KernelSet set,
      String gemm,
      String family,
      Capabilities capabilities,
      String reason,
      String askedBy) {
    Machine machine = Families.machine(set, capabilities);
    List<TernaryFamily> families =
        gemm == null
            ? Families.all(set, machine)
            : Families.ofGemms(set, pinGemms(set.gemms(), gemm), machine);
    if (family != null) {
      families = pinFamily(families, family);
    }
    return new Kernels(set, families, capabilities, reason, askedBy, false);
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
              + "leave out -Xint, -XX:-UseCompiler, -XX:TieredStopAtLevel or the other compiler");
    }
    if (capabilities.vectorBits() < 128) {
      return Optional.of("vectors of " + capabilities.vectorBits() + " bits are too narrow");
    }
    return Optional.empty();
  }

  private static List<TernaryGemm> pinGemms(List<TernaryGemm> gemms, String pinned) {
    List<TernaryGemm> matching =
        gemms.stream().filter(gemm -> gemm.name().startsWith(pinned)).toList();
    if (matching.isEmpty()) {
      throw new KernelSelectionException(
          property(GEMM_PROPERTY, pinned)
              + ": there are "
              + gemms.stream().map(TernaryGemm::name).toList());
    }
    return matching;
  }

  private static List<TernaryFamily> pinFamily(List<TernaryFamily> families, String pinned) {
    return Families.pinned(families, pinned)
        .orElseThrow(
            () ->
                new KernelSelectionException(
                    property(FAMILY_PROPERTY, pinned)
                        + ": there are "
                        + families.stream().map(TernaryFamily::name).toList()));
  }

  private static void warnOfScalar(String obstacle) {
    LOG.log(System.Logger.Level.WARNING, "running the slow scalar kernels: " + obstacle);
  }

  /**
   * A graph ready to run.
   *
   * @param plan its operations
   * @param kernels what they are made of
   * @param exchange what they start on, or {@code null}
   */
  record Compiled(Plan plan, Kernels kernels, Exchange exchange) {}

  /**
   * Plans a graph, checks what was chosen, and plans again without what failed.
   *
   * @throws KernelSelectionException if a property asks for what failed
   */
  Compiled compile(NetworkGraph graph) {
    while (true) {
      Plan plan;
      try {
        plan = new Plan(graph, set, families, costs, leftOut);
      } catch (KernelSelectionException e) {
        return substitute(e.getMessage() + "; " + String.join("; ", reasons)).compile(graph);
      }
      Optional<String> wrong = checkOperations(plan);
      if (wrong.isPresent()) {
        return substitute(wrong.get()).compile(graph);
      }
      if (!leaveOutWhatFails(plan.offers())) {
        return new Compiled(plan, this, startsScalar ? exchange(plan) : null);
      }
    }
  }

  private Exchange exchange(Plan plan) {
    KernelSet substitutes = ScalarKernels.like(set);
    return new Exchange(plan, substitutes, ScalarKernels.apart(substitutes));
  }

  /** Checks all but the ternary convolutions; the scalar operations are what is compared to. */
  private Optional<String> checkOperations(Plan plan) {
    KernelSet scalar = ScalarKernels.kernels();
    if (set.name().equals(scalar.name())) {
      return Optional.empty();
    }
    return plan.uses().stream()
        .map(operation -> check(operation, scalar))
        .flatMap(Optional::stream)
        .findFirst();
  }

  /**
   * What multiplies a matrix.
   *
   * @param gemm the micro-kernel
   * @param ternarizer makes its trits
   * @param epilogue scales its results
   */
  record Gemm(TernaryGemm gemm, Ternarizer ternarizer, Epilogue epilogue) {}

  /**
   * The cheapest micro-kernel for a product, checked as those of networks are.
   *
   * @param rows rows of activations
   * @param outputs rows of weights
   * @param columns columns of both
   * @throws KernelSelectionException if a property asks for what failed
   */
  Gemm gemm(int rows, int outputs, int columns) {
    // A layer of one row of pixels: the family of tiles runs it as this product.
    ConvolutionSpec spec =
        new ConvolutionSpec(
            new Shape(columns, 1, rows),
            new Shape(outputs, 1, rows),
            Window.square(1, 1, 0),
            1,
            0.5,
            0.6,
            null);
    TernaryFamily tiles =
        Families.ofGemms(set, tileKernels(), Families.machine(set, capabilities)).getFirst();
    while (true) {
      Optional<Offer> offer = tiles.offer(spec, leftOut);
      if (offer.isEmpty()) {
        return substitute(String.join("; ", reasons)).gemm(rows, outputs, columns);
      }
      if (!leaveOutWhatFails(List.of(offer.get()))) {
        String name = offer.get().kernel();
        return new Gemm(
            set.gemms().stream().filter(g -> g.name().equals(name)).findFirst().orElseThrow(),
            set.ternarizer(),
            set.epilogue());
      }
    }
  }

  /**
   * What multiplies a matrix with integers.
   *
   * @param sum sums of trits times digits
   * @param counts makes integers of them
   * @param epilogue scales its results
   */
  record Digits(DigitSum sum, BitSlicedCounts counts, Epilogue epilogue) {}

  /**
   * What multiplies trits with integers, checked.
   *
   * @throws KernelSelectionException if a property asks for what failed
   */
  Digits digits() {
    Optional<String> wrong =
        CHECKED.computeIfAbsent(
            set.name() + " " + DigitSum.class.getSimpleName(), name -> DigitCheck.check(set));
    return wrong.isPresent()
        ? substitute(wrong.get()).digits()
        : new Digits(set.digits(), set.bitSliced().counts(), set.epilogue());
  }

  /**
   * What compares rows of bits, checked.
   *
   * @throws KernelSelectionException if a property asks for what failed
   */
  HammingDistance hamming() {
    Optional<String> wrong = check(HammingDistance.class, ScalarKernels.kernels());
    return wrong.isPresent() ? substitute(wrong.get()).hamming() : set.hamming();
  }

  /**
   * What sums fp32 numbers with signs, and scales them.
   *
   * @param sum the sums
   * @param epilogue scales its results
   */
  record SignedSums(SignedSum sum, Epilogue epilogue) {}

  /**
   * What multiplies trits with fp32 numbers, checked.
   *
   * @throws KernelSelectionException if a property asks for what failed
   */
  SignedSums signedSums() {
    Optional<String> wrong =
        check(SignedSum.class, ScalarKernels.kernels())
            .or(() -> check(Epilogue.class, ScalarKernels.kernels()));
    return wrong.isPresent()
        ? substitute(wrong.get()).signedSums()
        : new SignedSums(set.signedSum(), set.epilogue());
  }

  /** Checks an operation, once a JVM. */
  private Optional<String> check(Class<?> operation, KernelSet scalar) {
    return CHECKED.computeIfAbsent(
        set.name() + " " + operation.getSimpleName(),
        name -> SelfCheck.check(operation, set, scalar));
  }

  /** Micro-kernels that are not ruled out by a property. */
  private List<TernaryGemm> tileKernels() {
    List<String> names = families.getFirst().kernels();
    return set.gemms().stream().filter(gemm -> names.contains(gemm.name())).toList();
  }

  private boolean leaveOutWhatFails(List<Offer> offers) {
    boolean failed = false;
    for (Offer offer : offers) {
      Optional<String> wrong =
          CHECKED.computeIfAbsent(offer.kernel(), name -> offer.builder().selfCheck());
      if (wrong.isEmpty()) {
        continue;
      }
      failed = true;
      if (isPinned(offer)) {
        throw new KernelSelectionException(askedBy + ": " + wrong.get());
      }
      if (leftOut.add(offer.kernel())) {
        reasons.add("left out: " + wrong.get());
        LOG.log(
            System.Logger.Level.WARNING,
            "a kernel failed its self-check and is left out: " + wrong.get());
      }
    }
    return failed;
  }

  private boolean isPinned(Offer offer) {
    return askedBy != null
        && (askedBy.startsWith("-D" + GEMM_PROPERTY)
            || askedBy.equals(property(FAMILY_PROPERTY, offer.family())));
  }

  private synchronized Kernels substitute(String obstacle) {
    if (askedBy != null) {
      throw new KernelSelectionException(askedBy + " cannot be met: " + obstacle);
    }
    if (substitute == null) {
      warnOfScalar(obstacle);
      KernelSet scalar = asked(ScalarKernels.kernels());
      List<TernaryFamily> all = Families.all(scalar, Machine.SCALAR);
      substitute = new Kernels(scalar, all, capabilities, obstacle, "the last resort", false);
    }
    return substitute;
  }

  /**
   * {@return the implementation and its width, such as {@code vector 512 bit} or {@code scalar}}
   */
  public String implementation() {
    return set.name();
  }

  /** {@return why these kernels were chosen, and which of them failed their check, if any did} */
  public List<String> reasons() {
    return List.copyOf(reasons);
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
    text.append("ternary         ");
    text.append(cheapest(convolution(512, 7, 3))).append(" for 512 channels at 7x7 pixels, ");
    text.append(cheapest(convolution(4096, 1, 1))).append(" for a single pixel; of ");
    text.append(families.stream().flatMap(family -> family.kernels().stream()).toList());
    text.append('\n');
    text.append("fp32            ").append(set.convolution().name()).append('\n');
    return text.toString();
  }

  private static ConvolutionSpec convolution(int channels, int size, int kernel) {
    Shape shape = new Shape(channels, size, size);
    Window window = Window.square(kernel, 1, kernel / 2);
    return new ConvolutionSpec(shape, shape, window, 1, 0.5, 0.6, null);
  }

  /** Name of the kernel that runs a convolution by itself at the least cost. */
  private String cheapest(ConvolutionSpec spec) {
    return families.stream()
        .flatMap(family -> family.offer(spec, leftOut).stream())
        .min(Comparator.comparingDouble(Offer::nanos))
        .map(Offer::kernel)
        .orElse("none");
  }

  /** Names the implementation, for messages. */
  @Override
  public String toString() {
    return "Kernels " + implementation();
  }
}
