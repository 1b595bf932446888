// SPDX-License-Identifier: Apache-2.0
/** How the fp32 values of one image lie in memory. */
package org.setun.kernels.layout;
