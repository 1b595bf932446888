// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.model;

import java.util.Objects;
import org.setun.loader.matrix.ScaledMatrix;

/**
 * A matrix and what is known of it: the content of a {@code .setun} file that holds no network.
 *
 * @param name name of the tensor it was made from
 * @param form how that tensor was stored, for people: {@code TQ2_0}, {@code bitnet}
 * @param source the file it was made from
 * @param matrix trits and scales
 * @since 0.1
 */
public record PackedMatrix(String name, String form, Source source, ScaledMatrix matrix) {
  /**
   * Checks that the texts are not empty: the file's format has no empty ones.
   *
   * @throws IllegalArgumentException if name or form is empty
   */
  public PackedMatrix {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(form, "form");
    Objects.requireNonNull(source, "source");
    Objects.requireNonNull(matrix, "matrix");
    if (name.isEmpty() || form.isEmpty()) {
      throw new IllegalArgumentException("a matrix needs a name and a form");
    }
  }
}
