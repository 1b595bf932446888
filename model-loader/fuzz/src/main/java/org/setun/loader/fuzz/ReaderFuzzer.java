// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.fuzz;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import org.setun.loader.arch.ArchitectureException;
import org.setun.loader.checkpoint.CheckpointException;
import org.setun.loader.convert.ConversionException;
import org.setun.loader.data.IdxException;
import org.setun.loader.image.ImageException;
import org.setun.loader.model.ModelFormatException;

/**
 * The property that Jazzer tries to break: a reader reads a file or throws one of the documented
 * exceptions with a message fit for a person, and allocates little.
 */
public final class ReaderFuzzer {
  /** System property that names the target. */
  static final String TARGET = "setun.fuzz.target";

  /** Longest message, in characters. */
  private static final int LONGEST_MESSAGE = (1 << 16) + 8;

  private static final Set<Class<?>> DOCUMENTED =
      Set.of(
          ArchitectureException.class,
          CheckpointException.class,
          ConversionException.class,
          IdxException.class,
          ImageException.class,
          ModelFormatException.class);

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private static Target only;
  private static Path file;

  private ReaderFuzzer() {}

  /** Called by Jazzer once. */
  public static void fuzzerInitialize() throws IOException {
    String id = System.getProperty(TARGET);
    only = id.equals(Target.TOGETHER) ? null : Target.of(id);
    file = Files.createTempDirectory("setun-fuzz").resolve("input");
  }

  /** Called by Jazzer for every input; of all targets together, the first byte says which. */
  public static void fuzzerTestOneInput(byte[] input) throws IOException {
    if (only != null) {
      test(only, input);
    } else if (input.length > 0) {
      Target[] targets = Target.values();
      Target target = targets[Byte.toUnsignedInt(input[0]) % targets.length];
      test(target, Arrays.copyOfRange(input, 1, input.length));
    }
  }

  private static void test(Target target, byte[] input) throws IOException {
    target.write(input, file);
    long allowed = target.allowed(input.length);
    // The second time, nothing is allocated any more for classes that are loaded and instrumented.
    if (allocatedWhileReading(target) > allowed && allocatedWhileReading(target) > allowed) {
      throw new AssertionError("more than " + allowed + " bytes allocated for " + input.length);
    }
  }

  private static long allocatedWhileReading(Target target) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    try {
      target.read(file);
    } catch (IOException e) {
      check(e);
    }
    return THREADS.getCurrentThreadAllocatedBytes() - before;
  }

  private static void check(IOException e) {
    String message = e.getMessage();
    if (!DOCUMENTED.contains(e.getClass())) {
      throw new AssertionError("an exception that is not documented", e);
    }
    // A shard is named instead of its index.
    if (!message.startsWith(file.getParent().toString())) {
      throw new AssertionError("a message that does not begin with the file: " + message, e);
    }
    if (message.length() > LONGEST_MESSAGE || message.chars().anyMatch(Character::isISOControl)) {
      throw new AssertionError("a message that is not one readable line: " + message, e);
    }
  }
}
