// SPDX-License-Identifier: Apache-2.0
/** Writing files so that a crash leaves the old one or the new one. */
package org.setun.loader.io;
