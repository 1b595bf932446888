// SPDX-License-Identifier: Apache-2.0
/**
 * What others implement for {@code org.setun.kernels}, which itself reads no files.
 *
 * @since 0.1
 */
package org.setun.kernels.spi;
