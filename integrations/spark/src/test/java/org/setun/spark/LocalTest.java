// SPDX-License-Identifier: Apache-2.0
package org.setun.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.SparkException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.setun.loader.Evaluation;
import org.setun.loader.Model;
import org.setun.loader.Prediction;
import org.setun.loader.data.IdxFile;
import org.setun.loader.image.PixelImage;

/** The adapter on two threads of this JVM. */
class LocalTest {
  private static final ClassifyOptions PIXELS = ClassifyOptions.DEFAULT.withFormat(TestData.PIXELS);
  private static final ClassifyOptions TENSORS =
      ClassifyOptions.DEFAULT.withFormat(new RecordFormat.Tensor());

  @TempDir private static Path folder;
  private static SparkSession spark;
  private static Path file;
  private static Model model;
  private static ModelRef ref;

  @BeforeAll
  static void start() throws IOException {
    spark = LocalSpark.builder("local[2]").getOrCreate();
    file = TestData.model(folder.resolve("fmnist.setun"));
    model = Model.load(file);
    ref = ModelRef.file(file);
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  @Test
  void classifiesTheTestImagesFromParquetAsTheLoaderDoes() throws Exception {
    String parquet = folder.resolve("images.parquet").toString();
    TestData.pixelRows(spark, 10_000).repartition(8).write().parquet(parquet);
    ClassifyMetrics metrics = ClassifyMetrics.register(spark);
    Dataset<Row> images = spark.read().parquet(parquet);

    int[] predictions = new int[10_000];
    Arrays.fill(predictions, -1);
    TernaryClassifier.classify(images, "image", ref, PIXELS, metrics)
        .select("id", "prediction.index")
        .collectAsList()
        .forEach(row -> predictions[row.getInt(0)] = row.getInt(1));

    assertArrayEquals(Evaluation.predict(model, TestData.images(), 2, done -> {}), predictions);
    assertEquals(9259, Evaluation.countCorrect(predictions, TestData.labels()));
    assertEquals(10_000, metrics.images().value());
    assertEquals(0, metrics.errors().value());
  }

  @Test
  void everyFormatGivesTheClassifiersPredictions() throws Exception {
    IdxFile images = TestData.images();
    List<byte[]> encoded = new ArrayList<>();
    List<byte[]> pixels = new ArrayList<>();
    List<byte[]> bytes = new ArrayList<>();
    List<Row> arrays = new ArrayList<>();
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      byte[] image = TestData.pixels(images, i);
      float[] tensor = TestData.tensor(model, image);
      encoded.add(TestData.png(image));
      pixels.add(image);
      bytes.add(TestData.littleEndian(tensor));
      arrays.add(RowFactory.create(i, tensor));
      List<Prediction> top = model.classifier().classify(new PixelImage(28, 28, 1, image), 3);
      expected.add(
          top.stream()
              .map(p -> p.index() + " " + p.label() + " " + p.probability())
              .toList()
              .toString());
    }
    Dataset<Row> arrayRows =
        spark.createDataFrame(
            arrays,
            new StructType()
                .add("id", DataTypes.IntegerType)
                .add("image", DataTypes.createArrayType(DataTypes.FloatType)));

    assertEquals(expected, topThree(TestData.binaryRows(spark, encoded), ClassifyOptions.DEFAULT));
    assertEquals(expected, topThree(TestData.binaryRows(spark, pixels), PIXELS));
    assertEquals(expected, topThree(TestData.binaryRows(spark, bytes), TENSORS));
    assertEquals(expected, topThree(arrayRows, TENSORS));
  }

  /** Index, label and probability of the best three of every row. */
  private static List<String> topThree(Dataset<Row> rows, ClassifyOptions options) {
    Dataset<Row> one = rows.coalesce(1); // keeps the order
    return TernaryClassifier.classify(one, "image", ref, options.withTop(3))
        .collectAsList()
        .stream()
        .map(
            row -> {
              Row prediction = row.getStruct(2);
              List<Row> top = prediction.getList(3);
              assertEquals(
                  top.getFirst(),
                  RowFactory.create(prediction.get(0), prediction.get(1), prediction.get(2)));
              return top.stream()
                  .map(p -> p.get(0) + " " + p.get(1) + " " + p.get(2))
                  .toList()
                  .toString();
            })
        .toList();
  }

