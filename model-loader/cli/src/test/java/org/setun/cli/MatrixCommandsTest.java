// SPDX-License-Identifier: Apache-2.0
package org.setun.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.setun.cli.Cli.Result;
import org.setun.kernels.TernaryMatrix;
import org.setun.loader.matrix.ScalePer;
import org.setun.loader.matrix.ScaledMatrix;
import org.setun.loader.matrix.TernaryBlocks;
import org.setun.loader.model.ModelFile;
import org.setun.loader.testing.GgufWriter;

/** Commands that look into GGUF models and take matrices out of them. */
class MatrixCommandsTest {
  private static final String Q = "blk.0.attn_q.weight";

  @TempDir Path folder;
  private Path gguf;
  private Path out;
  private ScaledMatrix matrix;

  @BeforeEach
  void writeModel() throws Exception {
    byte[] trits = new byte[512];
    for (int i = 0; i < trits.length; i++) {
      trits[i] = (byte) (i % 4 == 3 ? 1 : i % 4 - 1);
    }
    matrix = ScaledMatrix.of(TernaryMatrix.ofTrits(trits, 2, 256), ScalePer.BLOCK, 0.5f, 2);
    gguf = folder.resolve("model.gguf");
    out = folder.resolve("out.setun");
    Files.write(
        gguf,
        new GgufWriter()
            .entry("general.architecture", "bitnet")
            .entry("general.name", "Small\u001b one")
            .tensor(Q, 34, TernaryBlocks.TQ1_0.encode(matrix), 256, 2)
            .tensor("norm", 0, new byte[12], 3)
            .tensorAt("own", 36, 128, 7)
            .toBytes());
  }

  @Test
  void inspectListsTheTensorsOfAGguf() {
    Result result = Cli.run("inspect", gguf);
    assertEquals("", result.err());
    assertEquals(0, result.exitCode());
    assertEquals(
        List.of(
            "architecture  bitnet",
            "name          Small\\u001b one",
            "alignment     32",
            "metadata      2 entries",
            "tensor               type     shape    bytes  bits a weight",
            "blk.0.attn_q.weight  TQ1_0    2x256      108           1.69",
            "norm                 F32      3           12          32.00",
            "own                  type 36  7      unknown        unknown",
            "3 tensors, 120 bytes: 1 F32, 1 TQ1_0, 1 type 36",
            "nothing looks wrong"),
        result.out().lines().skip(1).toList());
    assertTrue(result.out().startsWith("GGUF model    " + gguf + ", version 3, "), result.out());
  }

  @Test
  void convertTakesAMatrixThatInspectShows() throws Exception {
    Result converted = Cli.run("convert", "--tensor", Q, gguf, "-o", out);
    assertEquals("", converted.err());
    assertEquals(0, converted.exitCode());
    assertEquals(matrix, ModelFile.readMatrix(out).matrix());
    assertArrayEquals(matrix.toFloats(), ModelFile.readMatrix(out).matrix().toFloats());
    List<String> lines = converted.out().lines().toList();
    assertEquals(
        List.of(
            "matrix        blk.0.attn_q.weight, from TQ1_0",
            "shape         2x256",
            "zeros         25.0 %",
            "scales        one per row and block of 256 columns, 0.5 to 2.0"),
        lines.subList(0, 4));
    assertTrue(lines.getLast().endsWith(" becomes " + Files.size(out) + " bytes (" + out + ")"));

    Result inspected = Cli.run("inspect", "--check", out);
    assertEquals(0, inspected.exitCode(), inspected.err());
    assertTrue(
        inspected.out().contains("packed matrix " + out + ", " + Files.size(out) + " bytes"),
        inspected.out());
    assertTrue(inspected.out().contains("made from     model.gguf, "), inspected.out());
    assertTrue(inspected.out().contains("sections      4 at multiples"), inspected.out());
    assertTrue(inspected.out().contains("zeros         25.0 %"), inspected.out());
    assertEquals("nothing looks wrong", inspected.lastLine());
  }

  /** What runs or rewrites a network says what the file is, in one line. */
  @ParameterizedTest
  @ValueSource(strings = {"bench", "verify", "export", "classify", "convert"})
  void aMatrixIsNoNetwork(String command) {
    assertEquals(0, Cli.run("convert", "--tensor", Q, gguf, "-o", out).exitCode());
    Result result =
        switch (command) {
          case "verify" -> Cli.run(command, out, Cli.CHECKPOINT);
          case "export", "convert" -> Cli.run(command, out, "-o", folder.resolve("other"));
          case "classify" -> Cli.run(command, out, Cli.TESTDATA.resolve("images/grey.png"));
          default -> Cli.run(command, out);
        };
    assertEquals(1, result.exitCode());
    assertEquals(1, result.err().lines().count());
    String expected =
        command.equals("convert")
            ? ": not a checkpoint but a packed model of Setun, where a checkpoint is wanted"
            : ": holds the matrix '" + Q + "', where a network is wanted; setun inspect shows it";
    assertEquals("setun: " + out + expected, result.err().strip());
  }

  @Test
  void whatCannotBeConvertedIsOneLine() {
    assertFailure(
        gguf
            + ": tensor 'blk.0.attn_k.weight': not among the 3 tensors; they are"
            + " 'blk.0.attn_q.weight', 'norm', 'own'",
        "blk.0.attn_k.weight");
    assertFailure(
        gguf + ": tensor 'norm': holds F32, which is not ternary; TQ1_0 and TQ2_0 are read",
        "norm");
    assertFailure(
        Cli.CHECKPOINT
            + ": tensor 'fc.weight': is F32[10, 128]; BitNet's packed weights are U8 with two"
            + " extents",
        "fc.weight",
        Cli.CHECKPOINT);
    Result untaken = Cli.run("convert", gguf, "-o", out);
    assertEquals(
        "setun: "
            + gguf
            + ": not a checkpoint but a GGUF model, as of llama.cpp; convert --tensor takes a"
            + " ternary matrix out of it\n",
        untaken.err());
  }

  private void assertFailure(String message, String tensor) {
    assertFailure(message, tensor, gguf);
  }

  private void assertFailure(String message, String tensor, Path file) {
    Result result = Cli.run("convert", "--tensor", tensor, file, "-o", out);
    assertEquals(1, result.exitCode());
    assertEquals("setun: " + message + "\n", result.err());
    assertTrue(Files.notExists(out));
  }

  @Test
  void optionsThatDoNotGoTogetherAreRefused() {
    Result arch = Cli.run("convert", "--tensor", Q, "--arch", "resnet18", gguf, "-o", out);
    assertEquals(2, arch.exitCode());
    assertTrue(
        arch.err().startsWith("setun: --arch is for networks, --tensor converts one matrix"),
        arch.err());
    Result scale = Cli.run("convert", Cli.CHECKPOINT, "--weight-scale", "divide", "-o", out);
    assertEquals(2, scale.exitCode());
    assertTrue(scale.err().startsWith("setun: --weight-scale goes with --tensor"), scale.err());
    assertEquals(1, Cli.run("convert", "--tensor", Q, "--state", "x", gguf, "-o", out).exitCode());
  }
}
