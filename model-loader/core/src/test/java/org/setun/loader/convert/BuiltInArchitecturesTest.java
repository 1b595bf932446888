// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.convert;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.setun.kernels.Network;
import org.setun.loader.arch.Architecture;
import org.setun.loader.arch.BuiltInArchitectures;
import org.setun.loader.checkpoint.Checkpoint;
import org.setun.loader.method.Method;
import org.setun.loader.method.MethodOptions;
import org.setun.loader.method.ScaleExtent;
import org.setun.loader.method.ZeroPolicy;
import org.setun.loader.model.PackedModel;

/**
 * Each built-in architecture against the same network written in PyTorch, with the weights of
 * {@code testdata/architectures/make_outputs.py}: made of their keys alone, here as there.
 */
class BuiltInArchitecturesTest {
  private static final Path OUTPUTS =
      Path.of(System.getProperty("setun.testdata"), "architectures");

  /** Logits may differ from PyTorch's by so much of the largest. */
  private static final float TOLERANCE = 1e-4f;

  /** Two latent kernels of 9216 × 4096 and what they become. A machine with 1 GB gives 256 MB. */
  private static final long ALEXNET_HEAP = 600L << 20;

  @TempDir Path folder;

  /**
   * A tensor whose values follow from its key.
   *
   * @param shape its extents
   */
  private record Generated(String key, long seed, long[] shape) {
    long count() {
      return Arrays.stream(shape).reduce(1, Math::multiplyExact);
    }

    /** SplitMix64 from the FNV-1a hash of the key, in the range that suits the kind of tensor. */
    float[] values() {
      float[] values = new float[Math.toIntExact(count())];
      values(0, values, values.length);
      return values;
    }

    /** Some of the values, from the {@code from}th on. */
    void values(long from, float[] values, int count) {
      long state = 0xcbf29ce484222325L ^ seed;
      for (byte b : key.getBytes(UTF_8)) {
        state = (state ^ b) * 0x100000001b3L;
      }
      for (int i = 0; i < count; i++) {
        long z = state + (from + i + 1) * 0x9e3779b97f4a7c15L;
        z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
        z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
        z ^= z >>> 31;
        values[i] = inRange((z >>> 40 | 1) * 0x1p-24f);
      }
    }

    private float inRange(float uniform) {
      if (key.equals("input")) {
        return uniform * 4 - 2;
      }
      if (key.endsWith("running_var")) {
        return uniform + 0.5f;
      }
      if (shape.length == 1 && key.endsWith(".weight")) {
        return uniform * 1.25f - 0.25f;
      }
      if (shape.length == 1 || key.endsWith(".bias")) {
        return uniform - 0.5f;
      }
      boolean column = shape.length == 2 && shape[1] == 1;
      long inputs = column ? 576 : count() / shape[0];
      int log2 = Long.SIZE - 1 - Long.numberOfLeadingZeros(inputs);
      return (uniform - 0.5f) * (float) Math.scalb(1.0, 2 - log2 / 2);
    }
  }

  private static long seed(List<String> lines) {
    return Long.parseLong(lines.getFirst().substring("seed ".length()));
  }

  private static List<Generated> tensors(List<String> lines) {
    List<Generated> tensors = new ArrayList<>();
    for (String line : lines.subList(1, lines.size())) {
      String[] words = line.split(" ");
      long[] shape = Arrays.stream(words).skip(1).mapToLong(Long::parseLong).toArray();
      tensors.add(new Generated(words[0], seed(lines), shape));
    }
    return tensors;
  }

  /** Writes tensors piece by piece: those of an AlexNet would be half a gigabyte of heap. */
  private Path write(List<Generated> tensors) throws IOException {
    StringBuilder header = new StringBuilder("{");
    long offset = 0;
    for (Generated tensor : tensors) {
      long end = offset + tensor.count() * Float.BYTES;
      header.append(header.length() > 1 ? "," : "").append('"').append(tensor.key);
      header.append("\":{\"dtype\":\"F32\",\"shape\":").append(Arrays.toString(tensor.shape));
      header.append(",\"data_offsets\":[").append(offset).append(',').append(end).append("]}");
      offset = end;
    }
    byte[] json = header.append('}').toString().getBytes(UTF_8);
    Path file = folder.resolve("generated.safetensors");
    try (FileChannel out =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      write(out, length.putLong(json.length).flip());
      write(out, ByteBuffer.wrap(json));
      float[] values = new float[1 << 16];
      ByteBuffer bytes =
          ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      for (Generated tensor : tensors) {
        for (long from = 0; from < tensor.count(); from += values.length) {
          int count = (int) Math.min(values.length, tensor.count() - from);
          tensor.values(from, values, count);
          bytes.clear().limit(count * Float.BYTES);
          bytes.asFloatBuffer().put(values, 0, count);
          write(out, bytes);
        }
      }
    }
    return file;
  }

  private static void write(FileChannel out, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      out.write(bytes);
    }
  }

  private static float[] expected(String name) throws IOException {
    ByteBuffer npy = ByteBuffer.wrap(Files.readAllBytes(OUTPUTS.resolve(name + ".npy")));
    npy.order(ByteOrder.LITTLE_ENDIAN);
    int header = 10 + npy.getShort(8);
    float[] values = new float[(npy.capacity() - header) / Float.BYTES];
    npy.position(header).slice().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    return values;
  }

  @ParameterizedTest
  @CsvSource({
    "resnet18,false",
    "resnet34,false",
    "sttn-alexnet,false",
    "bi-real-net18,false",
    "reactnet-a,false",
    "xnor-alexnet,true",
  })
  void givesPyTorchsOutputs(String name, boolean center) throws Exception {
    check(
        name,
        new MethodOptions(
            Method.AUTO, ZeroPolicy.REFUSE, OptionalDouble.empty(), ScaleExtent.TENSOR, center));
  }

  /** Its description leaves the method open: networks of several trainings have these layers. */
  @Test
  void vggSmallGivesPyTorchsOutputs() throws Exception {
    check("vgg-small", MethodOptions.DEFAULT.with(Method.XNOR));
  }

  private void check(String name, MethodOptions options) throws Exception {
    assumeTrue(
        !name.endsWith("alexnet") || Runtime.getRuntime().maxMemory() >= ALEXNET_HEAP,
        "the latents of its largest layer fill the heap");
    List<String> lines = Files.readAllLines(OUTPUTS.resolve(name + ".txt"));
    Path file = write(tensors(lines));
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      Architecture architecture = ArchitectureChoice.detect(checkpoint);
      assertEquals(name, architecture.name(), "found by its keys");
      PackedModel model = Converter.convert(checkpoint, architecture, options);
      int[] extents = {
        architecture.inputShape().channels(),
        architecture.inputShape().height(),
        architecture.inputShape().width()
      };
      long[] shape = Arrays.stream(extents).asLongStream().toArray();
      float[] image = new Generated("input", seed(lines), shape).values();
      float[] actual = Network.compile(model.graph()).session().run(image);
      float[] expected = expected(name);
      assertEquals(expected.length, actual.length);
      float largest = 0;
      float difference = 0;
      for (int i = 0; i < expected.length; i++) {
        largest = Math.max(largest, Math.abs(expected[i]));
        difference = Math.max(difference, Math.abs(expected[i] - actual[i]));
      }
      assertTrue(difference <= TOLERANCE * largest, name + ": " + difference + " of " + largest);
    }
  }

  @Test
  void everyOneIsChecked() {
    for (String name : BuiltInArchitectures.names()) {
      assertTrue(Files.exists(OUTPUTS.resolve(name + ".npy")), name);
    }
  }
}
