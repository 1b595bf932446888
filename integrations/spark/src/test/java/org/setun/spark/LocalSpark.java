// SPDX-License-Identifier: Apache-2.0
package org.setun.spark;

import org.apache.spark.sql.SparkSession;

/** A Spark that keeps to this machine: no web page, no other interface than loopback. */
final class LocalSpark {
  private LocalSpark() {}

  static SparkSession.Builder builder(String master) {
    return SparkSession.builder()
        .master(master)
        .appName("setun")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.sql.shuffle.partitions", "2");
  }
}
