// SPDX-License-Identifier: Apache-2.0
/** A browser for the tests of web pages; a test source of every module that has one. */
package org.setun.browser;
