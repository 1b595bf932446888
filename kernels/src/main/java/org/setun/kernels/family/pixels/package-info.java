// SPDX-License-Identifier: Apache-2.0
/**
 * Direct trits, lanes are output pixels: a block of rows of one output channel is a vector of
 * bit-sliced counters, and the nonzero weights of the channel say which shifted rows of the input
 * are added. For maps of some 14×14 pixels and more. Values are {@link
 * org.setun.kernels.layout.Planar}.
 */
package org.setun.kernels.family.pixels;
