// SPDX-License-Identifier: Apache-2.0
/** Events of Java Flight Recorder. Their names and fields are described in {@code USING.md}. */
package org.setun.kernels.events;
