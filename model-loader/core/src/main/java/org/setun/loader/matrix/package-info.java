// SPDX-License-Identifier: Apache-2.0
/**
 * Ternary matrices with scales, and the packed forms that other projects store them in: BitNet's
 * bytes as transformers writes them, the blocks of ggml, and larq's binary kernels. {@code
 * docs/packed-forms.md} has the layout of each.
 *
 * @since 0.1
 */
package org.setun.loader.matrix;
