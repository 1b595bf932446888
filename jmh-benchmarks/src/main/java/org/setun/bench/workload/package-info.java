// SPDX-License-Identifier: Apache-2.0
/** What the benchmarks run: networks with random parameters, operands, and how they are checked. */
package org.setun.bench.workload;
