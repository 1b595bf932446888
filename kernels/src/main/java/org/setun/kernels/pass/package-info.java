// SPDX-License-Identifier: Apache-2.0
/**
 * What a pass over memory is: an operation with its parameters, the values it reads and leaves, and
 * the step that it becomes once it is bound to a session's memory. Knows neither layers' order nor
 * families.
 */
package org.setun.kernels.pass;
