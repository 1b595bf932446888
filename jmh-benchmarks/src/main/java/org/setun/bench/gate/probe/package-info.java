// SPDX-License-Identifier: Apache-2.0
/**
 * The process that the regression gate measures with. Its classes run before the kernels of an
 * older commit, so they use nothing but the JDK and the public API of {@code org.setun.kernels}.
 */
package org.setun.bench.gate.probe;
