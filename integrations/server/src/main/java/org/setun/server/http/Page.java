// SPDX-License-Identifier: Apache-2.0
package org.setun.server.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** Files that are served as they are: the page on which an image can be dropped, the API. */
final class Page {
  /** The page loads nothing from elsewhere, runs no inline script, and cannot be framed. */
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:;"
          + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private Page() {}

  static Answer load(String name, String type) {
    try (InputStream in = Page.class.getResourceAsStream("/org/setun/server/" + name)) {
      return new Answer(
          200,
          type.startsWith("text/") ? type + "; charset=utf-8" : type,
          in.readAllBytes(),
          "Content-Security-Policy",
          POLICY);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // the jar that holds this class is damaged
    }
  }
}
