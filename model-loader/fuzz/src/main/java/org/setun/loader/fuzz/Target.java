// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.setun.loader.arch.ArchitectureReader;
import org.setun.loader.checkpoint.Checkpoint;
import org.setun.loader.checkpoint.CheckpointReads;
import org.setun.loader.checkpoint.CheckpointSeeds;
import org.setun.loader.convert.ConvertReads;
import org.setun.loader.data.IdxFile;
import org.setun.loader.image.ImageFile;
import org.setun.loader.model.ModelExport;
import org.setun.loader.model.ModelReads;
import org.setun.loader.model.ModelSeeds;
import org.setun.loader.onnx.OnnxConverter;
import org.setun.loader.onnx.OnnxSeeds;

/** What is fuzzed: a reader, how inputs become files for it, and what it may allocate. */
enum Target {
  /** Torch's zip, with its pickle. */
  TORCH_ZIP(Target::asTheyAre, CheckpointReads::everyTensor, CheckpointSeeds::torchZip, 64),
  /** Torch before 1.6: pickles one after the other. */
  TORCH_LEGACY(Target::asTheyAre, CheckpointReads::everyTensor, CheckpointSeeds::torchLegacy, 64),
  /** One safetensors file. */
  SAFETENSORS(Target::asTheyAre, CheckpointReads::everyTensor, CheckpointSeeds::safetensors, 64),
  /** The index of safetensors in several files; two sound ones lie beside it. */
  SAFETENSORS_INDEX(
      CheckpointReads::besideShards, CheckpointReads::everyTensor, CheckpointSeeds::index, 64),
  /** NumPy's archives. */
  NPZ(Target::asTheyAre, CheckpointReads::everyTensor, CheckpointSeeds::npz, 64),
  /** GGUF models: the tables, and every tensor that is ternary or plain numbers. */
  GGUF(Target::asTheyAre, CheckpointReads::everyGgufTensor, CheckpointSeeds::gguf, 64),
  /** Packed models and matrices: as they are, with checksums put right, or laid out from parts. */
  SETUN(ModelReads::laidOut, ModelReads::modelOrMatrix, ModelSeeds::setun, 64),
  /** Models exported as safetensors. */
  EXPORT(Target::asTheyAre, Target::exported, ModelSeeds::export, 64),
  /** Architecture files. */
  ARCHITECTURE(Target::asTheyAre, ArchitectureReader::read, Seeds::architectures, 256),
  /** An architecture and a checkpoint, to a packed model and back. */
  CONVERT(ConvertReads::besideArchitecture, ConvertReads::roundTrip, Seeds::conversions, 256),
  /** ONNX, to a network. */
  ONNX(Target::asTheyAre, Target::onnx, OnnxSeeds::onnx, 256),
  /** Data sets; gzip may inflate them up to 64 times. */
  IDX(Target::asTheyAre, IdxFile::read, Seeds::idx, 256),
  /** PNG and JPEG; decoded pixels take up to 12 bytes. */
  IMAGE(Target::asTheyAre, ImageFile::read, Seeds::images, 64 * 12, 26 << 20);

  /** Turns an input into the files that a reader is given. */
  interface Layout {
    /** Writes the file, and what must lie beside it. */
    void write(byte[] input, Path file) throws IOException;
  }

  /** Reads a file; what it makes of it is of no interest. */
  interface Reader {
    /** Reads all that the file holds. */
    void read(Path file) throws IOException;
  }

  /** Small files that read, and some that must not. */
  interface Corpus {
    /** The inputs to begin with. */
    List<byte[]> inputs() throws IOException;
  }

  /** The name that stands for all targets in one run, an input's first byte choosing among them. */
  static final String TOGETHER = "together";

  private final Layout layout;
  private final Reader reader;
  private final Corpus corpus;
  private final int bytesPerByte;
  private final long freeBytes;

  Target(Layout layout, Reader reader, Corpus corpus, int bytesPerByte) {
    this(layout, reader, corpus, bytesPerByte, 2 << 20);
  }

  Target(Layout layout, Reader reader, Corpus corpus, int bytesPerByte, long freeBytes) {
    this.layout = layout;
    this.reader = reader;
    this.corpus = corpus;
    this.bytesPerByte = bytesPerByte;
    this.freeBytes = freeBytes;
  }

  /** The name on the command line: {@code torch-zip}. */
  String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static Target of(String id) {
    return valueOf(id.toUpperCase(Locale.ROOT).replace('-', '_'));
  }

  void write(byte[] input, Path file) throws IOException {
    layout.write(input, file);
  }

  void read(Path file) throws IOException {
    reader.read(file);
  }

  List<byte[]> seeds() throws IOException {
    return corpus.inputs();
  }

  /** The seeds of all targets, each behind the byte that chooses its target. */
  static List<byte[]> allSeeds() throws IOException {
    List<byte[]> all = new ArrayList<>();
    for (Target target : values()) {
      for (byte[] seed : target.seeds()) {
        byte[] chosen = new byte[1 + seed.length];
        chosen[0] = (byte) target.ordinal();
        System.arraycopy(seed, 0, chosen, 1, seed.length);
        all.add(chosen);
      }
    }
    return all;
  }

  /** Heap that reading an input of a length may take in all, in bytes. */
  long allowed(int length) {
    return freeBytes + (long) bytesPerByte * length;
  }

  private static void asTheyAre(byte[] input, Path file) throws IOException {
    Files.write(file, input);
  }

  private static void onnx(Path file) throws IOException {
    OnnxConverter.convert(file, Optional.empty());
  }

  private static void exported(Path file) throws IOException {
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      if (ModelExport.isExport(checkpoint)) {
        ModelExport.read(checkpoint);
      }
    }
  }
}
