// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.model;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import org.setun.kernels.TernaryKernel;

/**
 * Where the arrays of a model go while its description is written. Each method stores an array and
 * writes the fields of the description that refer to it.
 */
interface ArraySink {
  /** Stores fp32 numbers, row-major; {@code shape} has as many elements. */
  void floats(JsonGenerator json, String layer, String field, float[] values, long... shape)
      throws IOException;

  /** Stores truth values. */
  void flags(JsonGenerator json, String layer, String field, boolean[] flags) throws IOException;

  /** Stores ternary weights; their extents are written elsewhere. */
  void trits(JsonGenerator json, String layer, TernaryKernel kernel) throws IOException;
}
