// SPDX-License-Identifier: Apache-2.0
/** The commands {@code bench-suite}, {@code report} and {@code perf-check} of {@code ./setun}. */
package org.setun.bench.cli;
