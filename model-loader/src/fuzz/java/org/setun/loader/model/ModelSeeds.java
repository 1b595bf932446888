package org.setun.loader.model;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Small models to begin with. */
public final class ModelSeeds {
  private ModelSeeds() {}

  private interface Writer {
    void write(PackedModel model, Path file) throws IOException;
  }

  private static byte[] bytes(PackedModel model, Writer writer) throws IOException {
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
      byte[] file = bytes(model, ModelWriter::write);
      for (int kind : new int[] {ModelReads.RAW, ModelReads.SUMMED}) {
        ByteArrayOutputStream seed = new ByteArrayOutputStream();
        seed.write(kind);
        seed.writeBytes(file);
        seeds.add(seed.toByteArray());
      }
      seeds.add(ModelReads.toParts(model));
    }
    return seeds;
  }

  public static List<byte[]> export() throws IOException {
    return List.of(
        bytes(TestModels.example(), ModelExport::write),
        bytes(TestModels.everyLayer(), ModelExport::write));
  }
}
