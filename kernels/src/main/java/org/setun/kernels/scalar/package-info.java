// SPDX-License-Identifier: Apache-2.0
/**
 * Every operation in plain Java, written to be read: the reference that the vector kernels are
 * checked against, and what runs where the Vector API is not available.
 */
package org.setun.kernels.scalar;
