// SPDX-License-Identifier: Apache-2.0
/**
 * Which kernels this JVM gets, and why: what the JVM can do, a ladder of checks, a cost for every
 * micro-kernel, and a self-check.
 */
package org.setun.kernels.select;
