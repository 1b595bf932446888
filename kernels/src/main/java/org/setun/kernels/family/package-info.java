// SPDX-License-Identifier: Apache-2.0
/**
 * What a family of ternary convolutions is: kernels, a layout of values and a map of trits that
 * belong together. The plan asks every family what it offers for a convolution and knows none of
 * them; families do not know each other.
 */
package org.setun.kernels.family;
