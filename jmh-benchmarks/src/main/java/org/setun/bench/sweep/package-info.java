// SPDX-License-Identifier: Apache-2.0
/** How cost grows with each extent of the work, one extent at a time. */
package org.setun.bench.sweep;
