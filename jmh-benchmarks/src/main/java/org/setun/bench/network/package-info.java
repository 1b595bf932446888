/** Whole networks through the public session. */
package org.setun.bench.network;
