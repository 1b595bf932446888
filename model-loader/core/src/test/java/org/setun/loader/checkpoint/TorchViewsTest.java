// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.setun.loader.checkpoint.TestFiles.testdata;

import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.setun.loader.checkpoint.CheckpointException.Kind;

/** Views of one shared storage (0, 1, … 23) and every element type, as torch itself saved them. */
class TorchViewsTest {

  @ParameterizedTest
  @ValueSource(
      strings = {"views-and-types.pt", "views-and-types-protocol4.pt", "views-and-types-legacy.pt"})
  void viewsOfASharedStorageReadInRowMajorOrder(String name) throws Exception {
    try (Checkpoint checkpoint = Checkpoint.open(testdata("torch-odd/" + name))) {
      StateDict dict = checkpoint.stateDict();
      assertView(dict, "whole", List.of(2L, 3L, 4L), LongStream.range(0, 24));
      assertView(dict, "offset", List.of(4L), LongStream.range(5, 9));
      assertView(
          dict,
          "transposed",
          List.of(6L, 4L),
          LongStream.range(0, 24).map(i -> (i % 4) * 6 + i / 4));
      assertView(
          dict,
          "permuted",
          List.of(4L, 2L, 3L),
          LongStream.range(0, 24).map(i -> i / 3 % 2 * 12 + i % 3 * 4 + i / 6));
      assertView(dict, "every_second", List.of(12L), LongStream.range(0, 12).map(i -> 2 * i + 1));
      assertView(dict, "column", List.of(4L), LongStream.of(2, 8, 14, 20));
      assertView(dict, "scalar", List.of(), LongStream.of(23));
      assertView(dict, "expanded", List.of(2L, 5L), LongStream.range(0, 10).map(i -> 3));
      assertView(dict, "empty", List.of(0L, 3L), LongStream.empty());
      assertArrayEquals(new float[] {1.5f, 2.5f}, dict.tensor("parameter").toFloats());
    }
  }

  private static void assertView(StateDict dict, String name, List<Long> shape, LongStream elements)
      throws Exception {
    Tensor tensor = dict.tensor(name);
    assertEquals(shape, LongStream.of(tensor.shape()).boxed().toList(), name);
    long[] expected = elements.toArray();
    assertEquals(expected.length, tensor.elementCount(), name);
    float[] actual = tensor.toFloats();
    assertArrayEquals(
        expected,
        LongStream.range(0, actual.length).map(i -> (long) actual[(int) i]).toArray(),
        name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"views-and-types.pt", "views-and-types-legacy.pt"})
  void everyElementTypeConvertsToFloat(String name) throws Exception {
    try (Checkpoint checkpoint = Checkpoint.open(testdata("torch-odd/" + name))) {
      StateDict dict = checkpoint.stateDict();
      float[] real = {-2.5f, -0.5f, 0, 0.5f, 1, 65504};
      assertFloats(dict, "f32", DType.F32, real);
      assertFloats(dict, "f16", DType.F16, real);
      assertFloats(dict, "f64", DType.F64, real);
      real[5] = 65536; // bf16 keeps 8 bits of the significand
      assertFloats(dict, "bf16", DType.BF16, real);
      float[] integers = {-128, -1, 0, 1, 127};
      assertFloats(dict, "i64", DType.I64, integers);
      assertFloats(dict, "i32", DType.I32, integers);
      assertFloats(dict, "i16", DType.I16, integers);
      assertFloats(dict, "i8", DType.I8, integers);
      assertFloats(dict, "u8", DType.U8, 0, 1, 127, 128, 255);
      assertFloats(dict, "bool", DType.BOOL, 1, 0, 1);
      assertArrayEquals(
          new long[] {(1L << 53) + 1, -(1L << 62)}, dict.tensor("i64_large").toLongs());
      assertArrayEquals(new long[] {0, 1, 127, 128, 255}, dict.tensor("u8").toLongs());
      assertArrayEquals(new long[] {1, 0, 1}, dict.tensor("bool").toLongs());
      Tensor half = dict.tensor("f16");
      assertEquals(12, half.byteSize());
      CheckpointException e = assertThrows(CheckpointException.class, half::toLongs);
      assertEquals(Kind.BAD_TENSOR, e.kind());
    }
  }

  private static void assertFloats(StateDict dict, String name, DType dtype, float... expected)
      throws Exception {
    assertEquals(dtype, dict.tensor(name).dtype());
    assertArrayEquals(expected, dict.tensor(name).toFloats(), name);
  }

  @Test
  void trainingDictionaryIsReducedToNetworkAndPlainValues() throws Exception {
    try (Checkpoint checkpoint = Checkpoint.open(testdata("torch-odd/training.pt"))) {
      assertEquals(List.of("whole", "bf16"), List.copyOf(checkpoint.stateDict().names()));
      assertEquals("bf16", checkpoint.stateDict().tensor("bf16").name());
      assertEquals(
          Map.of("epoch", "3", "arch", "odd", "lr", "0.25", "best", "true", "best_prec1", "61.5"),
          checkpoint.metadata());
    }
  }

  @Test
  void readingAfterCloseIsAProgrammingError() throws Exception {
    Checkpoint checkpoint = Checkpoint.open(testdata("torch-odd/training.pt"));
    Tensor tensor = checkpoint.stateDict().tensor("whole");
    checkpoint.close();
    assertThrows(IllegalStateException.class, tensor::toFloats);
  }
}
