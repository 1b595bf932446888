// SPDX-License-Identifier: Apache-2.0
package org.setun.server.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.setun.loader.Model;
import org.setun.server.TestOptions;
import org.setun.server.batch.Batcher;
import org.setun.server.batch.Job;
import org.setun.server.http.Metrics;
import org.setun.server.input.Refusal;
import org.setun.server.options.ServerOptions;

/** When a version that has been replaced ends. */
final class ModelsTest {
  private static Model model;

  private final ServerOptions options = new TestOptions().build();
  private final Models models = new Models();

  @BeforeAll
  static void load() throws Exception {
    model =
        Model.load(
            Path.of(System.getProperty("setun.testdata")).resolve("fmnist/checkpoint.pth.tar"));
  }

  @Test
  void oneThatIsUsedTakesJobsUntilTheUseEnds() throws Exception {
    Deployment old = deployment("1");
    models.deploy(old);
    Deployment first = models.require("a");
    Deployment second = models.require("a");
    models.deploy(deployment("2"));
    assertSame(old, first);
    assertEquals("2", models.require("a").version());
    assertTrue(takesJobs(old));
    first.close();
    assertTrue(takesJobs(old));
    second.close();
    assertFalse(takesJobs(old));
    assertFalse(old.use());
  }

  @Test
  void oneThatIsNotUsedEndsAtOnce() throws Exception {
    Deployment old = deployment("1");
    models.deploy(old);
    models.require("a").close();
    assertTrue(takesJobs(old));
    models.remove("a");
    assertFalse(takesJobs(old));
    assertEquals(404, assertThrows(Refusal.class, () -> models.require("a")).status());
    assertEquals(503, assertThrows(Refusal.class, models::requireOnly).status());
  }

  private Deployment deployment(String version) {
    Batcher batcher =
        new Batcher("a", model, () -> (inputs, outputs, batch) -> {}, options, new Metrics());
    return new Deployment("a", version, model, batcher, options);
  }

  private static boolean takesJobs(Deployment deployment) {
    return deployment
        .batcher()
        .offer(new Job<>(() -> null, (outputs, from) -> outputs, () -> false));
  }
}
