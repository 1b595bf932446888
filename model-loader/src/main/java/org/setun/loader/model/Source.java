package org.setun.loader.model;

/**
 * The checkpoint a model was made from.
 *
 * @param file name of the file, without its folder
 * @param bytes its size
 * @param sha256 its SHA-256, 64 hexadecimal digits in lower case
 * @since 0.1
 */
public record Source(String file, long bytes, String sha256) {}
