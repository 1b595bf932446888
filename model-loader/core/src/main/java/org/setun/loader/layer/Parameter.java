// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.layer;

import java.util.Arrays;
import org.setun.loader.checkpoint.CheckpointException;
import org.setun.loader.checkpoint.Tensor;

/**
 * A tensor that a layer declared, to be read once all declarations are known to fit.
 *
 * @param tensor the tensor; null where the key is missing, which is reported before any is read
 */
record Parameter(Tensor tensor) {
  /** Values that are read later. */
  @FunctionalInterface
  interface Values {
    float[] read() throws CheckpointException, ParameterException;
  }

  /** The values in row-major order, all of them finite. */
  float[] floats() throws CheckpointException, ParameterException {
    float[] values = tensor.toFloats();
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw new ParameterException(tensor.name() + ": value " + values[i] + " at index " + i);
      }
    }
    return values;
  }

  /** The values; one value alone is repeated for every channel. */
  float[] perChannel(int channels) throws CheckpointException, ParameterException {
    float[] values = floats();
    if (values.length == channels) {
      return values;
    }
    float[] repeated = new float[channels];
    Arrays.fill(repeated, values[0]);
    return repeated;
  }
}
