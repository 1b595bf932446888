package org.setun.kernels.family;

/**
 * What of a machine decides which kernel is the cheapest.
 *
 * @param vectorRegisters how many vector registers there are
 * @param vectorPopcount whether one instruction counts the bits in every lane of a vector
 */
public record Machine(int vectorRegisters, boolean vectorPopcount) {}
