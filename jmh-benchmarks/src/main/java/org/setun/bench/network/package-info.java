// SPDX-License-Identifier: Apache-2.0
/** Whole networks through the public session. */
package org.setun.bench.network;
