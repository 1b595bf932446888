// SPDX-License-Identifier: Apache-2.0
/**
 * Descriptions of networks: their layers, the keys of a checkpoint that each reads, preprocessing
 * and labels.
 *
 * @since 0.1
 */
package org.setun.loader.arch;
