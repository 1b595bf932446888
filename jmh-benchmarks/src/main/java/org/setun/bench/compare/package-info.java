// SPDX-License-Identifier: Apache-2.0
/** Times several contenders by turns in one process, so that a noisy machine slows all alike. */
package org.setun.bench.compare;
