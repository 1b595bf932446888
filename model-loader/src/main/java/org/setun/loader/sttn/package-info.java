/**
 * Soft Threshold Ternary Networks (Xu et al., IJCAI 2020, arXiv 2204.01234): from the latent pair
 * of binary kernels that is trained to the ternary kernel that is run.
 *
 * @since 0.1
 */
package org.setun.loader.sttn;
