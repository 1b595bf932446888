// SPDX-License-Identifier: Apache-2.0
/**
 * Ternary networks: what they compute ({@link org.setun.kernels.NetworkGraph}), packed for this JVM
 * ({@link org.setun.kernels.Network}), and run ({@link org.setun.kernels.Session}).
 *
 * @since 0.1
 */
package org.setun.kernels;
