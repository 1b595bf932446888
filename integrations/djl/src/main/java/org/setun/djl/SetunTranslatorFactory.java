// SPDX-License-Identifier: Apache-2.0
package org.setun.djl;

import ai.djl.Model;
import ai.djl.modality.Classifications;
import ai.djl.modality.cv.Image;
import ai.djl.ndarray.NDList;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.NoopTranslator;
import ai.djl.translate.TranslateException;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorFactory;
import ai.djl.util.Pair;
import java.lang.reflect.Type;
import java.util.Map;
import java.util.Set;

/**
 * The translators of Setun's models: {@link Image} to {@link Classifications} where the model says
 * how images become inputs, {@code float[]} to {@code float[]} (one input, NCHW, to its outputs)
 * and {@link NDList} to {@link NDList}.
 *
 * @since 0.1
 */
public final class SetunTranslatorFactory implements TranslatorFactory {
  private static final Pair<Type, Type> IMAGES = new Pair<>(Image.class, Classifications.class);
  private static final Pair<Type, Type> FLOATS = new Pair<>(float[].class, float[].class);
  private static final Pair<Type, Type> ARRAYS = new Pair<>(NDList.class, NDList.class);

  /** A factory, to be given to {@code Criteria}. */
  public SetunTranslatorFactory() {}

  @Override
  public Set<Pair<Type, Type>> getSupportedTypes() {
    return Set.of(IMAGES, FLOATS, ARRAYS);
  }

  @Override
  @SuppressWarnings("unchecked") // the pair of types says which translator it is
  public <I, O> Translator<I, O> newInstance(
      Class<I> input, Class<O> output, Model model, Map<String, ?> arguments)
      throws TranslateException {
    Pair<Type, Type> types = new Pair<>(input, output);
    if (types.equals(ARRAYS)) {
      return (Translator<I, O>) new NoopTranslator();
    }
    Model inner = model instanceof ZooModel<?, ?> zoo ? zoo.getWrappedModel() : model;
    if (!(inner instanceof SetunModel setun)) {
      throw new TranslateException("the model " + model.getName() + " was not loaded by Setun");
    }
    if (types.equals(FLOATS)) {
      return (Translator<I, O>) new FloatTranslator();
    }
    if (types.equals(IMAGES)) {
      try {
        return (Translator<I, O>) new ImageTranslator(setun.setunModel());
      } catch (IllegalStateException e) {
        throw new TranslateException(e.getMessage(), e);
      }
    }
    throw new TranslateException(
        "no translation from " + input.getName() + " to " + output.getName());
  }
}
