/** How a server is set up. */
package org.setun.server.options;
