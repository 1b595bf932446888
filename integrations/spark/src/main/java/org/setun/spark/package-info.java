// SPDX-License-Identifier: Apache-2.0
/**
 * Classifies the images of an Apache Spark data set with a packed ternary network: {@link
 * org.setun.spark.TernaryClassifier}.
 */
package org.setun.spark;
