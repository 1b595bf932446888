/** Readers for the data sets that networks are evaluated on. */
package org.setun.loader.data;