  @Test
  void aQueryRunsTheNetworkOncePerImageItUses() throws Exception {
    ClassifyMetrics metrics = ClassifyMetrics.register(spark);
    // Not a list of the driver's, which Spark would classify while it plans.
    Dataset<Row> rows = TestData.pixelRows(spark, 50).repartition(2);
    Dataset<Row> classified = TernaryClassifier.classify(rows, "image", ref, PIXELS, metrics);

    assertEquals(50, classified.count());
    assertEquals(0, metrics.images().value());

    List<Row> fields =
        classified
            .filter("prediction.error is null and prediction.index >= 0")
            .select("prediction.index", "prediction.label", "prediction.top", "prediction")
            .collectAsList();
    assertEquals(50, fields.size());
    fields.forEach(row -> assertEquals(row.getStruct(3).get(1), row.get(1)));
    assertEquals(50, metrics.images().value());
  }

  @Test
  void theFunctionServesSql() throws Exception {
    ClassifyMetrics metrics = ClassifyMetrics.register(spark);
    Dataset<Row> rows = TestData.pixelRows(spark, 20);
    rows.createOrReplaceTempView("images");
    spark.udf().register("classify", TernaryClassifier.function(ref, PIXELS, metrics));
    assertEquals(
        TernaryClassifier.classify(rows, "image", ref, PIXELS)
            .select("id", "prediction.label")
            .collectAsList(),
        spark.sql("SELECT id, classify(image).label FROM images").collectAsList());

    SparkException e =
        assertThrows(
            SparkException.class,
            () -> spark.sql("SELECT classify(id) FROM images").collectAsList());
    assertEquals(
        "a value of type Integer, which cannot hold " + TestData.PIXELS,
        cause(e, IllegalArgumentException.class).getMessage());
  }

  @Test
  void columnsMayHaveAnyName() throws Exception {
    Dataset<Row> rows =
        TestData.pixelRows(spark, 1).toDF("id", "a.`b").selectExpr("*", "id as `ID`");
    Dataset<Row> classified =
        TernaryClassifier.classify(rows, "a.`b", ref, PIXELS.withOutputColumn("c.d"));
    assertArrayEquals(new String[] {"id", "a.`b", "ID", "c.d"}, classified.columns());
    assertNull(classified.collectAsList().getFirst().getStruct(3).get(4));
  }

  @Test
  void badImagesBecomeRowsWithAnError() throws Exception {
    byte[] good = TestData.png(TestData.pixels(TestData.images(), 0));
    byte[] flipped = good.clone();
    flipped[good.length / 2] ^= 0x55;
    List<byte[]> images =
        Arrays.asList(
            good, null, new byte[0], "no image".getBytes(), Arrays.copyOf(good, 60), flipped, good);
    ClassifyMetrics metrics = ClassifyMetrics.register(spark);
    List<Row> rows =
        TernaryClassifier.classify(
                TestData.binaryRows(spark, images).coalesce(1),
                "image",
                ref,
                ClassifyOptions.DEFAULT,
                metrics)
            .select("prediction.index", "prediction.top", "prediction.error.kind", "image")
            .collectAsList();

    assertEquals(
        Arrays.asList(null, "NULL", "UNREADABLE", "UNREADABLE", "UNREADABLE", "UNREADABLE", null),
        rows.stream().map(row -> row.getString(2)).toList());
    for (int i = 0; i < rows.size(); i++) {
      boolean failed = rows.get(i).getString(2) != null;
      assertEquals(failed, rows.get(i).isNullAt(0));
      assertEquals(failed, rows.get(i).isNullAt(1));
      assertArrayEquals(images.get(i), rows.get(i).getAs(3));
    }
    assertEquals(2, metrics.images().value());
    assertEquals(5, metrics.errors().value());
  }

  @Test
  void recordsOfAWrongSizeOrValueSayWhich() {
    float[] tensor = new float[model.network().inputShape().size()];
    float[] infinite = tensor.clone();
    infinite[5] = Float.NEGATIVE_INFINITY;
    Float[] holes = new Float[tensor.length];
    Arrays.fill(holes, 1f);
    holes[7] = null;

    assertEquals("WRONG_SIZE: 3 samples for an image of 28x28x1", error(new byte[3], PIXELS));
    assertEquals(
        "WRONG_SIZE: a tensor of 5 bytes, 1x32x32 fp32 values have 4096",
        error(new byte[5], TENSORS));
    assertEquals(
        "NOT_FINITE: value 5 of the tensor is -Infinity",
        error(TestData.littleEndian(infinite), TENSORS));
    assertEquals(
        "WRONG_SIZE: a tensor of 1 values, 1x32x32 has 1024", error(new float[1], TENSORS));
    assertEquals("NULL: value 7 of the tensor is null", error(holes, TENSORS));
    assertNull(error(tensor, TENSORS));
  }

