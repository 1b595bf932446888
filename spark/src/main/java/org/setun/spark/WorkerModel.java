package org.setun.spark;

import java.io.IOException;
import java.lang.ref.SoftReference;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.setun.kernels.Session;
import org.setun.loader.Model;

/** A model as one JVM holds it: loaded once, shared by all tasks, with the sessions they leave. */
final class WorkerModel {
  /**
   * All models of this JVM by SHA-256. Softly: a driver or executor may outlive the jobs of many
   * models, and one that no task uses goes before the JVM runs out of memory.
   */
  private static final Map<String, SoftReference<WorkerModel>> LOADED = new HashMap<>();

  private final Model model;

  /** Idle sessions: never more than tasks have run at a time, however many partitions there are. */
  private final Queue<Session> idle = new ConcurrentLinkedQueue<>();

  private final AtomicInteger sessions = new AtomicInteger();

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

  Session takeSession() {
    Session session = idle.poll();
    if (session == null) {
      sessions.incrementAndGet();
      session = model.network().session();
    }
    return session;
  }

  void giveBack(Session session) {
    idle.add(session);
  }

  /** Sessions that were ever made. */
  int sessions() {
    return sessions.get();
  }
}
