// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.setun.loader.checkpoint.TestFiles.shared;
import static org.setun.loader.checkpoint.TestFiles.testdata;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.setun.loader.checkpoint.CheckpointException.Kind;

/** One trained network in every file form: they must agree to the bit. */
class FixtureFormatsTest {
  @TempDir Path folder;

  /** {@code state_dict['fc.bias']} as torch prints it. */
  private static final float[] FC_BIAS = {
    0.011725388f, -0.058055226f, -0.060985107f, 0.024410326f, 0.10558471f,
    0.012691971f, -0.02770582f, -0.014483003f, -0.10882161f, 0.021513166f,
  };

  @Test
  void bareStateDictHoldsWhatTorchLoads() throws Exception {
    try (Checkpoint checkpoint = Checkpoint.open(testdata("fmnist/state_dict.pt"))) {
      StateDict dict = checkpoint.stateDict();
      assertEquals(99, dict.size());
      assertEquals(
          List.of("features.0.weight", "features.1.weight", "features.1.bias"),
          dict.names().stream().limit(3).toList());
      assertArrayEquals(FC_BIAS, dict.tensor("fc.bias").toFloats());
      Tensor batches = dict.tensor("features.1.num_batches_tracked");
      assertEquals(DType.I64, batches.dtype());
      assertArrayEquals(new long[] {5616}, batches.toLongs());
      assertEquals(0, batches.shape().length);
      assertEquals(Map.of(), checkpoint.metadata());
      CheckpointException missing =
          assertThrows(CheckpointException.class, () -> dict.tensor("fc.scale"));
      assertEquals(Kind.MISSING_TENSOR, missing.kind());
      assertEquals("fc.scale", missing.tensor());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "fmnist/checkpoint.pth.tar, torch zip",
    "fmnist/checkpoint-legacy.pth.tar, torch legacy",
    "fmnist/state_dict.npz, npz",
    "fmnist/state_dict.safetensors, safetensors",
  })
  void everyFormAgrees(String name, String format) throws Exception {
    // The name says nothing: a reader that looked at it would fail here.
    Path renamed = Files.copy(testdata(name), folder.resolve("weights.zip.npz.bin"));
    try (Checkpoint expected = Checkpoint.open(testdata("fmnist/state_dict.pt"));
        Checkpoint actual = Checkpoint.open(renamed)) {
      assertEquals(format, actual.format());
      assertEquals(
          new HashSet<>(expected.stateDict().names()), new HashSet<>(actual.stateDict().names()));
      for (String key : expected.stateDict().names()) {
        Tensor tensor = expected.stateDict().tensor(key);
        Tensor same = actual.stateDict().tensor(key);
        assertEquals(tensor.toString(), same.toString());
        assertArrayEquals(tensor.toFloats(), same.toFloats(), key);
      }
    }
  }

  @Test
  void aPythonTwoCheckpointReads() throws Exception {
    String name = "ttq-squeezenet/model_ternary_quantization.pytorch_state";
    try (Checkpoint checkpoint = Checkpoint.open(testdata(name))) {
      assertEquals("torch legacy", checkpoint.format());
      assertEquals(127, checkpoint.stateDict().size());
      Tensor stem = checkpoint.stateDict().tensor("features.0.weight");
      assertEquals("features.0.weight F32[64, 3, 3, 3]", stem.toString());
      // As torch prints them.
      float[] first = {0.10864509f, 0.44781557f, 0.16243471f};
      assertArrayEquals(first, Arrays.copyOf(stem.toFloats(), 3));
    }
  }

  @Test
  void trainingDictionaryGivesItsPlainValues() throws Exception {
    try (Checkpoint checkpoint = Checkpoint.open(testdata("fmnist/checkpoint.pth.tar"))) {
      assertEquals(
          Map.of("epoch", "12", "arch", "sttn_fmnist_bwx2", "best_prec1", "92.59"),
          checkpoint.metadata());
    }
  }

  @Test
  void mergedFormHasOneKernelInsteadOfTwo() throws Exception {
    try (Checkpoint checkpoint = Checkpoint.open(testdata("fmnist/merged_ter.pth.tar"))) {
      assertEquals(87, checkpoint.stateDict().size());
      assertTrue(checkpoint.stateDict().contains("features.4.conv1.weight"));
      assertFalse(checkpoint.stateDict().contains("features.4.conv1_1.weight"));
    }
  }

  @Test
  void fullSizeCheckpointOpensInLittleHeap() throws Exception {
    Path path = shared("checkpoints/resnet18-random/model_best.pth.tar");
    TestFiles.readFully(path); // loads the classes, so that they are not counted
    long before = usedHeap();
    try (Checkpoint checkpoint = Checkpoint.open(path)) {
      StateDict dict = checkpoint.stateDict();
      long elements = 0;
      for (String name : dict.names()) {
        elements += dict.tensor(name).elementCount();
      }
      long used = usedHeap() - before;
      assertEquals(249, dict.size());
      assertEquals(22_534_153, elements);
      // 249 keys with name, shape and strides take about 100 kB; the file has 90 MB.
      assertTrue(used < 500_000, () -> used + " bytes of heap");
      assertArrayEquals(
          new long[] {512, 512, 3, 3}, dict.tensor("features.11.conv2_2.weight").shape());
      assertEquals("resnet18_bwx2", checkpoint.metadata().get("arch"));
    }
  }

  private static long usedHeap() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
