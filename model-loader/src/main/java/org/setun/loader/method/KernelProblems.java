package org.setun.loader.method;

import java.util.ArrayList;
import java.util.List;

/** Finds values that no method can use, a sentence for each of the first few. */
final class KernelProblems {
  /** Channels or values reported per tensor; the rest is counted. */
  static final int REPORTED = 8;

  private KernelProblems() {}

  /** Refuses a kernel with values that are not finite. */
  static void requireFinite(LatentKernel kernel) throws MethodException {
    List<String> problems = new ArrayList<>();
    nonFinite(kernel, problems);
    if (!problems.isEmpty()) {
      throw new MethodException(problems);
    }
  }

  /** Adds a problem for each value that is not finite. */
  static void nonFinite(LatentKernel kernel, List<String> problems) {
    int count = 0;
    for (int i = 0; i < kernel.values().length; i++) {
      float value = kernel.values()[i];
      if (!Float.isFinite(value) && count++ < REPORTED) {
        problems.add(kernel.name() + ": value " + value + " at " + kernel.index(i));
      }
    }
    if (count > REPORTED) {
      problems.add(kernel.name() + ": " + (count - REPORTED) + " more values that are not finite");
    }
  }

  /** Adds a problem for each channel with latents that are exactly 0. */
  static void zeros(LatentKernel latent, List<String> problems) {
    int n = latent.weightsPerOutput();
    int channels = 0;
    for (int o = 0, i = 0; o < latent.outputChannels(); o++) {
      int zeros = 0;
      for (int end = i + n; i < end; i++) {
        zeros += latent.values()[i] == 0 ? 1 : 0;
      }
      if (zeros > 0 && channels++ < REPORTED) {
        problems.add(
            latent.name()
                + ": channel "
                + o
                + ": "
                + zeros
                + " of "
                + n
                + " latents are exactly 0");
      }
    }
    if (channels > REPORTED) {
      problems.add(
          latent.name()
              + ": "
              + (channels - REPORTED)
              + " more channels with latents that are exactly 0");
    }
  }

  /** What is wrong with a kernel that a method cannot read. */
  static MethodException unfit(LatentKernel kernel, KernelLevels levels, String advice) {
    return new MethodException(
        List.of(kernel.name() + " holds " + levels.describe() + ": " + advice));
  }
}
