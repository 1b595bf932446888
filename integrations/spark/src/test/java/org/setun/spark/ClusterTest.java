// SPDX-License-Identifier: Apache-2.0
package org.setun.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.setun.loader.Evaluation;
import org.setun.loader.Model;

/** The adapter on two executor JVMs, each of one core, started by Spark's own launcher. */
class ClusterTest {
  private static final int WORKERS = 2;

  @TempDir private static Path folder;
  private static SparkSession spark;

  @BeforeAll
  static void start() throws Exception {
    ExecutorClassPath executors = ExecutorClassPath.link(Path.of(System.getenv("SPARK_HOME")));
    spark =
        LocalSpark.builder("local-cluster[" + WORKERS + ",1,1024]")
            .config("spark.executorEnv.JAVA_HOME", System.getProperty("java.home"))
            .config("spark.executor.extraClassPath", executors.folders())
            // No task before both executors are there, or one might do all the work.
            .config("spark.scheduler.minRegisteredResourcesRatio", "1.0")
            .config("spark.scheduler.maxRegisteredResourcesWaitingTime", "120s")
            .config("spark.locality.wait", "0s")
            .getOrCreate();
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  @Test
  void everyWorkerLoadsTheModelOnceAndPredictsAsTheLoaderDoes() throws Exception {
    Path file = TestData.model(folder.resolve("mapped.setun"));
    String parquet = folder.resolve("images.parquet").toString();
    TestData.pixelRows(spark, 10_000).repartition(16).write().parquet(parquet);
    Dataset<Row> images = spark.read().parquet(parquet).repartition(16);
    int[] expected = Evaluation.predict(Model.load(file), TestData.images(), 2, done -> {});
    assertEquals(9259, Evaluation.countCorrect(expected, TestData.labels()));

    assertSamePredictions(expected, images, ModelRef.file(file));
    Path other = TestData.model(folder.resolve("broadcast.setun"));
    assertSamePredictions(expected, images, ModelRef.broadcast(spark, other));
  }

  private static void assertSamePredictions(int[] expected, Dataset<Row> images, ModelRef model) {
    ClassifyMetrics metrics = ClassifyMetrics.register(spark);
    ClassifyOptions options = ClassifyOptions.DEFAULT.withFormat(TestData.PIXELS);
    MapPartitionsFunction<Row, String> withProcess =
        rows -> {
          List<String> lines = new ArrayList<>();
          long process = ProcessHandle.current().pid();
          rows.forEachRemaining(
              row -> lines.add(row.getInt(0) + " " + row.getInt(1) + " " + process));
          return lines.iterator();
        };
    List<String[]> lines =
        TernaryClassifier.classify(images, "image", model, options, metrics)
            .select("id", "prediction.index")
            .mapPartitions(withProcess, Encoders.STRING())
            .collectAsList()
            .stream()
            .map(line -> line.split(" "))
            .toList();

    int[] predictions = new int[expected.length];
    Arrays.fill(predictions, -1);
    for (String[] line : lines) {
      predictions[Integer.parseInt(line[0])] = Integer.parseInt(line[1]);
    }
    assertArrayEquals(expected, predictions);
    Set<String> processes = lines.stream().map(line -> line[2]).collect(Collectors.toSet());
    assertEquals(WORKERS, processes.size());
    processes.forEach(
        process -> assertNotEquals(ProcessHandle.current().pid(), Long.parseLong(process)));
    assertEquals(WORKERS, metrics.modelsLoaded().value());
    assertEquals(expected.length, metrics.images().value());
  }
}
