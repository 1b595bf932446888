/** Networks ready to run, and the packed file that holds one. */
package org.setun.loader.model;
