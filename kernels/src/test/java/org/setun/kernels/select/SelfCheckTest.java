// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.select;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Array;
import java.lang.reflect.Proxy;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.setun.kernels.family.tile.TileCheck;
import org.setun.kernels.op.Deinterleave;
import org.setun.kernels.op.Epilogue;
import org.setun.kernels.op.FloatConvolution;
import org.setun.kernels.op.FloatLinear;
import org.setun.kernels.op.HammingDistance;
import org.setun.kernels.op.KernelSet;
import org.setun.kernels.op.KernelSets;
import org.setun.kernels.op.Pooling;
import org.setun.kernels.op.SignedSum;
import org.setun.kernels.op.TernaryGemm;
import org.setun.kernels.op.Transposition;
import org.setun.kernels.op.Winograd;
import org.setun.kernels.scalar.ScalarKernels;

/** The self-check passes what is right and finds what is wrong on purpose. */
class SelfCheckTest {
  /** The operations that no family checks by itself. */
  private static final List<Class<?>> OTHERS =
      List.of(
          Epilogue.class,
          FloatConvolution.class,
          Winograd.class,
          Pooling.class,
          Deinterleave.class,
          FloatLinear.class,
          Transposition.class,
          HammingDistance.class,
          SignedSum.class);

  /** What a faulty micro-kernel does to a right tile. */
  private interface Fault {
    void spoil(int words, int[] counts, int cOffset, int stride);
  }

