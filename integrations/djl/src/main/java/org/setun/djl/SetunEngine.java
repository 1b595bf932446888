// SPDX-License-Identifier: Apache-2.0
package org.setun.djl;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import java.util.Optional;
import org.setun.kernels.Kernels;

/**
 * Runs packed ternary networks, on the processor. It trains nothing and computes nothing on arrays
 * by itself: what DJL asks of one that is more than to hold values is done by the engine that
 * stands beside it on the class path, if there is one, and else is refused.
 *
 * <pre>{@code
 * Criteria<Image, Classifications> criteria =
 *     Criteria.builder()
 *         .setTypes(Image.class, Classifications.class)
 *         .optModelPath(Path.of("model.setun"))
 *         .optEngine("Setun")
 *         .optTranslatorFactory(new SetunTranslatorFactory())
 *         .build();
 * try (ZooModel<Image, Classifications> model = criteria.loadModel();
 *     Predictor<Image, Classifications> predictor = model.newPredictor()) {
 *   System.out.println(predictor.predict(ImageFactory.getInstance().fromFile(file)).topK(5));
 * }
 * }</pre>
 *
 * @since 0.1
 */
public final class SetunEngine extends Engine {
  /** The engine's name. */
  public static final String NAME = "Setun";

  /** Behind the engines that compute on arrays: it is not the default beside one of them. */
  static final int RANK = 20;

  SetunEngine() {}

  /** None: to look for one would load its native code. */
  @Override
  public Engine getAlternativeEngine() {
    return null;
  }

  @Override
  public String getEngineName() {
    return NAME;
  }

  @Override
  public int getRank() {
    return RANK;
  }

  @Override
  public String getVersion() {
    return Optional.ofNullable(Kernels.class.getPackage().getImplementationVersion())
        .orElse("unknown");
  }

  @Override
  public boolean hasCapability(String capability) {
    return false;
  }

  @Override
  public Model newModel(String name, Device device) {
    return new SetunModel(name, newBaseManager(device));
  }

  @Override
  public NDManager newBaseManager() {
    return newBaseManager(null);
  }

  @Override
  public NDManager newBaseManager(Device device) {
    return SetunManager.root().newSubManager(device);
  }

  @Override
  public String toString() {
    return NAME + " " + getVersion() + ", " + Kernels.best().implementation();
  }
}
