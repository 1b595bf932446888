/**
 * Ternary networks: what they compute ({@link org.setun.kernels.NetworkGraph}), packed for this JVM
 * ({@link org.setun.kernels.Network}), and run ({@link org.setun.kernels.Session}).
 */
package org.setun.kernels;
