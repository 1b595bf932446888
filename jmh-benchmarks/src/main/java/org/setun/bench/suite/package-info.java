// SPDX-License-Identifier: Apache-2.0
/** Runs the benchmarks as a whole and writes a folder of results, which {@code report} reads. */
package org.setun.bench.suite;
