// SPDX-License-Identifier: Apache-2.0
package org.setun.server.input;

/** The inputs of one request, decoded. */
public interface Inputs {
  /** {@return how many there are, at least 1} */
  int count();

  /** {@return whether they came as several, be it one} */
  boolean several();

  /**
   * Hands one over.
   *
   * @param index which
   * @param target receives its values, NCHW
   * @param offset where in {@code target} they begin
   * @throws Refusal if it does not suit the network
   */
  void copyTo(int index, float[] target, int offset) throws Refusal;
}
