// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.convert;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.setun.kernels.InvalidNetworkException;
import org.setun.kernels.Layer;
import org.setun.kernels.NetworkGraph;
import org.setun.kernels.Shape;
import org.setun.loader.arch.Architecture;
import org.setun.loader.checkpoint.CheckpointException;
import org.setun.loader.checkpoint.StateDict;
import org.setun.loader.layer.LayerSpec;
import org.setun.loader.layer.ParameterException;
import org.setun.loader.layer.Parameters;
import org.setun.loader.layer.PendingLayers;
import org.setun.loader.method.MethodException;
import org.setun.loader.method.MethodOptions;

/**
 * Gives the layers of an architecture their parameters: merges, folds, and checks that architecture
 * and state dict fit each other.
 *
 * <p>Works in two passes. The first declares every key each layer reads, so that all that are
 * missing, misshapen or unused are reported together; the second reads the tensors and builds the
 * layers.
 */
final class NetworkBuilder {
  private static final String NO_LAYERS =
      "it has no layers, which only an ONNX model brings with it";

  private final Parameters parameters;
  private final List<PendingLayers> pending = new ArrayList<>();

  private NetworkBuilder(Architecture architecture, StateDict state) throws CheckpointException {
    this.parameters = new Parameters(state);
    for (LayerSpec spec : architecture.layers()) {
      pending.add(declare(spec, architecture, parameters));
    }
  }

  private static PendingLayers declare(
      LayerSpec spec, Architecture architecture, Parameters parameters) throws CheckpointException {
    Map<String, Shape> shapes = architecture.shapes();
    return spec.declare(parameters, spec.inputs().stream().map(shapes::get).toList());
  }

  /**
   * Whether every key of a state dict fits an architecture. Most architectures that are tried fail
   * at their first layer, and nothing more is looked at.
   */
  static boolean fits(Architecture architecture, StateDict state) throws CheckpointException {
    Parameters parameters = new Parameters(state);
    for (LayerSpec spec : architecture.layers()) {
      declare(spec, architecture, parameters);
      if (parameters.haveProblem()) {
        return false;
      }
    }
    return !architecture.layers().isEmpty() && parameters.problems().isEmpty();
  }

  /**
   * How the keys of a state dict differ from those of an architecture.
   *
   * @return one sentence per kind of problem; empty if every key fits
   */
  static List<String> keyProblems(Architecture architecture, StateDict state)
      throws CheckpointException {
    return new NetworkBuilder(architecture, state).keyProblems();
  }

  private List<String> keyProblems() throws CheckpointException {
    return pending.isEmpty() ? List.of(NO_LAYERS) : parameters.problems();
  }

  /** A network and how its weights were made ternary. */
  record Built(NetworkGraph graph, LayerMethods methods) {}

  /**
   * Builds the network.
   *
   * @param file the checkpoint, for messages
   * @throws ConversionException naming all that does not fit, or all parameters that are no use
   * @throws CheckpointException if a tensor cannot be read
   */
  static Built build(Path file, Architecture architecture, StateDict state, MethodOptions options)
      throws ConversionException, CheckpointException {
    NetworkBuilder builder = new NetworkBuilder(architecture, state);
    List<String> problems = builder.keyProblems();
    if (!problems.isEmpty()) {
      throw new ConversionException(
          file, "its keys do not fit the architecture " + architecture.name(), problems);
    }
    LayerMethods methods = LayerMethods.find(file, architecture, state, options);
    List<Layer> layers = builder.buildLayers(methods, problems);
    if (!problems.isEmpty()) {
      throw new ConversionException(file, "its parameters cannot be used", problems);
    }
    try {
      return new Built(new NetworkGraph(architecture.inputShape(), layers), methods);
    } catch (InvalidNetworkException e) {
      throw new ConversionException(
          file, "architecture " + architecture.name(), List.of(e.getMessage()));
    }
  }

  private List<Layer> buildLayers(LayerMethods methods, List<String> problems)
      throws CheckpointException {
    List<Layer> layers = new ArrayList<>();
    for (PendingLayers layer : pending) {
      try {
        layers.addAll(layer.build(methods::options));
      } catch (MethodException e) {
        problems.addAll(e.problems());
      } catch (ParameterException e) {
        problems.add(e.getMessage());
      }
    }
    return layers;
  }
}
