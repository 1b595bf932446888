// SPDX-License-Identifier: Apache-2.0
package org.setun.spark;

import java.io.IOException;
import java.io.Serial;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;

/**
 * The function that turns a column of records into a column of predictions. This is what Spark
 * sends to the workers.
 *
 * <p>A function of one column, not of whole rows: Spark hands over the record as its reader left
 * it, without making rows of the other columns and copying the image into and out of each.
 */
final class RecordClassifier implements UDF1<Object, Row> {
  @Serial private static final long serialVersionUID = 1L;

  private final ModelRef ref;
  private final ClassifyOptions options;
  private final ClassifyMetrics metrics;

  /** What this JVM has of the model, got at the first record; it keeps the model from going. */
  private transient volatile Worker worker;

  /** The model, and what reads records for it. */
  private record Worker(WorkerModel model, RecordReader reader) {}

  RecordClassifier(ModelRef ref, ClassifyOptions options, ClassifyMetrics metrics) {
    this.ref = ref;
    this.options = options;
    this.metrics = metrics;
  }

  @Override
  public Row call(Object value) throws IOException {
    Worker here = worker;
    if (here == null) {
      WorkerModel model = WorkerModel.get(ref, metrics);
      here = new Worker(model, new RecordReader(options.format(), model.model()));
      worker = here;
    }
    Workspace workspace = here.model().take();
    try {
      here.reader().read(value, workspace.input());
      workspace.run();
      metrics.images().add(1);
      return OutputRow.classified(here.model().model().top(workspace.logits(), 0, options.top()));
    } catch (BadRecordException e) {
      metrics.errors().add(1);
      return OutputRow.failed(e);
    } finally {
      here.model().giveBack(workspace);
    }
  }
}