  /** A micro-kernel that is right but for what becomes of its activations, and a fault. */
  private static TernaryGemm faulty(
      TernaryGemm right, UnaryOperator<long[]> activations, Fault fault) {
    return (TernaryGemm)
        Proxy.newProxyInstance(
            TernaryGemm.class.getClassLoader(),
            new Class<?>[] {TernaryGemm.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("name")) {
                return "faulty";
              }
              boolean isTile = method.getName().equals("tile");
              if (isTile) {
                arguments[0] = activations.apply((long[]) arguments[0]);
              }
              Object result = method.invoke(right, arguments);
              if (isTile) {
                fault.spoil(
                    (int) arguments[4],
                    (int[]) arguments[5],
                    (int) arguments[6],
                    (int) arguments[7]);
              }
              return result;
            });
  }

  static Stream<Named<TernaryGemm>> gemms() {
    return KernelSets.gemms().stream().map(gemm -> Named.of(gemm.name(), gemm));
  }

  private static void assertFound(TernaryGemm gemm, Fault fault) {
    assertFound(gemm, UnaryOperator.identity(), fault);
  }

  private static void assertFound(
      TernaryGemm gemm, UnaryOperator<long[]> activations, Fault fault) {
    Optional<String> wrong = TileCheck.check(faulty(gemm, activations, fault));
    assertTrue(wrong.orElse("").startsWith("faulty computed "), wrong.toString());
  }

  @ParameterizedTest
  @MethodSource("gemms")
  void passesEveryKernel(TernaryGemm gemm) {
    assertEquals(Optional.empty(), TileCheck.check(gemm));
  }

  @ParameterizedTest
  @MethodSource("gemms")
  void findsAResultThatIsOffByOne(TernaryGemm gemm) {
    int last = gemm.pixels() - 1;
    assertFound(
        gemm, (words, counts, c, stride) -> counts[c + last * stride + gemm.channels() - 1]++);
  }

  @ParameterizedTest
  @MethodSource("gemms")
  void findsAKernelThatIsWrongOnAnOddOrAnEvenNumberOfWords(TernaryGemm gemm) {
    for (int parity = 0; parity < 2; parity++) {
      int wrong = parity;
      assertFound(
          gemm,
          (words, counts, c, stride) -> counts[c] ^= words > 2 && words % 2 == wrong ? -1 : 0);
    }
  }

  /** Words of a panel are by turns a nonzero plane's and a sign plane's. */
  @ParameterizedTest
  @MethodSource("gemms")
  void findsAKernelThatMissesAPlane(TernaryGemm gemm) {
    for (int plane = 0; plane < 2; plane++) {
      int missed = plane;
      assertFound(
          gemm,
          panel -> {
            long[] half = panel.clone();
            for (int i = missed; i < half.length; i += 2) {
              half[i] = missed == 0 ? ~0 : 0;
            }
            return half;
          },
          (words, counts, c, stride) -> {});
    }
  }

  @ParameterizedTest
  @MethodSource("gemms")
  void findsATileInWhichResultsAreSwapped(TernaryGemm gemm) {
    int other = gemm.channels() > 1 ? 1 : 0;
    assertFound(
        gemm,
        (words, counts, c, stride) -> {
          int swapped = counts[c];
          counts[c] = other == 0 ? -swapped : counts[c + other];
          counts[c + other] = other == 0 ? -swapped : swapped;
        });
  }

  @Test
  void passesEverySet() {
    KernelSets.named().forEach(set -> assertEquals(Optional.empty(), check(set.getPayload())));
  }

  /** What the family or the self-check of the other operations finds. */
  private static Optional<String> check(KernelSet set) {
    KernelSet scalar = ScalarKernels.kernels();
    return Stream.concat(
            Stream.of(TileCheck.check(set), DigitCheck.check(set)),
            OTHERS.stream().map(operation -> SelfCheck.check(operation, set, scalar)))
        .flatMap(Optional::stream)
        .findFirst();
  }

  /** Those on direct trits have a check of their own. */
  static List<String> operations() {
    return Arrays.stream(KernelSet.class.getRecordComponents())
        .map(RecordComponent::getName)
        .filter(name -> !Set.of("name", "gemms", "bitSliced").contains(name))
        .toList();
  }

  /** Whatever operations a set has, one that gets a single value wrong is found. */
  @ParameterizedTest
  @MethodSource("operations")
  void findsASetWithOneFaultyOperation(String operation) throws ReflectiveOperationException {
    KernelSet faulty = withFault(ScalarKernels.kernels(), operation);
    Optional<String> wrong = check(faulty);
    assertTrue(wrong.orElse("").endsWith("differs from scalar"), wrong.toString());
  }

  @Test
  void faultsAreFaults() throws ReflectiveOperationException {
    KernelSet faulty = withFault(ScalarKernels.kernels(), "linear");
    float[] out = new float[1];
    float[] one = {1};
    faulty.linear().panel(one, 1, one, 0, one, out, 0);
    assertEquals(3, out[0], "1·1 + 1, and the fault adds 1");
    assertThrows(IllegalArgumentException.class, () -> withFault(faulty, "nothing"));
  }

  private static KernelSet withFault(KernelSet set, String operation)
      throws ReflectiveOperationException {
    RecordComponent[] components = KernelSet.class.getRecordComponents();
    Object[] values = new Object[components.length];
    Class<?>[] types = new Class<?>[components.length];
    boolean found = false;
    for (int i = 0; i < components.length; i++) {
      types[i] = components[i].getType();
      values[i] = components[i].getAccessor().invoke(set);
      if (components[i].getName().equals(operation)) {
        values[i] = faulty(types[i], values[i]);
        found = true;
      }
    }
    if (!found) {
      throw new IllegalArgumentException("no operation " + operation);
    }
    return KernelSet.class.getDeclaredConstructor(types).newInstance(values);
  }

  /** Does what {@code right} does, then adds 1 to the last value of what that has changed. */
  private static Object faulty(Class<?> type, Object right) {
    return Proxy.newProxyInstance(
        type.getClassLoader(),
        new Class<?>[] {type},
        (proxy, method, arguments) -> {
          Object[] before = arguments == null ? new Object[0] : arguments.clone();
          Arrays.setAll(before, i -> copy(before[i]));
          Object result = method.invoke(right, arguments);
          for (int i = 0; i < before.length; i++) {
            spoilLastChange(before[i], arguments[i]);
          }
          return result;
        });
  }

  private static Object copy(Object argument) {
    return switch (argument) {
      case float[] values -> values.clone();
      case long[] words -> words.clone();
      case byte[] planes -> planes.clone();
      case int[] integers -> integers.clone();
      case null, default -> null;
    };
  }

  private static void spoilLastChange(Object before, Object after) {
    for (int i = before == null ? -1 : Array.getLength(before) - 1; i >= 0; i--) {
      if (!Array.get(before, i).equals(Array.get(after, i))) {
        if (after instanceof float[] values) {
          values[i]++;
        } else if (after instanceof int[] integers) {
          integers[i]++;
        } else if (after instanceof byte[] planes) {
          planes[i]++;
        } else {
          Array.setLong(after, i, Array.getLong(after, i) + 1);
        }
        return;
      }
    }
  }
}
