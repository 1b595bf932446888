/** What this machine can do at most: the roofs under which kernels and layers lie. */
package org.setun.bench.machine;
