// SPDX-License-Identifier: Apache-2.0
/** Single layers, as a network runs them. */
package org.setun.bench.layers;
