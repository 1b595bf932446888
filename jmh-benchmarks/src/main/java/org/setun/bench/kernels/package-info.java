// SPDX-License-Identifier: Apache-2.0
/** Bare micro-kernels, on operands in cache. */
package org.setun.bench.kernels;
