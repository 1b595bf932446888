// SPDX-License-Identifier: Apache-2.0
/** How long a model takes from its file to a network that is ready to run. */
package org.setun.bench.loading;
