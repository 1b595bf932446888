// SPDX-License-Identifier: Apache-2.0
/**
 * Does it matter at which depth of the stack a session is called? It does where a kernel keeps
 * vectors on the stack: one that lies across two pages makes every store to it wait.
 */
package org.setun.bench.gate.depth;
