// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.plan;

import java.util.Set;
import org.setun.kernels.op.KernelSet;
import org.setun.kernels.pass.Scratch;

/**
 * Makes rows of an fp32 convolution, with the multiply-add and PReLU that follow it: immutable
 * parameters, shared by all sessions. Scratch floats from {@link #FIRST} on are its own.
 */
interface ConvolutionRows {
  /** The first index of the scratch's floats that {@link ConvolutionOperation} leaves free. */
  int FIRST = 2;

  /** The convolution's input. */
  ConvolutionInput input();

  /** Rows that are made together. */
  int together();

  /** Floats of a row, whole tiles of them. */
  int rowFloats();

  /** The same on other kernels, see {@link org.setun.kernels.pass.Operation#on}. */
  ConvolutionRows on(KernelSet kernels);

  /** The kernel, for people to read. */
  String kernel();

  /** Interfaces of {@code org.setun.kernels.op} that are called. */
  Set<Class<?>> uses();

  /** Bytes of packed parameters. */
  long parameterBytes();

  /** Adds what is needed of a thread's memory. */
  void scratch(Scratch.Need need);

  /**
   * Makes rows.
   *
   * @param y the first, a multiple of {@link #together}; those past the last of the map are of no
   *     meaning
   * @param in the input
   * @param rows receives them, {@link #rowFloats} apart
   * @param offset index of the first
   */
  void make(int y, float[] in, float[] rows, int offset, Scratch scratch);
}
