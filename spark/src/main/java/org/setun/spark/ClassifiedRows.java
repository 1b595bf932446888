package org.setun.spark;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Queue;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.setun.kernels.Network;
import org.setun.kernels.Session;

/**
 * The rows of a partition with their predictions, computed a batch at a time when asked for.
 *
 * <p>Methods are synchronized because Spark may read rows on another thread than the task's (to
 * feed a Python process), which ends the task on its own.
 */
final class ClassifiedRows implements Iterator<Row>, AutoCloseable {
  private final WorkerModel worker;
  private final ClassifyOptions options;
  private final ClassifyMetrics metrics;
  private final int imageIndex;
  private final Iterator<Row> rows;
  private final RecordReader reader;
  private final int inputs;
  private final int outputs;
  private final float[] input;
  private final float[] logits;
  private final Queue<Row> ready = new ArrayDeque<>();

  /** Null once given back. */
  private Session session;

  ClassifiedRows(
      WorkerModel worker,
      ClassifyOptions options,
      ClassifyMetrics metrics,
      int imageIndex,
      Iterator<Row> rows) {
    Network network = worker.model().network();
    this.worker = worker;
    this.options = options;
    this.metrics = metrics;
    this.imageIndex = imageIndex;
    this.rows = rows;
    this.reader = new RecordReader(options.format(), worker.model());
    this.inputs = network.inputShape().size();
    this.outputs = network.outputShape().size();
    this.input = new float[Math.multiplyExact(options.batch(), inputs)];
    this.logits = new float[Math.multiplyExact(options.batch(), outputs)];
    this.session = worker.takeSession();
  }

  @Override
  public synchronized boolean hasNext() {
    if (ready.isEmpty() && session != null) {
      if (rows.hasNext()) {
        classifyBatch();
      } else {
        close(); // not only at the task's end: one task may read thousands of coalesced partitions
      }
    }
    return !ready.isEmpty();
  }

  @Override
  public synchronized Row next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return ready.remove();
  }

  /** Gives the session back; what is not computed yet is not computed any more. */
  @Override
  public synchronized void close() {
    if (session != null) {
      worker.giveBack(session);
      session = null;
    }
  }

  private void classifyBatch() {
    List<Row> batch = new ArrayList<>(options.batch());
    List<Row> failures = new ArrayList<>(options.batch()); // null: classified
    int images = 0;
    while (batch.size() < options.batch() && rows.hasNext()) {
      Row row = rows.next();
      batch.add(row);
      try {
        reader.read(row.get(imageIndex), input, images * inputs);
        failures.add(null);
        images++;
      } catch (BadRecordException e) {
        failures.add(OutputRow.failed(e));
      }
    }
    session.run(input, logits, images);
    metrics.images().add(images);
    metrics.errors().add(batch.size() - images);

    int image = 0;
    for (int i = 0; i < batch.size(); i++) {
      Row output = failures.get(i);
      if (output == null) {
        output = OutputRow.classified(worker.model().top(logits, outputs * image, options.top()));
        image++;
      }
      ready.add(extended(batch.get(i), output));
    }
  }

  /** The row's values, without the image if it is not wanted, and one more. */
  private Row extended(Row row, Row output) {
    int kept = options.keepImage() ? row.size() : row.size() - 1;
    Object[] values = new Object[kept + 1];
    int at = 0;
    for (int i = 0; i < row.size(); i++) {
      if (options.keepImage() || i != imageIndex) {
        values[at++] = row.get(i);
      }
    }
    values[at] = output;
    return RowFactory.create(values);
  }
}
