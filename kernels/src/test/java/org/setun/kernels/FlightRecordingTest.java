// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Events of Java Flight Recorder. That runs without a recording cost nothing: see allocations. */
class FlightRecordingTest {
  private static final String RUN = "org.setun.Run";
  private static final String LAYER = "org.setun.Layer";
  private static final NetworkGraph GRAPH = TestNetwork.graph();
  private static final Network NETWORK = Network.compile(GRAPH, Kernels.best(), "test network");

  @TempDir Path folder;

  /** Events of the names, recorded while {@code work} runs, in the order of their ends. */
  private List<RecordedEvent> record(List<String> enabled, Runnable work) throws Exception {
    Path file = folder.resolve("recording.jfr");
    try (Recording recording = new Recording()) {
      enabled.forEach(name -> recording.enable(name).withoutThreshold());
      recording.start();
      work.run();
      recording.stop();
      recording.dump(file);
    }
    List<RecordedEvent> events = new ArrayList<>();
    for (RecordedEvent event : RecordingFile.readAllEvents(file)) {
      if (event.getEventType().getName().startsWith("org.setun.")) {
        events.add(event);
      }
    }
    events.sort((a, b) -> a.getEndTime().compareTo(b.getEndTime()));
    return events;
  }

  private static List<RecordedEvent> of(List<RecordedEvent> events, String name) {
    return events.stream().filter(event -> event.getEventType().getName().equals(name)).toList();
  }

  @Test
  void everyRunAndEveryPass() throws Exception {
    float[] images = new float[2 * GRAPH.inputShape().size()];
    float[] outputs = new float[2 * GRAPH.outputShape().size()];
    List<RecordedEvent> events;
    try (ExecutorService executor = Executors.newSingleThreadExecutor()) {
      Session session = NETWORK.session(2, executor);
      events =
          record(
              List.of(RUN, LAYER),
              () -> {
                session.run(images, outputs, 2);
                session.run(MemorySegment.ofArray(images), MemorySegment.ofArray(outputs), 1);
              });
    }
    List<RecordedEvent> runs = of(events, RUN);
    assertEquals(List.of(2, 1), runs.stream().map(run -> run.getInt("batch")).toList());
    for (RecordedEvent run : runs) {
      assertEquals("test network", run.getString("network"));
      assertEquals(2, run.getInt("threads"));
      assertEquals(NETWORK.kernels().implementation(), run.getString("implementation"));
    }

    List<StepInfo> steps = NETWORK.steps();
    List<RecordedEvent> layers = of(events, LAYER);
    assertEquals(3 * steps.size(), layers.size());
    for (int i = 0; i < layers.size(); i++) {
      RecordedEvent layer = layers.get(i);
      StepInfo step = steps.get(i % steps.size());
      int image = i / steps.size();
      assertEquals("test network", layer.getString("network"));
      assertEquals(image % 2, layer.getInt("image"));
      assertEquals(step.name(), layer.getString("name"));
      assertEquals(String.join(", ", step.layers()), layer.getString("layers"));
      assertEquals(step.kind(), layer.getString("kind"));
      assertEquals(step.kernel(), layer.getString("kernel"));
      assertEquals(step.macs(), layer.getLong("macs"));
      RecordedEvent run = runs.get(image / 2);
      assertTrue(!layer.getStartTime().isBefore(run.getStartTime()), "a pass before its run");
      assertTrue(!layer.getEndTime().isAfter(run.getEndTime()), "a pass after its run");
    }
  }

  @Test
  void passesHaveTheKindOfTheirFirstLayer() {
    assertEquals(
        List.of(
            "Convolution",
            "TernaryConvolution",
            "AsymmetricTernaryConvolution",
            "TernaryWeightConvolution"),
        NETWORK.steps().stream()
            .map(StepInfo::kind)
            .filter(kind -> kind.endsWith("Convolution"))
            .toList());
    for (StepInfo step : NETWORK.steps()) {
      assertEquals(step.layers().isEmpty(), step.kind().equals(StepInfo.PREPARATION));
    }
  }

  @Test
  void aRecordingThatDoesNotAskGetsNothing() throws Exception {
    float[] image = new float[GRAPH.inputShape().size()];
    Session session = NETWORK.session();
    assertEquals(List.of(), record(List.of("jdk.CPULoad"), () -> session.run(image)));
    assertEquals(1, record(List.of(RUN), () -> session.run(image)).size());
  }
}
