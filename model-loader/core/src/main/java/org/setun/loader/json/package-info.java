// SPDX-License-Identifier: Apache-2.0
/** Strict reading of JSON that a person or an untrusted file supplies. */
package org.setun.loader.json;
