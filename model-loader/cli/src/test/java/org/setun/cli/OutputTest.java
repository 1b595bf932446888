// SPDX-License-Identifier: Apache-2.0
package org.setun.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.setun.cli.Cli.CHECKPOINT;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.setun.cli.Cli.Result;
import org.setun.loader.checkpoint.Safetensors;
import org.setun.loader.checkpoint.TensorData;

/** Where {@code --output} leads: links, pipes, devices, and the standard output. */
@EnabledOnOs(OS.LINUX)
class OutputTest {
  @TempDir Path folder;
  private Path input;

  @BeforeEach
  void writeInput() throws Exception {
    input = folder.resolve("in.safetensors");
    LinkedHashMap<String, TensorData> tensors = new LinkedHashMap<>();
    tensors.put("input", TensorData.ofFloats(new float[1024], 1, 1, 32, 32));
    Safetensors.write(input, tensors);
  }

  private List<Object> command(String name, Path output) {
    return switch (name) {
      case "convert" -> List.of("convert", CHECKPOINT, "-o", output);
      case "export" -> List.of("export", CHECKPOINT, "-o", output);
      case "run" -> List.of("run", CHECKPOINT, "--input", input, "--output", output);
      default -> throw new AssertionError(name);
    };
  }

  private Result run(String name, Path output) {
    return Cli.run(command(name, output).toArray());
  }

  @ParameterizedTest
  @ValueSource(strings = {"convert", "export", "run"})
  void linksPipesAndDevices(String command) throws Exception {
    Path plain = folder.resolve("plain");
    assertEquals(0, run(command, plain).exitCode());

    Path target = Files.writeString(folder.resolve("target"), "old");
    Path link = Files.createSymbolicLink(folder.resolve("link"), target);
    Result linked = run(command, link);
    assertEquals(0, linked.exitCode(), linked.err());
    assertTrue(Files.isSymbolicLink(link));
    assertEquals(-1, Files.mismatch(plain, target));
    assertTrue(linked.lastLine().contains(link.toString()), linked.out());

    Path pipe = folder.resolve("pipe");
    assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
    CompletableFuture<byte[]> reader = CompletableFuture.supplyAsync(() -> readAll(pipe));
    assertEquals(0, run(command, pipe).exitCode());
    assertEquals(
        List.of(), differences(Files.readAllBytes(plain), reader.get(60, TimeUnit.SECONDS)));

    Path full = Path.of("/dev/full");
    Result failed = run(command, full);
    assertEquals("setun: /dev/full: cannot be written: No space left on device\n", failed.err());
    assertEquals(1, failed.exitCode());
    Path missing = folder.resolve("none/x");
    assertEquals(
        "setun: "
            + missing
            + ": cannot be written: there is no folder "
            + missing.getParent()
            + "\n",
        run(command, missing).err());
  }

  private static byte[] readAll(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> differences(byte[] expected, byte[] actual) {
    int at = Arrays.mismatch(expected, actual);
    return at < 0 ? List.of() : List.of("at " + at);
  }

  @Test
  void whatIsReadIsNotWrittenOver() throws Exception {
    Result result = run("run", input);
    assertEquals(2, result.exitCode());
    assertTrue(result.err().startsWith("setun: --output is the input itself"), result.err());
    Path copy = Files.copy(CHECKPOINT, folder.resolve("copy.tar"));
    Path link = Files.createSymbolicLink(folder.resolve("link.tar"), copy);
    result = Cli.run("run", copy, "--input", input, "--output", link);
    assertEquals(2, result.exitCode());
    assertTrue(result.err().startsWith("setun: --output is the model itself"), result.err());
  }

  /** Runs the program in a JVM of its own, whose standard output leads to a file. */
  private String runWithOutputTo(Path file, int exitCode, Object... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--module-path", System.getProperty("jdk.module.path")));
    command.add("--module=org.setun.cli/" + Main.class.getName());
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    Process process = new ProcessBuilder(command).redirectOutput(file.toFile()).start();
    String messages = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(exitCode, process.waitFor(), messages);
    return messages;
  }

  @Test
  void theStandardOutputGetsTheFileAndNoMessages() throws Exception {
    Path plain = folder.resolve("plain");
    assertEquals(0, run("run", plain).exitCode());
    Path out = folder.resolve("out");
    String messages = runWithOutputTo(out, 0, command("run", Path.of("/dev/stdout")).toArray());
    assertEquals(-1, Files.mismatch(plain, out));
    assertTrue(messages.contains("ran 1 inputs of 1x32x32, wrote /dev/stdout\n"), messages);
  }

  @Test
  void aStandardOutputThatIsFullIsAFailure() throws Exception {
    String messages = runWithOutputTo(Path.of("/dev/full"), 1, "inspect", CHECKPOINT);
    assertTrue(messages.endsWith("setun: the standard output cannot be written\n"), messages);
  }
}
