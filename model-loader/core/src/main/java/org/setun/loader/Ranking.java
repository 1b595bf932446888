// SPDX-License-Identifier: Apache-2.0
package org.setun.loader;

import java.util.ArrayList;
import java.util.List;

/** Orders a row of logits. Of equal ones the first wins, and NaN is the largest, as in PyTorch. */
final class Ranking {
  private Ranking() {}

  /** Place of the largest of a row of logits, counted from the row's first. */
  static int best(float[] logits, int from, int count) {
    int best = 0;
    for (int i = 1; i < count; i++) {
      if (isAbove(logits[from + i], logits[from + best])) {
        best = i;
      }
    }
    return best;
  }

  private static boolean isAbove(float a, float b) {
    return a > b || (Float.isNaN(a) && !Float.isNaN(b));
  }

  /**
   * The largest logits of a row as predictions, the best first.
   *
   * @param areProbabilities whether a softmax has been applied to them already
   */
  static List<Prediction> top(
      ModelInfo info, boolean areProbabilities, float[] logits, int from, int count, int top) {
    double largest = logits[from + best(logits, from, count)];
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += Math.exp(logits[from + i] - largest);
    }
    List<Prediction> predictions = new ArrayList<>();
    for (int index : largest(logits, from, count, Math.min(top, count))) {
      float logit = logits[from + index];
      double probability = areProbabilities ? logit : Math.exp(logit - largest) / sum;
      predictions.add(new Prediction(index, info.label(index), logit, probability));
    }
    return predictions;
  }

  /** Places of the largest, sorted; a thousand classes are gone through once, not sorted. */
  private static int[] largest(float[] logits, int from, int count, int top) {
    int[] places = new int[top];
    int found = 0;
    for (int i = 0; i < count; i++) {
      int rank = found;
      while (rank > 0 && isAbove(logits[from + i], logits[from + places[rank - 1]])) {
        rank--;
      }
      if (rank < top) {
        found = Math.min(found + 1, top);
        System.arraycopy(places, rank, places, rank + 1, found - rank - 1);
        places[rank] = i;
      }
    }
    return places;
  }
}
