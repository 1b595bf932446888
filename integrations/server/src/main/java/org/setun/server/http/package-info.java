/** Requests and answers: routes, limits, connections. */
package org.setun.server.http;
