/** Measures what the choice of kernels goes by, and writes it down. */
package org.setun.bench.calibration;
