// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.method;

import java.util.ArrayList;
import java.util.List;

/** Finds values that no method can use: a sentence for each tensor, with the first few of them. */
final class KernelProblems {
  /** Channels or values named per tensor; the rest is counted. */
  private static final int NAMED = 3;

  private KernelProblems() {}

  /** Some things that are wrong with a tensor, of which the first are named. */
  static final class Finding {
    private final List<String> named = new ArrayList<>();
    private int count;

    /** Counts one more. */
    void add(String text) {
      if (count++ < NAMED) {
        named.add(text);
      }
    }

    /** Adds the sentence, if there is anything to say. */
    void report(LatentKernel kernel, String what, List<String> problems) {
      if (count > 0) {
        String more = count > NAMED ? " and " + (count - NAMED) + " more" : "";
        problems.add(kernel.name() + ": " + what + ": " + String.join(", ", named) + more);
      }
    }
  }

  /** Refuses a kernel with values that are not finite. */
  static void requireFinite(LatentKernel kernel) throws MethodException {
    List<String> problems = new ArrayList<>();
    nonFinite(kernel, problems);
    if (!problems.isEmpty()) {
      throw new MethodException(problems);
    }
  }

  /** Adds a problem for values that are not finite. */
  static void nonFinite(LatentKernel kernel, List<String> problems) {
    Finding values = new Finding();
    for (int i = 0; i < kernel.values().length; i++) {
      float value = kernel.values()[i];
      if (!Float.isFinite(value)) {
        values.add(value + " at " + kernel.index(i));
      }
    }
    values.report(kernel, "values that are not finite", problems);
  }

  /** Adds a problem for latents that are exactly 0. */
  static void zeros(LatentKernel latent, List<String> problems) {
    int n = latent.weightsPerOutput();
    Finding channels = new Finding();
    for (int o = 0, i = 0; o < latent.outputChannels(); o++) {
      int zeros = 0;
      for (int end = i + n; i < end; i++) {
        zeros += latent.values()[i] == 0 ? 1 : 0;
      }
      if (zeros > 0) {
        channels.add("channel " + o + " (" + zeros + " of " + n + ")");
      }
    }
    channels.report(latent, "latents that are exactly 0 (--zeros gives them a sign)", problems);
  }

  /** What is wrong with a kernel that a method cannot read. */
  static MethodException unfit(LatentKernel kernel, KernelLevels levels, String advice) {
    return new MethodException(
        List.of(kernel.name() + " holds " + levels.describe() + ": " + advice));
  }
}
