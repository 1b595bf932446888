// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.gate;

import java.util.Map;

/**
 * What one round, a fresh JVM for either side, has shown.
 *
 * @param slowdown by benchmark: logarithm of the candidate's time over the base's
 * @param control by benchmark: the same of the base's odd turns over its even ones
 * @param baseNanos by benchmark: the base's time
 * @param baseClock the base's gigahertz
 * @param candidateClock the candidate's
 * @param candidateBytes bytes that a run of the candidate allocates
 * @param settled whether both JVMs were warm before they were timed
 */
record Round(
    Map<String, Double> slowdown,
    Map<String, Double> control,
    Map<String, Double> baseNanos,
    double baseClock,
    double candidateClock,
    long candidateBytes,
    boolean settled) {}
