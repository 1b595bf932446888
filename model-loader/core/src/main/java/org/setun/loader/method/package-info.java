// SPDX-License-Identifier: Apache-2.0
/**
 * The methods that train ternary and binary weights, one class each: from the tensors that a
 * checkpoint holds to the trits and scales that are run. {@code model-loader/METHODS.md} says what
 * each paper and its public code do.
 *
 * @since 0.1
 */
package org.setun.loader.method;
