// SPDX-License-Identifier: Apache-2.0
package org.setun.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import org.setun.loader.matrix.ScaledMatrix;
import org.setun.loader.model.ModelFile;
import org.setun.loader.model.PackedMatrix;
import org.setun.loader.model.Section;

/** Prints what is known of a matrix. */
final class MatrixInspection {
  private MatrixInspection() {}

  /** Prints a matrix file; its sections are read and their checksums compared on the way. */
  static void print(Path path, ModelFile file, PrintWriter out) throws IOException {
    PackedMatrix packed = file.matrix();
    Section last = file.sections().getLast();
    out.println("packed matrix " + path + ", " + Units.bytes(last.offset() + last.length()));
    print(packed, out);
    out.println("made from     " + ModelInspection.describe(packed.source()));
    out.println(ModelInspection.describeSections(file));
  }

  /** Prints a matrix that was converted. */
  static void print(PackedMatrix packed, PrintWriter out) {
    ScaledMatrix matrix = packed.matrix();
    double count = (double) matrix.rows() * matrix.columns();
    out.println("matrix        " + packed.name() + ", from " + packed.form());
    out.println("shape         " + matrix.rows() + "x" + matrix.columns());
    out.println("zeros         " + Units.percent(matrix.trits().zeroCount() / count));
    out.println("scales        " + describeScales(matrix));
  }

  private static String describeScales(ScaledMatrix matrix) {
    float[] scales = matrix.scales();
    float least = scales[0];
    float most = scales[0];
    for (float scale : scales) {
      least = Math.min(least, scale);
      most = Math.max(most, scale);
    }
    String extent =
        switch (matrix.scalePer()) {
          case TENSOR -> "one";
          case ROW -> "one per row";
          case BLOCK -> "one per row and block of " + ScaledMatrix.BLOCK + " columns";
        };
    return extent + ", " + (least == most ? "" + least : least + " to " + most);
  }
}
