/** Ternary neural-network kernels. */
package org.setun.kernels;
