// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.family;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Array;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.setun.kernels.op.BitSlicedKernels;
import org.setun.kernels.op.KernelSet;
import org.setun.kernels.op.KernelSets;
import org.setun.kernels.op.Pooling;

/** The self-check passes what is right and finds what is wrong on purpose. */
class BitSlicedCheckTest {
  /**
   * One wrong result.
   *
   * @param operation component of the kernels
   * @param method the method that is wrong
   * @param when whether it is wrong for some arguments
   * @param last whether the last or the first result is wrong
   * @param says what the message begins with, behind the kernel's name
   */
  private record Fault(
      String operation, String method, Predicate<Object[]> when, boolean last, String says) {}

  private static Stream<Named<Fault>> firstAndLast(
      String operation, String method, String says, String where, Predicate<Object[]> when) {
    return Stream.of(false, true)
        .map(
            last ->
                Named.of(
                    method + (last ? ", last result, " : ", first result, ") + where,
                    new Fault(operation, method, when, last, says)));
  }

  static List<Named<Fault>> faults() {
    return Stream.of(
            firstAndLast("sum", "add", "sum", "always", a -> true),
            firstAndLast("expansion", "expand", "expansion", "16 bits", a -> a[7].equals(16)),
            firstAndLast("expansion", "expand", "expansion", "32 bits", a -> a[7].equals(32)),
            firstAndLast("expansion", "expand", "expansion", "64 bits", a -> a[7].equals(64)),
            firstAndLast("counts", "inOrder", "counts in order", "always", a -> true),
            firstAndLast("counts", "interleaved", "interleaved counts", "always", a -> true),
            firstAndLast("lists", "append", "lists", "always", a -> true),
            firstAndLast(
                "epilogue", "fromCounts", "epilogue", "alone", a -> a[2].equals(0) && a[8] == null),
            firstAndLast(
                "epilogue", "fromCounts", "epilogue", "added", a -> a[2].equals(0) && a[8] != null),
            firstAndLast(
                "epilogue",
                "fromCounts",
                "epilogue",
                "two scales",
                a -> !a[2].equals(0) && a[8] == null),
            firstAndLast(
                "epilogue",
                "fromCounts",
                "epilogue",
                "two scales, added",
                a -> !a[2].equals(0) && a[8] != null),
            firstAndLast("ternarizer", "bits", "ternarizer", "always", a -> true),
            firstAndLast("pooling", "max", "pooling", "stride 1", a -> stride(a) == 1),
            firstAndLast("pooling", "max", "pooling", "stride 2", a -> stride(a) == 2),
            firstAndLast("pooling", "max", "pooling", "stride 3", a -> stride(a) == 3))
        .flatMap(faults -> faults)
        .toList();
  }

  private static int stride(Object[] arguments) {
    return ((Pooling.Columns) arguments[4]).stride();
  }

  static Stream<Named<KernelSet>> sets() {
    return KernelSets.named();
  }

  @ParameterizedTest
  @MethodSource("sets")
  void passesEverySet(KernelSet set) {
    assertEquals(Optional.empty(), BitSlicedCheck.check(set.bitSliced()));
  }

  @ParameterizedTest
  @MethodSource("faults")
  void findsAFault(Fault fault) throws ReflectiveOperationException {
    // Vectors write past the last column too, where nothing is wrong.
    for (KernelSet set : fault.last() ? KernelSets.all().subList(0, 1) : KernelSets.all()) {
      String wrong = BitSlicedCheck.check(with(fault, set.bitSliced())).orElse("nothing found");
      assertTrue(wrong.startsWith(set.bitSliced().sum().name() + "'s " + fault.says()), wrong);
      assertTrue(wrong.contains(" is right (element "), wrong);
    }
  }

  /** Also a list that is right but for its length. */
  @ParameterizedTest
  @MethodSource("sets")
  void findsAWrongLength(KernelSet set) {
    BitSlicedKernels right = set.bitSliced();
    BitSlicedKernels wrong =
        new BitSlicedKernels(
            right.sum(),
            right.expansion(),
            right.counts(),
            (nonzero, sign, first, step, minus, list, at) ->
                right.lists().append(nonzero, sign, first, step, minus, list, at) + 1,
            right.epilogue(),
            right.ternarizer(),
            right.pooling());
    assertTrue(BitSlicedCheck.check(wrong).orElse("").contains("lists computed"));
  }

  @ParameterizedTest
  @MethodSource("operations")
  void everyOperationHasAFault(String operation) {
    assertTrue(faults().stream().anyMatch(f -> f.getPayload().operation().equals(operation)));
  }

  static List<String> operations() {
    return Arrays.stream(BitSlicedKernels.class.getRecordComponents())
        .map(RecordComponent::getName)
        .toList();
  }

  private static BitSlicedKernels with(Fault fault, BitSlicedKernels right)
      throws ReflectiveOperationException {
    RecordComponent[] components = BitSlicedKernels.class.getRecordComponents();
    Object[] values = new Object[components.length];
    Class<?>[] types = new Class<?>[components.length];
    for (int i = 0; i < components.length; i++) {
      types[i] = components[i].getType();
      values[i] = components[i].getAccessor().invoke(right);
      if (components[i].getName().equals(fault.operation())) {
        values[i] = faulty(fault, types[i], values[i]);
      }
    }
    return BitSlicedKernels.class.getDeclaredConstructor(types).newInstance(values);
  }

  private static Object faulty(Fault fault, Class<?> type, Object right) {
    return Proxy.newProxyInstance(
        type.getClassLoader(),
        new Class<?>[] {type},
        (proxy, method, arguments) -> {
          if (!method.getName().equals(fault.method()) || !fault.when().test(arguments)) {
            return invoke(method, right, arguments);
          }
          Object[] before = new Object[arguments.length];
          Arrays.setAll(before, i -> copy(arguments[i]));
          Object result = invoke(method, right, arguments);
          for (int i = 0; i < before.length; i++) {
            // A list has slack past its end.
            int end = result instanceof Integer count ? count : Integer.MAX_VALUE;
            spoilAChange(before[i], arguments[i], end, fault.last());
          }
          return result;
        });
  }

  private static Object invoke(Method method, Object target, Object[] arguments)
      throws IllegalAccessException, InvocationTargetException {
    return method.invoke(target, arguments);
  }

  private static Object copy(Object argument) {
    if (argument == null || !argument.getClass().isArray()) {
      return null;
    }
    int length = Array.getLength(argument);
    Object copy = Array.newInstance(argument.getClass().componentType(), length);
    System.arraycopy(argument, 0, copy, 0, length);
    return copy;
  }

  /** Changes the lowest bit, or adds 1. */
  private static void spoilAChange(Object before, Object after, int end, boolean last) {
    int length = before == null ? 0 : Math.min(end, Array.getLength(before));
    for (int n = 0; n < length; n++) {
      int i = last ? length - 1 - n : n;
      if (!Array.get(before, i).equals(Array.get(after, i))) {
        switch (after) {
          case byte[] bytes -> bytes[i] ^= 1;
          case char[] chars -> chars[i] ^= 1;
          case int[] ints -> ints[i] ^= 1;
          case long[] longs -> longs[i] ^= 1;
          case float[] floats -> floats[i]++;
          default -> throw new IllegalArgumentException(after.getClass().toString());
        }
        return;
      }
    }
  }
}
