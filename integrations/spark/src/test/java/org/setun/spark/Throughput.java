// SPDX-License-Identifier: Apache-2.0
package org.setun.spark;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.commons.io.file.PathUtils;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.setun.kernels.Session;
import org.setun.loader.Model;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * What the adapter's throughput is beside the bare session's: all of them in one process, by turns,
 * on the same records. Processor time is counted too: it tells them apart on a busy machine.
 */
@Command(name = "throughput", showDefaultValues = true, mixinStandardHelpOptions = true)
final class Throughput implements Callable<Integer> {
  @Parameters(paramLabel = "MODEL", description = "a packed model")
  private Path file;

  @Option(names = "--records", description = "${COMPLETION-CANDIDATES}")
  private Records.Kind kind = Records.Kind.TENSOR;

  @Option(names = "--distinct", description = "different records")
  private int distinct = 256;

  @Option(names = "--repeat", description = "how often a run goes through them")
  private int repeat = 10;

  @Option(names = "--threads", description = "threads, and Spark's cores")
  private int threads = 1;

  @Option(names = "--rounds", description = "rounds, after one to warm up")
  private int rounds = 5;

  @Option(names = "--shuffles", description = "measure shuffles too")
  private boolean shuffles;

  /** One run over all records. */
  private interface Run {
    void run() throws Exception;
  }

  /** What a run took, per image. */
  private record Sample(double wallMicros, double processorMicros) {}

  private Model model;
  private Records records;

  /** Starts the comparison. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new Throughput()).execute(args));
  }

  @Override
  public Integer call() throws Exception {
    model = Model.load(file);
    records = Records.of(kind, model, distinct);
    Path parquet = Files.createTempDirectory("throughput");
    try (SparkSession spark =
        LocalSpark.builder("local[" + threads + "]")
            .config("spark.sql.files.maxPartitionBytes", "64m")
            // README.md says why images want these two.
            .config("spark.sql.parquet.columnarReaderBatchSize", "16")
            .config("spark.sql.parquet.compression.codec", "uncompressed")
            .getOrCreate()) {
      TestData.binaryRows(spark, records.values())
          .repartition(threads)
          .write()
          .mode("overwrite")
          .parquet(parquet.toString());
      compare(runs(spark, parquet.toString()));
    } finally {
      PathUtils.deleteDirectory(parquet);
    }
    return 0;
  }

  private Map<String, Run> runs(SparkSession spark, String parquet) throws IOException {
    ClassifyOptions options = ClassifyOptions.DEFAULT.withFormat(records.format());
    ModelRef ref = ModelRef.file(file);
    Dataset<Row> images =
        spark.read().parquet(Collections.nCopies(repeat, parquet).toArray(String[]::new));
    Dataset<Row> withImage = TernaryClassifier.classify(images, "image", ref, options);
    Dataset<Row> classified = withImage.drop("image");

    Map<String, Run> runs = new LinkedHashMap<>();
    runs.put("session.run alone", () -> onThreads(this::sessionAlone));
    runs.put("record to prediction, plain threads", () -> onThreads(this::plain));
    runs.put("Spark", () -> consume(classified));
    if (shuffles) {
      runs.put("Spark, no network: scan only", () -> consume(images));
      runs.put("Spark, image kept", () -> consume(withImage));
      runs.put(
          "Spark, images shuffled before",
          () ->
              consume(
                  TernaryClassifier.classify(images.repartition(8), "image", ref, options)
                      .drop("image")));
      runs.put("Spark, predictions shuffled after", () -> consume(classified.repartition(8)));
    }
    return runs;
  }

  private static void consume(Dataset<Row> rows) {
    rows.write().format("noop").mode("overwrite").save();
  }

  private void compare(Map<String, Run> runs) throws Exception {
    Map<String, List<Sample>> samples = new LinkedHashMap<>();
    runs.keySet().forEach(name -> samples.put(name, new ArrayList<>()));
    List<Map.Entry<String, Run>> order = new ArrayList<>(runs.entrySet());
    Random random = new Random(1);
    for (int round = 0; round <= rounds; round++) {
      // Not always one after the same other: what that leaves behind would count for it.
      Collections.shuffle(order, random);
      for (Map.Entry<String, Run> run : order) {
        Sample sample = time(run.getValue());
        System.out.printf(
            "round %d  %-36s %9.1f us wall, %9.1f us of processor an image%n",
            round, run.getKey(), sample.wallMicros(), sample.processorMicros());
        if (round > 0) {
          samples.get(run.getKey()).add(sample);
        }
      }
    }
    report(samples);
  }

  private Sample time(Run run) throws Exception {
    OperatingSystemMXBean process =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    long start = System.nanoTime();
    long processorStart = process.getProcessCpuTime();
    run.run();
    double images = (double) repeat * distinct;
    return new Sample(
        (System.nanoTime() - start) / images / 1e3,
        (process.getProcessCpuTime() - processorStart) / images / 1e3);
  }

  /** Medians, and medians of the rounds' ratios to the first run of the same round. */
  private void report(Map<String, List<Sample>> samples) {
    List<Sample> base = samples.values().iterator().next();
    System.out.printf(
        "%n%s, %s, %d thread(s), medians of %d rounds%n",
        file.getFileName(), kind, threads, rounds);
    System.out.printf(
        "%-36s %10s %10s %9s %12s%n", "", "images/s", "us/image", "of first", "by processor");
    samples.forEach(
        (name, all) -> {
          double wall = median(all.stream().mapToDouble(Sample::wallMicros).toArray());
          double[] ratios = new double[rounds];
          double[] processorRatios = new double[rounds];
          for (int i = 0; i < rounds; i++) {
            ratios[i] = base.get(i).wallMicros() / all.get(i).wallMicros();
            processorRatios[i] = base.get(i).processorMicros() / all.get(i).processorMicros();
          }
          System.out.printf(
              "%-36s %10.0f %10.1f %8.1f%% %11.1f%%%n",
              name, 1e6 / wall, wall, 100 * median(ratios), 100 * median(processorRatios));
        });
  }

  private static double median(double[] values) {
    Arrays.sort(values);
    int half = values.length / 2;
    return values.length % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
  }

  /** Gives each thread an equal share of the passes over the records. */
  private void onThreads(Share share) throws Exception {
    try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
      List<Future<?>> workers = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        int first = t;
        workers.add(
            executor.submit(
                () -> {
                  share.run(first);
                  return null;
                }));
      }
      for (Future<?> worker : workers) {
        worker.get();
      }
    }
  }

  /** The records {@code first}, {@code first + threads}, … of all passes. */
  private interface Share {
    void run(int first) throws Exception;
  }

  private void sessionAlone(int first) {
    Session session = model.network().session();
    float[] logits = new float[model.network().outputShape().size()];
    for (int i = first; i < repeat * distinct; i += threads) {
      session.run(records.inputs().get(i % distinct), logits, 1);
    }
  }

  private void plain(int first) throws BadRecordException {
    Session session = model.network().session();
    RecordReader reader = new RecordReader(records.format(), model);
    float[] input = new float[model.network().inputShape().size()];
    float[] logits = new float[model.network().outputShape().size()];
    for (int i = first; i < repeat * distinct; i += threads) {
      reader.read(records.values().get(i % distinct), input);
      session.run(input, logits, 1);
      model.top(logits, 0, 1);
    }
  }
}
