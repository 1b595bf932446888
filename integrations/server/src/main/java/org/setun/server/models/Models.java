// SPDX-License-Identifier: Apache-2.0
package org.setun.server.models;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.setun.server.input.Refusal;

/** The models that are served now, by their names. Thread-safe. */
public final class Models implements AutoCloseable {
  private final Map<String, Deployment> current = new ConcurrentSkipListMap<>();

  /** Serves nothing yet. */
  public Models() {}

  /**
   * Finds a model, for one use.
   *
   * @param name its name
   * @return the version that is served now, which the caller closes
   * @throws Refusal if there is none
   */
  public Deployment require(String name) throws Refusal {
    while (true) {
      Deployment found = current.get(name);
      if (found == null) {
        throw new Refusal(404, "there is no model " + name + "; there are " + current.keySet());
      }
      // One that has been replaced since it was found may have ended.
      if (found.use()) {
        return found;
      }
    }
  }

  /**
   * Finds the model that a request need not name.
   *
   * @return the only one, for one use; the caller closes it
   * @throws Refusal if there is none, or several
   */
  public Deployment requireOnly() throws Refusal {
    while (true) {
      Collection<Deployment> all = all();
      if (all.isEmpty()) {
        throw new Refusal(503, "no model is served").with("Retry-After", "1");
      }
      if (all.size() > 1) {
        throw new Refusal(400, "model must name one of " + current.keySet());
      }
      for (Deployment found : all) {
        if (found.use()) {
          return found;
        }
      }
    }
  }

  /** {@return what is served now, in the order of names} */
  public Collection<Deployment> all() {
    return List.copyOf(current.values());
  }

  /**
   * Serves a version in place of the one of the same name. Requests that use the old one end on it.
   *
   * @param deployment the new version
   */
  public void deploy(Deployment deployment) {
    Deployment old = current.put(deployment.name(), deployment);
    if (old != null) {
      old.retire();
    }
  }

  /**
   * Serves a model no longer. Requests that use it end on it.
   *
   * @param name its name
   */
  public void remove(String name) {
    Deployment old = current.remove(name);
    if (old != null) {
      old.retire();
    }
  }

  /** {@return the version that is served under a name, or null} */
  Deployment get(String name) {
    return current.get(name);
  }

  /** {@return whether there is a model, and all have warmed up} */
  public boolean areWarm() {
    Collection<Deployment> all = all();
    return !all.isEmpty() && all.stream().allMatch(each -> each.batcher().isWarm());
  }

  /** {@return requests that wait for a thread} */
  public int queued() {
    return all().stream().mapToInt(each -> each.batcher().queued()).sum();
  }

  /** From now on no batch waits for others to join it. */
  public void hurry() {
    all().forEach(each -> each.batcher().hurry());
  }

  /** Ends all threads when they have run what was accepted, and waits for that. */
  @Override
  public void close() {
    all().forEach(each -> each.batcher().close());
  }
}
