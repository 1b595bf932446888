// SPDX-License-Identifier: Apache-2.0
/** What this module provides to {@code org.setun.kernels}. */
package org.setun.loader.spi;
