// SPDX-License-Identifier: Apache-2.0
/** The HTTP service: what starts it and how it is set up. */
package org.setun.server;
