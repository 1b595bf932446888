// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.checkpoint;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.setun.loader.checkpoint.CheckpointException.Kind;
import org.setun.loader.checkpoint.PickledTensor.StorageRef;

/**
 * The files that {@code torch.save} writes since torch 1.6: a zip with one folder that holds {@code
 * data.pkl}, a storage {@code data/KEY} for every persistent id in it, and {@code byteorder}.
 *
 * @see <a href="https://docs.pytorch.org/docs/stable/notes/serialization.html">Serialization
 *     semantics</a>
 */
final class TorchZip {
  private static final String PICKLE = "data.pkl";

  private final MappedFile file;
  private final ZipDirectory zip;

  /** The folder with its slash: the file's first name less its extension, whatever it is now. */
  private final String folder;

  private TorchZip(MappedFile file, ZipDirectory zip, String folder) {
    this.file = file;
    this.zip = zip;
    this.folder = folder;
  }

  /** Whether the zip is one of torch's. */
  static boolean mayBe(ZipDirectory zip) {
    return !pickles(zip).isEmpty();
  }

  private static List<String> pickles(ZipDirectory zip) {
    return zip.entries().stream()
        .map(ZipDirectory.Entry::name)
        .filter(name -> name.equals(PICKLE) || name.endsWith("/" + PICKLE))
        .toList();
  }

  static Checkpoint.Contents read(MappedFile file, ZipDirectory zip, String state)
      throws CheckpointException {
    List<String> pickles = pickles(zip);
    if (pickles.size() > 1) {
      throw file.error(Kind.MALFORMED, "has " + pickles.size() + " entries that end in data.pkl");
    }
    String pickle = pickles.getFirst();
    String folder = pickle.substring(0, pickle.length() - PICKLE.length());
    return new TorchZip(file, zip, folder).read(zip.find(pickle), state);
  }

  private Checkpoint.Contents read(ZipDirectory.Entry pickle, String state)
      throws CheckpointException {
    if (zip.find(folder + "constants.pkl") != null) {
      throw file.error(
          Kind.UNSUPPORTED, "a TorchScript program; save its state_dict() with torch.save");
    }
    SegmentInputStream stream = new SegmentInputStream(file, zip.contents(pickle, null));
    Object root = PickleMachine.load(file, stream, reference -> {});
    return new TorchDictionary(file, byteOrder(), this::storage).read("torch zip", root, state);
  }

  private ByteOrder byteOrder() throws CheckpointException {
    ZipDirectory.Entry entry = zip.find(folder + "byteorder");
    if (entry == null) {
      return ByteOrder.LITTLE_ENDIAN; // torch before 2.1
    }
    MemorySegment bytes = zip.contents(entry, null);
    // Both words have 6 characters at most; an entry of any length must not become a string.
    String text =
        new String(
            bytes.asSlice(0, Math.min(bytes.byteSize(), 8)).toArray(ValueLayout.JAVA_BYTE),
            StandardCharsets.UTF_8);
    return switch (text) {
      case "little" -> ByteOrder.LITTLE_ENDIAN;
      case "big" -> ByteOrder.BIG_ENDIAN;
      default ->
          throw file.error(Kind.MALFORMED, "has the byte order " + CheckpointException.quote(text));
    };
  }

  private MemorySegment storage(String tensor, StorageRef reference) throws CheckpointException {
    ZipDirectory.Entry entry = zip.find(folder + "data/" + reference.key());
    if (entry == null) {
      throw file.error(
          Kind.MALFORMED,
          tensor,
          "its storage " + CheckpointException.quote(reference.key()) + " is not in the zip");
    }
    MemorySegment bytes = zip.contents(entry, tensor);
    long expected = reference.size() * reference.type().byteSize();
    if (bytes.byteSize() != expected) {
      throw file.error(
          Kind.BAD_TENSOR,
          tensor,
          "its storage has " + bytes.byteSize() + " bytes, the pickle says " + expected);
    }
    return bytes;
  }
}
