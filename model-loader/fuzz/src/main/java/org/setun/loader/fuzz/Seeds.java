// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.setun.loader.arch.Architecture;
import org.setun.loader.convert.ConvertReads;

/** Inputs to begin with, of the readers that need no help of their package. */
final class Seeds {
  private static final String EVERY_LAYER =
      """
      {"name": "n", "input": [1, 8, 8], "labels": ["a", "b"],
       "preprocessing": {"resize": 9, "pad": 1, "mean": [0.5], "std": [2.5e-1]},
       "layers": [
        {"type": "convolution", "name": "c", "output_channels": 2, "kernel": [3, 2], "stride": 2,
         "pad": [1, 0, 1, 0], "dilation": 1, "bias": false, "input": "input", "key": "k"},
        {"type": "batch_norm", "name": "n", "epsilon": 0.001}, {"type": "relu", "name": "r"},
        {"type": "prelu", "name": "p"}, {"type": "channel_pad", "name": "q", "output_channels": 3},
        {"type": "ternary_convolution", "name": "t", "output_channels": 3, "kernel": 1,
         "input_norm": "a", "output_norm": "b"},
        {"type": "add", "name": "s", "inputs": ["t", "q"]},
        {"type": "concat", "name": "j", "inputs": ["s", "t"]},
        {"type": "sttn_block", "name": "b", "output_channels": 8, "stride": 2},
        {"type": "max_pool", "name": "m", "kernel": 2, "stride": 1, "pad": 1},
        {"type": "average_pool", "name": "v", "kernel": 2},
        {"type": "linear", "name": "l", "outputs": 2}]}
      """;

  private Seeds() {}

  /** A file of the repository's test data. */
  static Path testdata(String name) {
    return Path.of(System.getProperty("setun.testdata"), name);
  }

  static List<byte[]> architectures() throws IOException {
    try (var builtIn = Architecture.class.getResourceAsStream("resnet18.json")) {
      return List.of(
          EVERY_LAYER.getBytes(UTF_8),
          Files.readAllBytes(testdata("fmnist/architecture.json")),
          builtIn.readAllBytes());
    }
  }

  static List<byte[]> conversions() throws IOException {
    return ConvertReads.seeds();
  }

  static List<byte[]> idx() throws IOException {
    byte[] images = {0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 2, 1, 2, 3, 4, 5, 6, 7, 8};
    byte[] labels = {0, 0, 8, 1, 0, 0, 0, 3, 9, 8, 7};
    byte[] lie = {0, 0, 8, 1, 0x7F, -1, -1, -1, 9, 8, 7};
    return List.of(
        images, labels, lie, gzip(images), gzip(labels), gzip(lie), gzip(new byte[1 << 20]));
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(packed)) {
      out.write(bytes);
    }
    return packed.toByteArray();
  }

  static List<byte[]> images() throws IOException {
    List<byte[]> images = new ArrayList<>();
    for (Path folder : List.of(testdata("images"), testdata("images/forms"))) {
      try (Stream<Path> files = Files.list(folder)) {
        for (Path file : files.sorted().toList()) {
          // What PIL makes of a form has the form's name and one more ending.
          if (file.getFileName().toString().matches("[^.]*\\.(png|jpg)")
              && Files.size(file) <= 6 << 10) {
            images.add(Files.readAllBytes(file));
          }
        }
      }
    }
    return images;
  }
}
