package org.setun.kernels;

/** Asks for the best kernels twice and prints what they are; run in a JVM of its own. */
final class KernelsProbe {
  private KernelsProbe() {}

  public static void main(String[] args) {
    Kernels.best();
    System.out.print(Kernels.best().describe());
  }
}
