// SPDX-License-Identifier: Apache-2.0
/** Measures what the choice of kernels goes by, and writes it down. */
package org.setun.bench.calibration;
