// SPDX-License-Identifier: Apache-2.0
package org.setun.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** One input's values, NCHW, to its outputs. */
final class FloatTranslator implements Translator<float[], float[]> {
  @Override
  public NDList processInput(TranslatorContext context, float[] input) {
    return batchProcessInput(context, List.of(input));
  }

  @Override
  public float[] processOutput(TranslatorContext context, NDList list) {
    return batchProcessOutput(context, list).getFirst();
  }

  @Override
  public NDList batchProcessInput(TranslatorContext context, List<float[]> inputs) {
    int length = inputs.getFirst().length;
    FloatBuffer all = FloatBuffer.allocate(Math.multiplyExact(inputs.size(), length));
    for (float[] input : inputs) {
      if (input.length != length) {
        throw new IllegalArgumentException(
            "inputs of " + length + " and of " + input.length + " values in a batch");
      }
      all.put(input);
    }
    Shape shape = new Shape(inputs.size(), length);
    return new NDList(context.getNDManager().create(all.rewind(), shape));
  }

  @Override
  public List<float[]> batchProcessOutput(TranslatorContext context, NDList list) {
    NDArray array = list.head();
    float[] all = array.toFloatArray();
    int batch = Math.toIntExact(array.getShape().get(0));
    int length = all.length / batch;
    List<float[]> outputs = new ArrayList<>(batch);
    for (int i = 0; i < batch; i++) {
      outputs.add(Arrays.copyOfRange(all, i * length, (i + 1) * length));
    }
    return outputs;
  }
}
