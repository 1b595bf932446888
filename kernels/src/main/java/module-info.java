// SPDX-License-Identifier: Apache-2.0
/** Trits, bit planes, and the kernels that run a ternary network on the JDK's Vector API. */
module org.setun.kernels {
  requires jdk.incubator.vector;
  requires jdk.jfr;
  requires jdk.management;

  exports org.setun.kernels;
  exports org.setun.kernels.spi;

  uses org.setun.kernels.spi.NetworkReader;
}
