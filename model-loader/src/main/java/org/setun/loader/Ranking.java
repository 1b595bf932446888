package org.setun.loader;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

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

  /** The largest logits of a row as predictions, the best first. */
  static List<Prediction> top(ModelInfo info, float[] logits, int from, int count, int top) {
    double largest = logits[from + best(logits, from, count)];
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += Math.exp(logits[from + i] - largest);
    }
    double total = sum;
    List<Prediction> predictions = new ArrayList<>();
    IntStream.range(0, count)
        .boxed()
        .sorted((a, b) -> Float.compare(logits[from + b], logits[from + a]))
        .limit(top)
        .forEach(
            i -> {
              float logit = logits[from + i];
              predictions.add(
                  new Prediction(i, info.label(i), logit, Math.exp(logit - largest) / total));
            });
    return predictions;
  }
}
