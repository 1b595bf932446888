// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.checkpoint;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.setun.loader.checkpoint.TestFiles.assertRefused;
import static org.setun.loader.checkpoint.TestFiles.testdata;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.setun.loader.checkpoint.CheckpointException.Kind;

/** Files that people take for checkpoints. */
class ForeignFileTest {
  @TempDir Path folder;

  private void assertNamed(String what, byte[] content) throws Exception {
    CheckpointException e =
        assertRefused(Kind.NOT_A_CHECKPOINT, Files.write(folder.resolve("file"), content));
    assertTrue(e.getMessage().contains(what), e.getMessage());
  }

  /** Escapes as in Java, with ~ for a zero byte. */
  @ParameterizedTest
  @CsvSource({
    "git lfs pull, 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 3\n'",
    "a web page, '\n <!DOCTYPE HTML><title>Sign in</title>'",
    "a web page, '\u00ef\u00bb\u00bf<html>'",
    "XML, '<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code></Error>'",
    "HDF5, '\u0089HDF\r\n\u001a\n~~~~'",
    "GGUF, 'GGUF\u0003~~~'",
    "TensorFlow Lite, '\u001c~~~TFL3'",
    "Torch7, '\u0004~~~\u0001~~~\u0003~~~'",
    "gzip, '\u001f\u008b\u0008'",
    "zstd, '\u0028\u00b5\u002f\u00fd'",
    "numpy.savez, '\u0093NUMPY\u0001~v~'",
    "an ONNX model, '\u0008\u0008\u0012\u0007pytorch'",
    "zeros, '~~~~~~~~~~~~'",
    "without arrays, '\u0080\u0002}q~X\u0003~~~abcq\u0001K\u0003s.'",
    "neither torch nor, 'hello'",
  })
  void areNamedWithWhatToDo(String what, String content) throws Exception {
    assertNamed(what, content.replace('~', '\0').getBytes(StandardCharsets.ISO_8859_1));
  }

  @Test
  void tarsAreNamed() throws Exception {
    byte[] tar = new byte[1024];
    System.arraycopy("ustar".getBytes(StandardCharsets.US_ASCII), 0, tar, 257, 5);
    assertNamed("a tar archive", tar);
  }

  @ParameterizedTest
  @CsvSource({
    "m/archive_format, torch.export",
    "model.weights.h5, Keras",
    "folder/model.pth, a zip around 'folder/model.pth'",
    "word/document.xml, without torch's data.pkl",
  })
  void otherZipsAreNamed(String entry, String what) throws Exception {
    ZipWriter zip = new ZipWriter();
    zip.add(entry, new byte[3]);
    assertNamed(what, zip.finish());
  }

  @Test
  void whatACutDownloadLeavesIsNamed() throws Exception {
    CheckpointException e =
        assertRefused(
            Kind.TRUNCATED,
            Files.writeString(folder.resolve("cut"), "PK\3\4", StandardCharsets.ISO_8859_1));
    assertTrue(e.getMessage().contains("again"), e.getMessage());
    assertTrue(
        assertRefused(Kind.NOT_A_CHECKPOINT, testdata("torch-files/z-lfs.pth"))
            .getMessage()
            .contains("Git LFS"));
    assertTrue(
        assertRefused(Kind.NOT_A_CHECKPOINT, testdata("torch-files/z-html.pth"))
            .getMessage()
            .contains("web page"));
  }
}
