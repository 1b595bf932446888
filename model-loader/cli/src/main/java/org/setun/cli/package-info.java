// SPDX-License-Identifier: Apache-2.0
/** The command line: one class a command. */
package org.setun.cli;
