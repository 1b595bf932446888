// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.family;

/**
 * What of a machine decides which kernel is the cheapest.
 *
 * @param architecture instruction set, as {@code os.arch} names it
 * @param vectorBits width of the preferred vector, 0 without the Vector API
 * @param vectorRegisters how many vector registers there are
 * @param vectorPopcount whether one instruction counts the bits in every lane of a vector
 * @param vectorPorts operations on such vectors that can begin in a cycle, or 0 if unknown
 */
public record Machine(
    String architecture,
    int vectorBits,
    int vectorRegisters,
    boolean vectorPopcount,
    int vectorPorts) {
  /** Any machine without the Vector API. */
  public static final Machine SCALAR = new Machine("any", 0, Integer.MAX_VALUE, false, 0);

  /** Whether one instruction computes any function of three bits: AVX-512, at any width. */
  public boolean ternaryLogic() {
    return vectorRegisters == 32 && (architecture.equals("amd64") || architecture.equals("x86_64"));
  }

  /**
   * Multiply-adds a cycle that cannot be exceeded.
   *
   * @param macs multiply-adds
   * @param operations vector operations that they take
   * @return the bound, or 0 if the machine's ports are unknown
   */
  public double boundMacsPerCycle(double macs, double operations) {
    return vectorPorts * macs / operations;
  }
}
