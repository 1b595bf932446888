// SPDX-License-Identifier: Apache-2.0
/**
 * Direct trits, lanes are output channels: the weights of a vector of output channels for one tap
 * and input channel are an entry, and the nonzero trits of a pixel say which entries are added. For
 * maps of few pixels with some 192 channels and more. Values are {@link
 * org.setun.kernels.layout.ChannelsLast}.
 */
package org.setun.kernels.family.channels;