  /** What becomes of one record: kind and message of its error, or null. */
  private static String error(Object record, ClassifyOptions options) {
    StructType schema =
        new StructType()
            .add(
                "image",
                record instanceof byte[]
                    ? DataTypes.BinaryType
                    : DataTypes.createArrayType(DataTypes.FloatType));
    Dataset<Row> rows = spark.createDataFrame(List.of(RowFactory.create(record)), schema);
    Row error =
        TernaryClassifier.classify(rows, "image", ref, options)
            .select("prediction.error")
            .collectAsList()
            .getFirst()
            .getStruct(0);
    return error == null ? null : error.getString(0) + ": " + error.getString(1);
  }

  @Test
  void aModelIsLoadedOnceAndSessionsAreReused() throws Exception {
    Path copy = TestData.model(folder.resolve("once.setun"));
    ModelRef once = ModelRef.file(copy);
    ClassifyMetrics metrics = ClassifyMetrics.register(spark);
    Dataset<Row> rows = TestData.pixelRows(spark, 400).repartition(400);

    assertEquals(400, classify(rows, once, metrics).count());
    assertEquals(400, classify(rows.coalesce(1), once, metrics).count());
    assertEquals(3, classify(rows, once, metrics).limit(3).collectAsList().size());
    ModelRef broadcast = ModelRef.broadcast(spark, copy);
    assertEquals(400, classify(rows.coalesce(4), broadcast, metrics).count());

    assertEquals(1, metrics.modelsLoaded().value());
    assertTrue(metrics.images().value() >= 1200, metrics.toString());
    int workspaces = WorkerModel.get(once, metrics).workspaces();
    assertTrue(workspaces <= 2, workspaces + " workspaces for two threads");
  }

  private static Dataset<Row> classify(Dataset<Row> rows, ModelRef model, ClassifyMetrics metrics) {
    return TernaryClassifier.classify(rows, "image", model, PIXELS, metrics)
        .filter("prediction.error is null");
  }

  @Test
  void twoModelsMayFollowOneAnother() throws Exception {
    Dataset<Row> rows = TestData.pixelRows(spark, 200).coalesce(1);
    Dataset<Row> first = TernaryClassifier.classify(rows, "image", ref, PIXELS);
    List<Row> both =
        TernaryClassifier.classify(first, "image", ref, PIXELS.withOutputColumn("again"))
            .select("prediction", "again")
            .collectAsList();
    assertEquals(200, both.size());
    both.forEach(row -> assertEquals(row.get(0), row.get(1)));
  }

  @Test
  void anotherModelThanTheJobsFailsIt() throws Exception {
    Dataset<Row> rows = TestData.pixelRows(spark, 4);
    String wrong = "0123456789abcdef".repeat(4);
    ModelRef other = ModelRef.file(file.toString(), wrong);
    SparkException e =
        assertThrows(
            SparkException.class,
            () -> TernaryClassifier.classify(rows, "image", other, PIXELS).collectAsList());
    ModelMismatchException cause = cause(e, ModelMismatchException.class);
    assertEquals(
        file + ": has SHA-256 " + ref.sha256() + ", the job asks for " + wrong, cause.getMessage());

    ModelRef missing = ModelRef.file(folder.resolve("none.setun").toString(), wrong);
    e =
        assertThrows(
            SparkException.class,
            () -> TernaryClassifier.classify(rows, "image", missing, PIXELS).collectAsList());
    assertTrue(cause(e, IOException.class).getMessage().startsWith("this worker has no model "));
  }

  private static <E extends Throwable> E cause(Throwable e, Class<E> type) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (type.isInstance(cause)) {
        return type.cast(cause);
      }
    }
    throw new AssertionError("no cause is a " + type, e);
  }

  @Test
  void mistakesAreFoundBeforeAJobRuns() throws Exception {
    Dataset<Row> rows = TestData.pixelRows(spark, 1);
    assertEquals("no column picture, the data set has id, image", refused(rows, "picture", PIXELS));
    assertEquals(
        "column id is of type int, which cannot hold Tensor[]", refused(rows, "id", TENSORS));
    assertEquals(
        "the data set has a column id already",
        refused(rows, "image", PIXELS.withOutputColumn("id")));
    assertThrows(IllegalArgumentException.class, () -> ModelRef.file("m.setun", "abc"));
    assertThrows(IOException.class, () -> ModelRef.broadcast(spark, folder.resolve("none.setun")));
    assertThrows(IllegalArgumentException.class, () -> PIXELS.withTop(0));
    assertThrows(IllegalArgumentException.class, () -> new RecordFormat.Pixels(28, 28, 2));
  }

  private static String refused(Dataset<Row> rows, String column, ClassifyOptions options) {
    return assertThrows(
            IllegalArgumentException.class,
            () -> TernaryClassifier.classify(rows, column, ref, options))
        .getMessage();
  }
}
