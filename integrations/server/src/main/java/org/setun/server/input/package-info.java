// SPDX-License-Identifier: Apache-2.0
/** From the bytes of a request to the values a network reads. */
package org.setun.server.input;
