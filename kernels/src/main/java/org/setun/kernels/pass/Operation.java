// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.pass;

import java.util.List;
import java.util.Set;
import org.setun.kernels.op.KernelSet;

/** A step of a plan before it has memory: immutable parameters, shared by all sessions. */
public interface Operation {
  /** The value that the operation leaves behind, or {@code null} if it only prepares another. */
  Value output();

  /** Name for people to read: that of the value, or of what is prepared. */
  default String name() {
    return output().name();
  }

  /** Names of the layers it stands for, in order; none for a preparation. */
  List<String> layers();

  /** The fp32 values it reads. */
  List<Value> reads();

  /** Multiply-adds for one image; 0 for an operation that is not a matrix product. */
  default long macs() {
    return 0;
  }

  /** The kernel it runs on, for people to read. */
  String kernel();

  /**
   * Interfaces of {@code org.setun.kernels.op} whose implementations it calls: what the self-check
   * has to look at. What a family checks by itself is not among them.
   */
  default Set<Class<?>> uses() {
    return Set.of();
  }

  /**
   * Multiply-adds a cycle that two vector ports could reach at most with the kernel, or 0 if
   * unknown.
   */
  default double boundMacsPerCycle() {
    return 0;
  }

  /** Bytes of packed parameters. */
  default long parameterBytes() {
    return 0;
  }

  /**
   * Whether the output may lie in the memory of {@code input} if that value is not read afterwards.
   */
  default boolean canOverwrite(Value input) {
    return false;
  }

  /** Adds the arrays of a session, other than values, that the operation writes or reads. */
  default void memory(Buffers.Need need) {}

  /** Adds what the operation needs of a thread's memory. */
  default void scratch(Scratch.Need need) {}

  /**
   * The same operation on other kernels, whose layouts are those of its own; packed parameters are
   * shared. Itself if it calls none.
   */
  default Operation on(KernelSet kernels) {
    return this;
  }

  /** Binds the operation to a session's memory. */
  Step bind(Buffers buffers);
}
