// SPDX-License-Identifier: Apache-2.0
/**
 * What a kernel has to do, told once for all implementations: one interface per operation, and
 * {@link org.setun.kernels.op.KernelSet}, which bundles one implementation of each. The loops that
 * call them are in {@code org.setun.kernels.plan}; the implementations are in {@code
 * org.setun.kernels.scalar} and {@code org.setun.kernels.vector}.
 */
package org.setun.kernels.op;
