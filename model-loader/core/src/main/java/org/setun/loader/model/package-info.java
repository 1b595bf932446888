// SPDX-License-Identifier: Apache-2.0
/**
 * Networks ready to run, matrices, and the packed file that holds one of either.
 *
 * @since 0.1
 */
package org.setun.loader.model;
