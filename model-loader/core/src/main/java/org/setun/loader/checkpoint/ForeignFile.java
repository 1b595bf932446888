// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.checkpoint;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.setun.loader.io.OnnxHead;

/** Names what a file is that is no checkpoint, and says what to do about it. */
final class ForeignFile {
  /** Bytes that a file is recognised by. */
  private static final int HEAD = 512;

  /** Where a tar has its mark. */
  private static final int TAR_MARK = 257;

  private static final String NOT = "not a checkpoint but ";
  private static final String UNPACK = "; unpack it first";
  private static final String AS_ONNX = "; convert it to ONNX, with tf2onnx";

  /**
   * A kind of file.
   *
   * @param offset where the mark stands
   * @param mark the bytes, one a character
   * @param what what the file is, and what to do
   */
  private record Kind(int offset, String mark, String what) {
    private boolean is(String head) {
      return head.startsWith(mark, offset);
    }
  }

  private static final List<Kind> KINDS =
      List.of(
          new Kind(
              0,
              "version https://git-lfs",
              "a Git LFS pointer in place of the file; get the file with git lfs pull"),
          new Kind(0, "\u0089HDF\r\n\u001a\n", "an HDF5 file, as of Keras" + AS_ONNX),
          new Kind(
              0,
              "GGUF",
              "a GGUF model, as of llama.cpp; convert --tensor takes a ternary matrix out of it"),
          new Kind(4, "TFL3", "a TensorFlow Lite model" + AS_ONNX),
          new Kind(0, "\u0093NUMPY", "a single NumPy array; write named ones with numpy.savez"),
          new Kind(0, "\u001f\u008b", "a file compressed with gzip" + UNPACK),
          new Kind(0, "BZh", "a file compressed with bzip2" + UNPACK),
          new Kind(0, "\u00fd7zXZ", "a file compressed with xz" + UNPACK),
          new Kind(0, "\u0028\u00b5\u002f\u00fd", "a file compressed with zstd" + UNPACK),
          new Kind(0, "7z\u00bc\u00af", "a 7z archive" + UNPACK),
          new Kind(0, "Rar!", "a RAR archive" + UNPACK),
          new Kind(TAR_MARK, "ustar", "a tar archive" + UNPACK),
          new Kind(0, "7767517\n", "the layers of an ncnn model; save the state_dict() instead"),
          new Kind(
              0,
              "\u0004\0\0\0\u0001\0\0\0",
              "a file of Torch7 (Lua); load it with torchfile and save a state_dict() with"
                  + " PyTorch"),
          new Kind(
              0,
              "\u0003\0\0\0\u0001\0\0\0",
              "a file of Torch7 (Lua); load it with torchfile and save a state_dict() with"
                  + " PyTorch"),
          new Kind(0, "\u0089SETUN\r\n", "a packed model of Setun, where a checkpoint is wanted"),
          new Kind(0, "\u0089PNG", "an image"),
          new Kind(0, "\u00ff\u00d8\u00ff", "an image"),
          new Kind(0, "%PDF", "a PDF document"));

  private ForeignFile() {}

  /** What a file is, as the end of a message. */
  static String describe(MemorySegment bytes) {
    byte[] start =
        bytes.asSlice(0, Math.min(HEAD, bytes.byteSize())).toArray(ValueLayout.JAVA_BYTE);
    String head = new String(start, StandardCharsets.ISO_8859_1);
    for (Kind kind : KINDS) {
      if (kind.is(head)) {
        return NOT + kind.what;
      }
    }
    String text = head.stripLeading().toLowerCase(Locale.ROOT);
    if (text.startsWith("\u00ef\u00bb\u00bf")) { // the mark that begins UTF-8
      text = text.substring(3).stripLeading();
    }
    if (text.startsWith("<!doctype html") || text.startsWith("<html")) {
      return NOT + "a web page in place of the file; download the file itself";
    }
    if (text.startsWith("<?xml") || text.startsWith("<error")) {
      return NOT
          + "XML in place of the file, as a failed download leaves; download the file itself";
    }
    if (OnnxHead.isOnnx(start)) {
      return NOT + "an ONNX model, where a checkpoint is wanted";
    }
    if (head.chars().allMatch(c -> c == 0)) {
      return NOT + "a file of zeros, as a download that broke off leaves; download it again";
    }
    return "not a checkpoint: neither torch nor safetensors nor npz";
  }

  /** What a zip is that has neither a torch pickle nor NumPy arrays, as the end of a message. */
  static String describe(ZipDirectory zip) {
    String other = "a zip, but without torch's data.pkl or NumPy's .npy entries";
    for (ZipDirectory.Entry entry : zip.entries()) {
      String name = entry.name();
      if (name.endsWith("archive_format")
          || name.endsWith("serialized_exported_program.json")
          || name.contains("models/") && name.endsWith(".json")) {
        return "a program of torch.export (pt2); save its state_dict() with torch.save";
      }
      if (name.endsWith(".weights.h5") || name.equals("keras_metadata.pb")) {
        return "a Keras model" + AS_ONNX;
      }
      if (name.endsWith(".mlmodel")) {
        return "a Core ML model; save the state_dict() that it was made from";
      }
      if (name.matches(".*\\.(pth?|ckpt|safetensors|npz|onnx|tar)")) {
        other = "a zip around " + CheckpointException.quote(name) + UNPACK;
      }
    }
    return other;
  }
}
