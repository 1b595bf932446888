// SPDX-License-Identifier: Apache-2.0
package org.setun.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.InputStream;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.setun.server.TestOptions;
import org.setun.server.models.Models;

/** The paths of {@code openapi.json} are those that are answered, but for the page. */
final class DescribedRoutesTest {
  private static final Set<String> PAGE = Set.of("/", "/page.css", "/page.js");

  @Test
  void everyRouteIsDescribedAndNoOther() throws Exception {
    Set<String> answered =
        new TreeSet<>(
            HttpService.routes(new Models(), () -> true, null, new TestOptions().build()).paths());
    answered.removeAll(PAGE);
    try (InputStream in = Routes.class.getResourceAsStream("/org/setun/server/api/openapi.json")) {
      Set<String> described =
          new ObjectMapper()
              .readTree(in).get("paths").properties().stream()
                  .map(path -> path.getKey())
                  .collect(Collectors.toCollection(TreeSet::new));
      assertEquals(described, answered);
    }
  }
}
