// SPDX-License-Identifier: Apache-2.0
/**
 * Ternary convolution as a matrix product: the trits of {@link
 * org.setun.kernels.layout.ChannelsLast} values are gathered into panels (im2col) and multiplied in
 * tiles of registers by the micro-kernels of {@link org.setun.kernels.op.TernaryGemm}.
 */
package org.setun.kernels.family.tile;
