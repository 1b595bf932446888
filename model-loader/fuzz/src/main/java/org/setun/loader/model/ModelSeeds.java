// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.model;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.setun.loader.matrix.ScalePer;

/** Small models to begin with. */
public final class ModelSeeds {
  private ModelSeeds() {}

  private interface Writer<T> {
    void write(T content, Path file) throws IOException;
  }

  private static <T> byte[] bytes(T model, Writer<T> writer) throws IOException {
    Path file = Files.createTempFile("setun-seed", null);
    try {
      writer.write(model, file);
      return Files.readAllBytes(file);
    } finally {
      Files.delete(file);
    }
  }

  public static List<byte[]> setun() throws IOException {
    List<byte[]> seeds = new ArrayList<>();
    for (PackedModel model : List.of(TestModels.example(), TestModels.everyLayer())) {
      addFile(seeds, bytes(model, ModelWriter::write));
      seeds.add(ModelReads.toParts(model));
    }
    PackedMatrix matrix = TestModels.matrix(ScalePer.ROW);
    addFile(seeds, bytes(matrix, ModelWriter::write));
    seeds.add(ModelReads.toParts(matrix));
    return seeds;
  }

  private static void addFile(List<byte[]> seeds, byte[] file) {
    for (int kind : new int[] {ModelReads.RAW, ModelReads.SUMMED}) {
      ByteArrayOutputStream seed = new ByteArrayOutputStream();
      seed.write(kind);
      seed.writeBytes(file);
      seeds.add(seed.toByteArray());
    }
  }

  public static List<byte[]> export() throws IOException {
    return List.of(
        bytes(TestModels.example(), ModelExport::write),
        bytes(TestModels.everyLayer(), ModelExport::write));
  }
}
