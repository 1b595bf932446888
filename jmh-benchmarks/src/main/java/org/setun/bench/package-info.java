/**
 * JMH benchmarks. Every benchmark checks its result in set-up and prints the implementation that it
 * measures; {@code -prof gc} adds the bytes that a run allocates.
 */
package org.setun.bench;
