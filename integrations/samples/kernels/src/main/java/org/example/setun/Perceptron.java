// SPDX-License-Identifier: Apache-2.0
package org.example.setun;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import org.setun.kernels.ProductSession;
import org.setun.kernels.TernaryMatrix;
import org.setun.kernels.TernaryProduct;
import org.setun.kernels.TernaryRows;
import org.setun.kernels.Thresholds;

/**
 * A network of ternary weights and activations on Setun's kernels alone: four fully connected
 * layers, the first three with a BatchNorm, between them numbers rounded to -1, 0 and +1.
 */
public final class Perceptron {
  /** Images that are multiplied at a time. */
  private static final int BATCH = 100;

  private static final float EPSILON = 1e-5f;

  /** What a layer of this model multiplies with, by its name in the file. */
  private static final String[] WEIGHTS = {"41", "53", "65", "77"};

  private static final String[] NORMS = {"features.3", "features.7", "features.11"};
  private static final int[] EXTENTS = {784, 64, 64, 64, 10};

  private final ProductSession[] sessions = new ProductSession[WEIGHTS.length];
  private final TernaryRows[] inputs = new TernaryRows[WEIGHTS.length];
  private final float[][] scales = new float[WEIGHTS.length][];
  private final float[][] shifts = new float[WEIGHTS.length][];
  private final float[] values = new float[BATCH * EXTENTS[1]];

  Perceptron(Initializers model) {
    for (int layer = 0; layer < WEIGHTS.length; layer++) {
      int columns = EXTENTS[layer];
      int outputs = EXTENTS[layer + 1];
      // The file holds the rounded weights: all are -1, 0 or +1.
      TernaryMatrix weights =
          TernaryMatrix.ofFloats(model.get(WEIGHTS[layer]), outputs, columns, 0.5f);
      TernaryProduct product = TernaryProduct.of(weights, BATCH);
      sessions[layer] = product.session();
      inputs[layer] = product.rows(BATCH, rounding(columns));
      scales[layer] = new float[outputs];
      shifts[layer] = new float[outputs];
      Arrays.fill(scales[layer], 1);
      if (layer < NORMS.length) {
        foldBatchNorm(model, NORMS[layer], scales[layer], shifts[layer]);
      }
    }
  }

  /** Half to even, as the file's quantizers round: 0.5 and -0.5 become 0. */
  private static Thresholds rounding(int columns) {
    float[] low = new float[columns];
    float[] high = new float[columns];
    Arrays.fill(low, -0.5f);
    Arrays.fill(high, Math.nextUp(0.5f));
    return new Thresholds(low, high, new boolean[columns]);
  }

  private static void foldBatchNorm(
      Initializers model, String name, float[] scales, float[] shifts) {
    float[] weight = model.get(name + ".weight");
    float[] bias = model.get(name + ".bias");
    float[] mean = model.get(name + ".running_mean");
    float[] variance = model.get(name + ".running_var");
    for (int o = 0; o < scales.length; o++) {
      scales[o] = weight[o] / (float) Math.sqrt(variance[o] + EPSILON);
      shifts[o] = bias[o] - mean[o] * scales[o];
    }
  }

  /** The classes of {@value #BATCH} images of bytes, from index {@code from} on. */
  int[] classify(byte[] pixels, int from) {
    float[] image = new float[EXTENTS[0]];
    for (int r = 0; r < BATCH; r++) {
      for (int i = 0; i < image.length; i++) {
        image[i] = 2 * ((pixels[from + r * image.length + i] & 0xFF) / 255f) - 1;
      }
      inputs[0].set(r, image, 0);
    }
    int outputs = 0;
    for (int layer = 0; layer < sessions.length; layer++) {
      outputs = EXTENTS[layer + 1];
      sessions[layer].multiply(
          inputs[layer], BATCH, scales[layer], shifts[layer], values, 0, outputs);
      for (int r = 0; layer + 1 < inputs.length && r < BATCH; r++) {
        inputs[layer + 1].set(r, values, r * outputs);
      }
    }
    int[] classes = new int[BATCH];
    for (int r = 0; r < BATCH; r++) {
      for (int o = 1; o < outputs; o++) {
        if (values[r * outputs + o] > values[r * outputs + classes[r]]) {
          classes[r] = o;
        }
      }
    }
    return classes;
  }

  /** The bytes of an IDX file behind its header: a magic number, whose last byte counts extents. */
  private static byte[] idx(Path file) throws IOException {
    try (DataInputStream in =
        new DataInputStream(new GZIPInputStream(Files.newInputStream(file)))) {
      int extents = in.readInt() & 0xFF;
      in.skipNBytes(4L * extents);
      return in.readAllBytes();
    }
  }

  /** Classifies: {@code Perceptron TFC_2W2A.onnx IMAGES.gz LABELS.gz}. */
  public static void main(String[] args) throws IOException {
    Perceptron network = new Perceptron(Initializers.of(Path.of(args[0])));
    byte[] images = idx(Path.of(args[1]));
    byte[] labels = idx(Path.of(args[2]));
    int right = 0;
    for (int first = 0; first < labels.length; first += BATCH) {
      int[] classes = network.classify(images, first * EXTENTS[0]);
      for (int i = 0; i < BATCH; i++) {
        right += classes[i] == labels[first + i] ? 1 : 0;
      }
    }
    System.out.println(network.sessions[0]);
    System.out.println(right + " of " + labels.length + " right");
  }
}
