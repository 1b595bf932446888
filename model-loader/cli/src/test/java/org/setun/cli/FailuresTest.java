// SPDX-License-Identifier: Apache-2.0
package org.setun.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.setun.cli.Cli.CHECKPOINT;
import static org.setun.cli.Cli.TESTDATA;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.setun.cli.Cli.Result;
import org.setun.loader.arch.BuiltInArchitectures;
import org.setun.loader.checkpoint.Safetensors;
import org.setun.loader.checkpoint.TensorData;

/** Errors are one line each, with the right exit code and without a stack trace. */
class FailuresTest {
  private static final Path IMAGES = TESTDATA.resolve("fashion-mnist/t10k-images-idx3-ubyte.gz");
  private static final Path LABELS = TESTDATA.resolve("fashion-mnist/t10k-labels-idx1-ubyte.gz");

  @TempDir Path folder;

  private static void assertFailure(String expected, Object... arguments) {
    Result result = Cli.run(arguments);
    assertEquals("setun: " + expected + "\n", result.err());
    assertEquals(1, result.exitCode());
  }

  private static void assertUsage(String expected, Object... arguments) {
    Result result = Cli.run(arguments);
    assertEquals(2, result.exitCode(), result.err());
    assertEquals("", result.out());
    assertTrue(result.err().startsWith("setun: " + expected), result.err());
    assertTrue(result.err().endsWith(" --help)\n"), result.err());
    assertEquals(1, result.err().lines().count(), result.err());
  }

  @Test
  void wrongCallsAreUsageErrors() {
    assertUsage("Unmatched argument at index 0: 'evall', did you mean eval", "evall");
    assertUsage("Unknown option: '--archh'", "info", "--archh");
    assertUsage("Missing required parameter: 'FILE'", "inspect");
    assertUsage("Missing required option: '--output=MODEL.setun'", "convert", CHECKPOINT);
    assertUsage("Missing required parameter: 'IMAGE'", "classify", CHECKPOINT);
    assertUsage("--top must be at least 1", "classify", CHECKPOINT, "x.png", "--top", "0");
    assertUsage("--threads must be at least 1", "demo", "--threads", "0");
    assertUsage(
        "Invalid value for option '--zeros'", "convert", CHECKPOINT, "-o", "x", "--zeros", "no");
  }

  @Test
  void withoutACommandTheUsageIsShown() {
    Result result = Cli.run();
    assertEquals(2, result.exitCode());
    assertEquals("", result.out());
    assertTrue(result.err().startsWith("Usage: setun "), result.err());
    assertTrue(result.err().contains("classify"), result.err());
  }

  @Test
  void filesThatAreMissingAreNamed() {
    Path none = folder.resolve("none");
    assertFailure(none + ": no such file", "inspect", none);
    assertFailure(none + ": no such file", "convert", none, "-o", folder.resolve("x"));
    assertFailure(none + ": no such file", "classify", CHECKPOINT, none);
    assertFailure(
        none + ": no such file", "eval", CHECKPOINT, "--images", none, "--labels", LABELS);
    assertFailure(
        none + ": no such file",
        "run",
        CHECKPOINT,
        "--input",
        none,
        "--output",
        folder.resolve("x"));
  }

  @Test
  void aCheckpointOfAnotherNetworkIsExplained() {
    Result result =
        Cli.run("convert", CHECKPOINT, "--arch", "resnet18", "-o", folder.resolve("x.setun"));
    assertEquals(1, result.exitCode());
    assertTrue(
        result
            .err()
            .startsWith(
                "setun: "
                    + CHECKPOINT
                    + ": its keys do not fit the architecture resnet18: 110 missing ("),
        result.err());
    assertEquals(1, result.err().lines().count());
    assertFalse(Files.exists(folder.resolve("x.setun")));
    assertFailure(
        "resnet19: neither a file nor a built-in architecture ("
            + String.join(", ", BuiltInArchitectures.names())
            + ")",
        "eval",
        CHECKPOINT,
        "--arch",
        "resnet19",
        "--images",
        IMAGES,
        "--labels",
        LABELS);
  }

  @Test
  void theCheckpointIsNotOverwritten() throws Exception {
    Path copy = Files.copy(CHECKPOINT, folder.resolve("copy.tar"));
    assertUsage("--output is the checkpoint itself", "convert", copy, "-o", copy);
    assertUsage("--output is the model itself", "export", copy, "-o", copy);
    assertEquals(-1, Files.mismatch(CHECKPOINT, copy));
  }

  @Test
  void namesFromFilesDoNotReachTheTerminalRaw() throws Exception {
    LinkedHashMap<String, TensorData> tensors = new LinkedHashMap<>();
    tensors.put("a\u001b[31mb\nc", TensorData.ofFloats(new float[] {1}, 1));
    Path file = folder.resolve("escape.safetensors");
    Safetensors.write(file, tensors);
    Result result = Cli.run("inspect", file);
    assertTrue(result.out().contains("a\\u001b[31mb\\u000ac  F32"), result.out());
    assertFalse(result.out().contains("\u001b"), result.out());
  }

  @Test
  void aDamagedModelIsNamed() throws Exception {
    Path model = folder.resolve("m.setun");
    Cli.run("convert", CHECKPOINT, "-o", model);
    byte[] bytes = Files.readAllBytes(model);
    bytes[bytes.length - 1] ^= 1;
    Files.write(model, bytes);
    Result result = Cli.run("inspect", model);
    assertEquals(1, result.exitCode());
    assertTrue(result.err().matches("setun: .*m.setun: section \\d+ has a wrong checksum\n"));
    Files.write(model, Arrays.copyOf(bytes, 1000));
    assertFailure(
        model + ": has 1000 of " + bytes.length + " bytes",
        "classify",
        model,
        TESTDATA.resolve("images/grey.png"));
  }

  @Test
  void dataThatDoNotFitTheModelAreNamed() throws Exception {
    Path input = folder.resolve("in.safetensors");
    LinkedHashMap<String, TensorData> tensors = new LinkedHashMap<>();
    tensors.put("input", TensorData.ofFloats(new float[4], 1, 1, 2, 2));
    Safetensors.write(input, tensors);
    Path output = folder.resolve("out.safetensors");
    assertFailure(
        input + ": tensor 'input': has the shape [1, 1, 2, 2], the model reads N x 1x32x32",
        "run",
        CHECKPOINT,
        "--input",
        input,
        "--output",
        output);
    assertFailure(
        LABELS + ": images must be (count, rows, columns), these are [10000]",
        "eval",
        CHECKPOINT,
        "--images",
        LABELS,
        "--labels",
        LABELS);
    assertFailure(
        IMAGES + ": labels of extents [10000, 28, 28] for 10000 images",
        "eval",
        CHECKPOINT,
        "--images",
        IMAGES,
        "--labels",
        IMAGES);
    Path text = Files.writeString(folder.resolve("text.png"), "no image");
    assertFailure(text + ": neither a PNG nor a JPEG image", "classify", CHECKPOINT, text);
  }

  @Test
  void theDemoNeedsItsData() {
    assertFailure(
        folder.resolve("fmnist/checkpoint.pth.tar")
            + ": no such file; say with --testdata where the project's is",
        "demo",
        "--testdata",
        folder);
  }

  @Test
  void verboseShowsWhereItComesFrom() {
    Path none = folder.resolve("none");
    Result result = Cli.run("inspect", "--verbose", none);
    assertTrue(result.err().startsWith("setun: " + none + ": no such file\n"), result.err());
    assertTrue(result.err().contains("\tat org.setun.loader"), result.err());
  }
}
