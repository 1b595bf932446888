// SPDX-License-Identifier: Apache-2.0
/**
 * From image files to the fp32 values a network reads.
 *
 * @since 0.1
 */
package org.setun.loader.image;
