/** The HTTP service: what starts it and how it is set up. */
package org.setun.server;
