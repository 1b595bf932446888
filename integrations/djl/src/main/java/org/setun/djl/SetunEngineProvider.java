// SPDX-License-Identifier: Apache-2.0
package org.setun.djl;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineProvider;

/**
 * How DJL finds the engine.
 *
 * @since 0.1
 */
public final class SetunEngineProvider implements EngineProvider {
  /** Holds the engine, made when first asked for. */
  private static final class Holder {
    static final Engine INSTANCE = new SetunEngine();
  }

  /** For the service loader. */
  public SetunEngineProvider() {}

  @Override
  public String getEngineName() {
    return SetunEngine.NAME;
  }

  @Override
  public int getEngineRank() {
    return SetunEngine.RANK;
  }

  @Override
  public Engine getEngine() {
    return Holder.INSTANCE;
  }
}
