package org.setun.spark;

import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.setun.kernels.Network;
import org.setun.kernels.Session;

/**
 * The rows of a partition with their predictions, each computed when it is asked for: a session
 * runs images one after another, so to collect a batch first would only take memory.
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
  private final float[] input;
  private final float[] logits;

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
    this.input = new float[network.inputShape().size()];
    this.logits = new float[network.outputShape().size()];
    this.session = worker.takeSession();
  }

  @Override
  public synchronized boolean hasNext() {
    if (session != null && !rows.hasNext()) {
      close(); // not only at the task's end: one task may read thousands of coalesced partitions
    }
    return session != null;
  }

  @Override
  public synchronized Row next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    Row row = rows.next();
    return extended(row, classify(row.get(imageIndex)));
  }

  /** Gives the session back; there are no more rows then. */
  @Override
  public synchronized void close() {
    if (session != null) {
      worker.giveBack(session);
      session = null;
    }
  }

  private Row classify(Object record) {
    try {
      reader.read(record, input);
    } catch (BadRecordException e) {
      metrics.errors().add(1);
      return OutputRow.failed(e);
    }
    session.run(input, logits, 1);
    metrics.images().add(1);
    return OutputRow.classified(worker.model().top(logits, 0, options.top()));
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
