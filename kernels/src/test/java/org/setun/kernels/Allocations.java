// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels;

import static java.util.stream.Collectors.joining;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

/** Bytes that warm code allocates: none, and if there are any, the message says where. */
final class Allocations {
  /** As long as C2 may take to compile everything. */
  private static final Duration DEADLINE = Duration.ofSeconds(20);

  private static final int FRAMES = 8;

  private static final ThreadMXBean THREADS =
      ManagementFactory.getPlatformMXBean(ThreadMXBean.class);

  private Allocations() {}

  /** What is measured. */
  interface Work {
    void run() throws Exception;
  }

  /** Fails unless {@code runs} runs of {@code work} allocate nothing once it is compiled. */
  static void assertNone(int runs, Work work) throws Exception {
    long bytes = whenWarm(runs, work);
    if (bytes != 0) {
      throw new AssertionError(
          bytes + " bytes allocated in " + runs + " runs:\n" + places(runs, work));
    }
  }

  /** Bytes that {@code runs} runs of {@code work} allocate once it is compiled. */
  static long whenWarm(int runs, Work work) throws Exception {
    long end = System.nanoTime() + DEADLINE.toNanos();
    long bytes = once(runs, work);
    while (bytes != 0 && System.nanoTime() < end) {
      bytes = once(runs, work); // C2 is still compiling
    }
    return bytes;
  }

  private static long once(int runs, Work work) throws Exception {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < runs; i++) {
      work.run();
    }
    return THREADS.getCurrentThreadAllocatedBytes() - before;
  }

  /** The innermost frames of a sample of the allocations, the most frequent ones first. */
  private static String places(int runs, Work work) throws Exception {
    try (Recording recording = new Recording()) {
      recording.enable("jdk.ObjectAllocationSample").withStackTrace().with("throttle", "10000/s");
      recording.start();
      long end = System.nanoTime() + Duration.ofSeconds(2).toNanos();
      while (System.nanoTime() < end) {
        once(runs, work);
      }
      recording.stop();
      Path file = Files.createTempFile("allocations", ".jfr");
      try {
        recording.dump(file);
        return text(file);
      } finally {
        Files.delete(file);
      }
    }
  }

  private static String text(Path file) throws IOException {
    Map<String, Long> samples = new TreeMap<>();
    for (RecordedEvent event : RecordingFile.readAllEvents(file)) {
      if (event.getEventType().getName().equals("jdk.ObjectAllocationSample")
          && event.getStackTrace() != null) {
        samples.merge(frames(event), 1L, Long::sum);
      }
    }
    return samples.entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
        .limit(5)
        .map(place -> place.getValue() + " samples of " + place.getKey())
        .collect(joining("\n"));
  }

  private static String frames(RecordedEvent event) {
    return event.getStackTrace().getFrames().stream()
        .limit(FRAMES)
        .map(
            frame ->
                frame.getMethod().getType().getName()
                    + "."
                    + frame.getMethod().getName()
                    + ":"
                    + frame.getLineNumber()
                    + " ("
                    + frame.getType()
                    + ")")
        .collect(joining(" < ", event.getClass("objectClass").getName() + " at ", ""));
  }
}
