/** Single layers, as a network runs them. */
package org.setun.bench.layers;
