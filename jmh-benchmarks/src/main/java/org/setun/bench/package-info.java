// SPDX-License-Identifier: Apache-2.0
/**
 * JMH benchmarks, in groups by package: {@code controls}, {@code machine}, {@code kernels}, {@code
 * layers}, {@code sweep}, {@code network}, {@code loading} and, in the profile peers, {@code
 * peers}. Every benchmark checks its result in set-up, prints the implementation that it measures,
 * and counts {@link org.setun.bench.workload.Work}; {@code -prof gc} adds the bytes that a run
 * allocates.
 */
package org.setun.bench;
