// SPDX-License-Identifier: Apache-2.0
/**
 * The way in: {@link org.setun.loader.Model#load} reads a packed model or a training checkpoint,
 * {@link org.setun.loader.Model#classifier} classifies images with it.
 *
 * @since 0.1
 */
package org.setun.loader;
