// SPDX-License-Identifier: Apache-2.0
/** The bounded queue, and the threads that run what waits in it in batches. */
package org.setun.server.batch;
