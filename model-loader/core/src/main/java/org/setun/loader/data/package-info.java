// SPDX-License-Identifier: Apache-2.0
/**
 * Readers for the data sets that networks are evaluated on.
 *
 * @since 0.1
 */
package org.setun.loader.data;
