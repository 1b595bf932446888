// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.model;

import java.io.IOException;
import org.setun.kernels.TernaryKernel;
import org.setun.loader.json.JsonFormatException;
import org.setun.loader.json.JsonObject;

/**
 * Where the arrays that a description refers to are. An array is given out once: a description that
 * names one twice could ask for far more memory than the file has bytes.
 */
interface ArraySource {
  /** The fp32 numbers that a field refers to. */
  float[] floats(JsonObject json, String field) throws IOException;

  /** The truth values that a field refers to. */
  boolean[] flags(JsonObject json, String field) throws IOException;

  /** The ternary weights of a layer, which must have these extents. */
  TernaryKernel trits(
      JsonObject json, int outputChannels, int inputChannels, int kernelHeight, int kernelWidth)
      throws IOException;

  /** Flags from their bytes, which must be 0 or 1. */
  static boolean[] flags(byte[] values, JsonObject json, String field) throws JsonFormatException {
    boolean[] flags = new boolean[values.length];
    for (int i = 0; i < flags.length; i++) {
      if (values[i] != 0 && values[i] != 1) {
        throw json.error(field, "refers to flags of which one is " + values[i]);
      }
      flags[i] = values[i] == 1;
    }
    return flags;
  }
}
