/**
 * Networks ready to run, and the packed file that holds one.
 *
 * @since 0.1
 */
package org.setun.loader.model;
