// SPDX-License-Identifier: Apache-2.0
/**
 * From a graph of layers to steps that run: which layers share a pass over memory, where values
 * lie, how weights are packed, and the loops around the kernels. Nothing here knows an instruction
 * set.
 */
package org.setun.kernels.plan;
