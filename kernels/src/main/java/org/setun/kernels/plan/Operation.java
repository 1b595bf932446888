package org.setun.kernels.plan;

import java.util.List;

/** A step of a plan before it has memory: immutable parameters, shared by all sessions. */
interface Operation {
  /** Name of the value that the operation leaves behind: that of the last layer it stands for. */
  String output();

  /** Names of the layers it stands for, in order. */
  List<String> layers();

  /** Names of the fp32 values it reads. */
  List<String> reads();

  /** Multiply-adds for one image; 0 for an operation that is not a matrix product. */
  default long macs() {
    return 0;
  }

  /** The kernel it runs on, for people to read. */
  String kernel();

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
  default boolean canOverwrite(String input) {
    return false;
  }

  /** Adds what the operation needs of a thread's memory. */
  default void scratch(Scratch.Need need) {}

  /** Binds the operation to a session's memory. */
  Step bind(Buffers buffers);
}
