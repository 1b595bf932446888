/** From a checkpoint and an architecture to a network that can be run. */
package org.setun.loader.convert;
