// SPDX-License-Identifier: Apache-2.0
/** When the gate may say that something is slower, that it is not, or that it cannot tell yet. */
package org.setun.bench.gate.stats;
