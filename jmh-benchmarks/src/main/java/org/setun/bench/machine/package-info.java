// SPDX-License-Identifier: Apache-2.0
/** What this machine can do at most: the roofs under which kernels and layers lie. */
package org.setun.bench.machine;
