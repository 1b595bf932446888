// SPDX-License-Identifier: Apache-2.0
package org.setun.spark;

import java.util.Arrays;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Classifies the images of a data set where its partitions lie.
 *
 * <pre>{@code
 * ModelRef model = ModelRef.broadcast(spark, Path.of("model.setun"));
 * Dataset<Row> files = spark.read().format("binaryFile").load("images/*.jpg");
 * TernaryClassifier.classify(files, "content", model)
 *     .select("path", "prediction.label", "prediction.probability", "prediction.error.message");
 * }</pre>
 *
 * <p>The result has the columns of the input and one more, of type
 *
 * <pre>{@code
 * struct<index: int, label: string, probability: double,
 *     top: array<struct<index: int, label: string, probability: double>>,
 *     error: struct<kind: string, message: string>>
 * }</pre>
 *
 * where either {@code error} is null or all else is: a record that is null, damaged or of a wrong
 * size does not fail the job. {@code kind} is an {@link ImageError}.
 *
 * <p>The column is computed where it is used, as any other column is: a result that is only counted
 * runs no network, and images that no later step asks for are not copied.
 *
 * <p>A worker JVM loads the model at its first record and keeps it. A task runs on one thread and
 * has a session of its own; rows stream through it one by one.
 *
 * @since 0.1
 */
public final class TernaryClassifier {
  private TernaryClassifier() {}

  /**
   * Classifies encoded images.
   *
   * @param rows the data set
   * @param imageColumn its column of PNG or JPEG files, type {@code binary}
   * @param model the packed model
   * @return the rows with a column {@code prediction}; nothing is computed yet
   * @throws IllegalArgumentException if there is no such column, it is of another type, or {@code
   *     prediction} exists already
   */
  public static Dataset<Row> classify(Dataset<Row> rows, String imageColumn, ModelRef model) {
    return classify(rows, imageColumn, model, ClassifyOptions.DEFAULT);
  }

  /**
   * Classifies images.
   *
   * @param rows the data set
   * @param imageColumn its column of images
   * @param model the packed model
   * @param options what the column holds, and how to classify it
   * @return the rows with one more column; nothing is computed yet
   * @throws IllegalArgumentException if there is no such column, its type does not fit the format,
   *     or the output column exists already
   */
  public static Dataset<Row> classify(
      Dataset<Row> rows, String imageColumn, ModelRef model, ClassifyOptions options) {
    return classify(
        rows, imageColumn, model, options, ClassifyMetrics.register(rows.sparkSession()));
  }

  /**
   * Classifies images and counts them.
   *
   * @param rows the data set
   * @param imageColumn its column of images
   * @param model the packed model
   * @param options what the column holds, and how to classify it
   * @param metrics counters that the workers add to
   * @return the rows with one more column; nothing is computed yet
   * @throws IllegalArgumentException if there is no such column, its type does not fit the format,
   *     or the output column exists already
   */
  public static Dataset<Row> classify(
      Dataset<Row> rows,
      String imageColumn,
      ModelRef model,
      ClassifyOptions options,
      ClassifyMetrics metrics) {
    StructType schema = rows.schema();
    StructField image = column(schema, imageColumn);
    if (!options.format().accepts(image.dataType())) {
      throw new IllegalArgumentException(
          "column %s is of type %s, which cannot hold %s"
              .formatted(imageColumn, image.dataType().simpleString(), options.format()));
    }
    if (Arrays.asList(schema.fieldNames()).contains(options.outputColumn())) {
      throw new IllegalArgumentException(
          "the data set has a column " + options.outputColumn() + " already");
    }
    Column record = functions.col("`" + image.name().replace("`", "``") + "`");
    return rows.select(
        functions.col("*"),
        function(model, options, metrics).apply(record).as(options.outputColumn()));
  }

  /**
   * The function behind the column, to be registered for SQL:
   *
   * <pre>{@code
   * spark.udf().register("classify", TernaryClassifier.function(model, options, metrics));
   * spark.sql("SELECT path, classify(content).label FROM files");
   * }</pre>
   *
   * <p>It counts as not deterministic, although it is: otherwise Spark would run the network again
   * for each field that a query takes of the result.
   *
   * @param model the packed model
   * @param options what the argument holds, and how to classify it; the column's name is of no
   *     account
   * @param metrics counters that the workers add to
   * @return a function of one argument; an argument whose type does not fit the format fails the
   *     job
   */
  public static UserDefinedFunction function(
      ModelRef model, ClassifyOptions options, ClassifyMetrics metrics) {
    return functions
        .udf(new RecordClassifier(model, options, metrics), OutputRow.TYPE)
        .asNonNullable()
        .asNondeterministic();
  }

  private static StructField column(StructType schema, String name) {
    return Arrays.stream(schema.fields())
        .filter(field -> field.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no column "
                        + name
                        + ", the data set has "
                        + String.join(", ", schema.fieldNames())));
  }
}
