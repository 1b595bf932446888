// SPDX-License-Identifier: Apache-2.0
/**
 * Every operation on the JDK's Vector API: the one package that imports {@code
 * jdk.incubator.vector}. Kernels are flat, one family and tile a class. All species are constants
 * of {@link org.setun.kernels.vector.Species}; a species that C2 cannot see as a constant costs a
 * factor of 12.
 */
package org.setun.kernels.vector;
