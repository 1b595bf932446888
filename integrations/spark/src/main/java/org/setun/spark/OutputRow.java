// SPDX-License-Identifier: Apache-2.0
package org.setun.spark;

import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.setun.loader.Prediction;
import scala.collection.immutable.ArraySeq;

/** Makes the values of the output column. */
final class OutputRow {
  private static final StructType CLASS =
      new StructType()
          .add("index", DataTypes.IntegerType)
          .add("label", DataTypes.StringType)
          .add("probability", DataTypes.DoubleType);

  /** The column's type, as {@link TernaryClassifier} describes it. */
  static final StructType TYPE =
      CLASS
          .add("top", DataTypes.createArrayType(CLASS, false))
          .add(
              "error",
              new StructType()
                  .add("kind", DataTypes.StringType, false)
                  .add("message", DataTypes.StringType, false));

  private OutputRow() {}

  static Row failed(BadRecordException e) {
    return RowFactory.create(
        null, null, null, null, RowFactory.create(e.kind().name(), e.getMessage()));
  }

  /** The likeliest classes, the best first. */
  static Row classified(List<Prediction> top) {
    Row[] classes = top.stream().map(OutputRow::of).toArray(Row[]::new);
    Row best = classes[0];
    return RowFactory.create(
        best.get(0), best.get(1), best.get(2), ArraySeq.unsafeWrapArray(classes), null);
  }

  private static Row of(Prediction prediction) {
    return RowFactory.create(prediction.index(), prediction.label(), prediction.probability());
  }
}
