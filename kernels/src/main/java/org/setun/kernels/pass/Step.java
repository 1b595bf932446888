// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.pass;

/**
 * One pass of a session over its buffers. A step is cut into chunks that write disjoint memory and
 * may run on any thread in any order; all chunks of a step are done before the next step starts.
 */
public interface Step {
  /** Number of chunks, at least 1. */
  int chunks();

  /**
   * Runs one chunk.
   *
   * @param chunk which one
   * @param scratch memory of the calling thread
   */
  void run(int chunk, Scratch scratch);
}
