// SPDX-License-Identifier: Apache-2.0
/**
 * The regression gate, {@code ./setun perf-check}: is this build slower than that one? Fresh JVMs
 * of both are timed by turns; see GATE.md.
 */
package org.setun.bench.gate;
