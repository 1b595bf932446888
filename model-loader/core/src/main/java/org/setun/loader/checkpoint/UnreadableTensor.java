// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.checkpoint;

/**
 * A tensor that this reader cannot read. It matters only to a network that needs it.
 *
 * @param reason what it is, as the end of a message: "element type 'float8_e4m3fn'"
 */
record UnreadableTensor(String reason) {}
