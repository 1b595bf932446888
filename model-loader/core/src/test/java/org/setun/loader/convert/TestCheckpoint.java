// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.convert;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Random;
import org.setun.loader.checkpoint.Checkpoint;
import org.setun.loader.checkpoint.Safetensors;
import org.setun.loader.checkpoint.TensorData;

/** Tensors of a checkpoint in the making, with random values, to be spoiled by a test. */
final class TestCheckpoint {
  private final Random random = new Random(1);
  private final LinkedHashMap<String, float[]> values = new LinkedHashMap<>();
  private final LinkedHashMap<String, long[]> shapes = new LinkedHashMap<>();

  /** The tensors that {@link #BLOCK_NET} reads. */
  static TestCheckpoint ofBlock() {
    TestCheckpoint checkpoint = new TestCheckpoint();
    for (int half = 1; half <= 2; half++) {
      int in = half == 1 ? 3 : 5;
      checkpoint.addNorm("b.bn" + half, in);
      checkpoint.addNorm("b.bn_add" + half, 5);
      checkpoint.add("b.prelu" + half + ".weight", 5);
      for (int twin = 1; twin <= 2; twin++) {
        checkpoint.add("b.conv" + half + "_" + twin + ".weight", 5, in, 3, 3);
        checkpoint.add("b.conv" + half + "_" + twin + ".bias", 5);
      }
    }
    checkpoint.add("fc.weight", 2, 5 * 2 * 2);
    checkpoint.add("fc.bias", 2);
    return checkpoint;
  }

  static final String BLOCK_NET =
      """
      {"name": "block", "input": [3, 4, 4], "layers": [
        {"type": "sttn_block", "name": "b", "output_channels": 5, "stride": 2},
        {"type": "linear", "name": "fc", "outputs": 2}]}
      """;

  void addNorm(String key, int channels) {
    add(key + ".weight", channels);
    add(key + ".bias", channels);
    add(key + ".running_mean", channels);
    float[] variance = add(key + ".running_var", channels);
    for (int c = 0; c < channels; c++) {
      variance[c] *= variance[c];
    }
  }

  /** Adds a tensor of random values and returns them, to be changed in place. */
  float[] add(String name, int... shape) {
    long[] extents = new long[shape.length];
    int count = 1;
    for (int d = 0; d < shape.length; d++) {
      extents[d] = shape[d];
      count *= shape[d];
    }
    float[] floats = new float[count];
    for (int i = 0; i < count; i++) {
      floats[i] = (float) random.nextGaussian();
    }
    values.put(name, floats);
    shapes.put(name, extents);
    return floats;
  }

  float[] values(String name) {
    return values.get(name);
  }

  void remove(String name) {
    values.remove(name);
    shapes.remove(name);
  }

  Checkpoint open(Path folder) throws IOException {
    LinkedHashMap<String, TensorData> tensors = new LinkedHashMap<>();
    values.forEach(
        (name, floats) -> tensors.put(name, TensorData.ofFloats(floats, shapes.get(name))));
    Path file = folder.resolve("net.safetensors");
    Safetensors.write(file, tensors);
    return Checkpoint.open(file);
  }
}
