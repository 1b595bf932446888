// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.events;

import java.util.List;
import jdk.jfr.FlightRecorder;
import org.setun.kernels.StepInfo;
import org.setun.kernels.plan.Runner;

/**
 * Tells Java Flight Recorder of the runs of a session and of their passes. As long as no recording
 * has asked for these events, a run makes no event object and reads no clock.
 */
public final class RunRecorder {
  /**
   * Never committed: only asked whether a recording wants their like. In a class of their own
   * because the first event of a JVM starts much of the recorder, which took 100 ms of a server's
   * first run although nobody recorded.
   */
  private static final class Wanted {
    static final RunEvent RUN = new RunEvent();
    static final LayerEvent LAYER = new LayerEvent();
  }

  private final String network;
  private final String implementation;
  private final List<StepInfo> steps;
  private final int threads;

  /**
   * For one session.
   *
   * @param network name of the network
   * @param implementation what it runs on
   * @param steps the passes in order
   * @param threads threads of the session
   */
  public RunRecorder(String network, String implementation, List<StepInfo> steps, int threads) {
    this.network = network;
    this.implementation = implementation;
    this.steps = steps;
    this.threads = threads;
  }

  /** Begins a run; {@code null} if nobody wants to know. */
  public RunEvent begin() {
    if (!FlightRecorder.isInitialized() || !Wanted.RUN.isEnabled()) {
      return null;
    }
    RunEvent event = new RunEvent();
    event.begin();
    return event;
  }

  /** Ends a run that {@link #begin} began. */
  public void end(RunEvent event, int batch) {
    if (event == null) {
      return;
    }
    event.end();
    if (event.shouldCommit()) {
      event.network = network;
      event.batch = batch;
      event.threads = threads;
      event.implementation = implementation;
      event.commit();
    }
  }

  /**
   * What follows the passes over an image that is about to run; {@code null} if nobody wants to.
   */
  public Runner.Listener passes(int image) {
    return FlightRecorder.isInitialized() && Wanted.LAYER.isEnabled() ? new Passes(image) : null;
  }

  /** Makes the end of each pass the beginning of the next. */
  private final class Passes implements Runner.Listener {
    private final int image;
    private LayerEvent event;

    Passes(int image) {
      this.image = image;
      start();
    }

    private void start() {
      event = new LayerEvent();
      event.begin();
    }

    @Override
    public void after(int index) {
      event.end();
      if (event.shouldCommit()) {
        StepInfo step = steps.get(index);
        event.network = network;
        event.image = image;
        event.name = step.name();
        event.layers = String.join(", ", step.layers());
        event.kind = step.kind();
        event.kernel = step.kernel();
        event.macs = step.macs();
        event.commit();
      }
      start();
    }
  }
}
