/**
 * Descriptions of networks: their layers, the keys of a checkpoint that each reads, preprocessing
 * and labels.
 */
package org.setun.loader.arch;
