/** From image files to the fp32 values a network reads. */
package org.setun.loader.image;
