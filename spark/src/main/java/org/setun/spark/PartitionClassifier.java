package org.setun.spark;

import java.io.IOException;
import java.io.Serial;
import java.util.Iterator;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.util.TaskCompletionListener;

/** What a task does with a partition. This is what Spark sends to the workers. */
final class PartitionClassifier implements MapPartitionsFunction<Row, Row> {
  @Serial private static final long serialVersionUID = 1L;

  private final ModelRef ref;
  private final ClassifyOptions options;
  private final ClassifyMetrics metrics;
  private final int imageIndex;

  PartitionClassifier(
      ModelRef ref, ClassifyOptions options, ClassifyMetrics metrics, int imageIndex) {
    this.ref = ref;
    this.options = options;
    this.metrics = metrics;
    this.imageIndex = imageIndex;
  }

  @Override
  public Iterator<Row> call(Iterator<Row> rows) throws IOException {
    ClassifiedRows classified =
        new ClassifiedRows(WorkerModel.get(ref, metrics), options, metrics, imageIndex, rows);
    // A task may end before its rows do: a limit, a failure, a kill.
    TaskCompletionListener listener = context -> classified.close();
    TaskContext.get().addTaskCompletionListener(listener);
    return classified;
  }
}
