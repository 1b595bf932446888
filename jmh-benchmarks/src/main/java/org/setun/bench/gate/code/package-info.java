// SPDX-License-Identifier: Apache-2.0
/**
 * What C2 made of the micro-kernels: their vector instructions, counted in the JVM's own print of
 * the machine code, against counts that are checked in.
 */
package org.setun.bench.gate.code;
