package org.setun.bench.compare;

/**
 * One thing compared with one peer: a row of {@code comparison.json}.
 *
 * @param row what was compared: {@code network}, {@code layer-64@56}, …
 * @param own our own contender
 * @param ownMicros its median time
 * @param peer the other one
 * @param peerMicros its median time
 * @param ratio how many times faster our own is
 */
public record ComparisonResult(
    String row, String own, double ownMicros, String peer, double peerMicros, Interval ratio) {}
