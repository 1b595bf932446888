// SPDX-License-Identifier: Apache-2.0
/**
 * An engine for the Deep Java Library (DJL), by the name {@code Setun}: {@link
 * org.setun.djl.SetunEngine}. DJL finds it on the class path by itself.
 */
package org.setun.djl;
