// SPDX-License-Identifier: Apache-2.0
package org.setun.spark;

import java.io.Serializable;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.LongAccumulator;

/**
 * What the workers count; Spark's web page lists it with each stage. As with all accumulators, a
 * task that runs a second time (a lost worker, a stage that is computed again) counts again.
 *
 * @param modelsLoaded models read from file or broadcast: 1 for each worker JVM that had none yet
 * @param images records that were classified
 * @param errors records that became a row with an error
 * @since 0.1
 */
public record ClassifyMetrics(
    LongAccumulator modelsLoaded, LongAccumulator images, LongAccumulator errors)
    implements Serializable {
  /**
   * Registers new counters, all 0.
   *
   * @param spark the session whose jobs are counted
   * @return the counters
   */
  public static ClassifyMetrics register(SparkSession spark) {
    return new ClassifyMetrics(
        spark.sparkContext().longAccumulator("setun models loaded"),
        spark.sparkContext().longAccumulator("setun images classified"),
        spark.sparkContext().longAccumulator("setun images with errors"));
  }
}
