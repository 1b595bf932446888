// SPDX-License-Identifier: Apache-2.0
/** The command {@code setun serve}. */
package org.setun.server.cli;
