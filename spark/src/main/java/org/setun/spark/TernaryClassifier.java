package org.setun.spark;

import java.util.Arrays;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
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
 * <p>A worker JVM loads the model at its first task and keeps it. A task uses one thread and has a
 * session of its own while it runs; rows stream through it one by one.
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
    StructType kept = options.keepImage() ? schema : without(schema, image);
    if (Arrays.asList(kept.fieldNames()).contains(options.outputColumn())) {
      throw new IllegalArgumentException(
          "the data set has a column " + options.outputColumn() + " already");
    }
    return rows.mapPartitions(
        new PartitionClassifier(model, options, metrics, schema.fieldIndex(image.name())),
        Encoders.row(kept.add(options.outputColumn(), OutputRow.TYPE, false)));
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

  private static StructType without(StructType schema, StructField dropped) {
    return new StructType(
        Arrays.stream(schema.fields())
            .filter(field -> !field.equals(dropped))
            .toArray(StructField[]::new));
  }
}
