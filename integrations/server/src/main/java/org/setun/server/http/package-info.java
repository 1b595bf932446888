// SPDX-License-Identifier: Apache-2.0
/** Requests and answers: routes, limits, connections. */
package org.setun.server.http;
