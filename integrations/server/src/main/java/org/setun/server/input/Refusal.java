// SPDX-License-Identifier: Apache-2.0
package org.setun.server.input;

import java.io.Serial;

/** A request that is not served, and why: an HTTP status and a sentence for the client. */
public final class Refusal extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  private final int status;
  private final String header;
  private final String headerValue;

  /**
   * Makes a refusal.
   *
   * @param status HTTP's status code
   * @param detail what is wrong, in one line
   */
  public Refusal(int status, String detail) {
    this(status, detail, null, null);
  }

  private Refusal(int status, String detail, String header, String headerValue) {
    // Thousands may be thrown in a second, and nobody asks where.
    super(detail, null, false, false);
    this.status = status;
    this.header = header;
    this.headerValue = headerValue;
  }

  /**
   * Adds a header to the answer.
   *
   * @param name its name
   * @param value its value
   * @return the refusal with this header
   */
  public Refusal with(String name, String value) {
    return new Refusal(status, getMessage(), name, value);
  }

  /** {@return HTTP's status code} */
  public int status() {
    return status;
  }

  /** {@return the name of a header of the answer, or null} */
  public String header() {
    return header;
  }

  /** {@return the value of that header, or null} */
  public String headerValue() {
    return headerValue;
  }
}
