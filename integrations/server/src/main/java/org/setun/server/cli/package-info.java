/** The command {@code setun serve}. */
package org.setun.server.cli;
