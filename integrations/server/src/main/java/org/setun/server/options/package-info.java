// SPDX-License-Identifier: Apache-2.0
/** How a server is set up. */
package org.setun.server.options;
