// SPDX-License-Identifier: Apache-2.0
package org.setun.spark;

import java.io.IOException;
import java.lang.ref.SoftReference;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.setun.loader.Model;

/**
 * A model as one JVM holds it: loaded once, shared by all tasks, with the workspaces they leave.
 */
final class WorkerModel {
  /**
   * All models of this JVM by SHA-256. Softly: a driver or executor may outlive the jobs of many
   * models, and one that no task uses goes before the JVM runs out of memory.
   */
  private static final Map<String, SoftReference<WorkerModel>> LOADED = new HashMap<>();

  private final Model model;

  /** Never more than tasks have run at a time, however many partitions there are. */
  private final Queue<Workspace> idle = new ConcurrentLinkedQueue<>();

  private final AtomicInteger workspaces = new AtomicInteger();

  private WorkerModel(Model model) {
    this.model = model;
  }

  /** The model, loaded by the first who asks; the others wait for it. */
  static WorkerModel get(ModelRef ref, ClassifyMetrics metrics) throws IOException {
    synchronized (LOADED) {
      SoftReference<WorkerModel> loaded = LOADED.get(ref.sha256());
      WorkerModel model = loaded == null ? null : loaded.get();
      if (model == null) {
        model = new WorkerModel(ref.load());
        LOADED.put(ref.sha256(), new SoftReference<>(model));
        metrics.modelsLoaded().add(1);
      }
      return model;
    }
  }

  Model model() {
    return model;
  }

  /** A workspace of the caller's own until it gives it back. */
  Workspace take() {
    Workspace workspace = idle.poll();
    if (workspace == null) {
      workspaces.incrementAndGet();
      workspace = Workspace.of(model.network());
    }
    return workspace;
  }

  void giveBack(Workspace workspace) {
    idle.add(workspace);
  }

  /** Workspaces that were ever made. */
  int workspaces() {
    return workspaces.get();
  }
}
