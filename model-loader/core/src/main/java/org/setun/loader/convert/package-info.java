// SPDX-License-Identifier: Apache-2.0
/**
 * From a checkpoint and an architecture to a network that can be run.
 *
 * @since 0.1
 */
package org.setun.loader.convert;
