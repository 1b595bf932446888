// SPDX-License-Identifier: Apache-2.0
/**
 * A network computed straight from its checkpoint, in plain fp32 and without merging or folding:
 * what a packed model is verified against. Shares no arithmetic with the kernels or the conversion.
 */
package org.setun.loader.reference;
