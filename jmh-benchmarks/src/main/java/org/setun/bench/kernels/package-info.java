/** Bare micro-kernels, on operands in cache. */
package org.setun.bench.kernels;
