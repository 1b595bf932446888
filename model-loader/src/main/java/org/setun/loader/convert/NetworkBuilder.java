package org.setun.loader.convert;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.setun.kernels.InvalidNetworkException;
import org.setun.kernels.Layer;
import org.setun.kernels.NetworkGraph;
import org.setun.kernels.Shape;
import org.setun.loader.arch.Architecture;
import org.setun.loader.arch.LayerSpec;
import org.setun.loader.checkpoint.CheckpointException;
import org.setun.loader.checkpoint.StateDict;
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
  private final Parameters parameters;
  private final Map<String, PendingLayer> pending = new LinkedHashMap<>();

  /** A layer whose keys are declared and whose tensors are not read yet. */
  private interface PendingLayer {
    Layer build(LayerMethods methods)
        throws CheckpointException, MethodException, ParameterException;
  }

  private NetworkBuilder(Architecture architecture, StateDict state) throws CheckpointException {
    this.parameters = new Parameters(state);
    Map<String, Shape> shapes = architecture.shapes();
    for (LayerSpec spec : architecture.layers()) {
      pending.put(spec.name(), declare(spec, shapes.get(spec.inputs().getFirst())));
    }
  }

  /**
   * What about the keys of a state dict does not fit an architecture.
   *
   * @return one sentence per kind of problem; empty if every key fits
   */
  static List<String> keyProblems(Architecture architecture, StateDict state)
      throws CheckpointException {
    return new NetworkBuilder(architecture, state).parameters.problems();
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
    List<String> problems = builder.parameters.problems();
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
    for (PendingLayer layer : pending.values()) {
      try {
        layers.add(layer.build(methods));
      } catch (MethodException e) {
        problems.addAll(e.problems());
      } catch (ParameterException e) {
        problems.add(e.getMessage());
      }
    }
    return layers;
  }

  private PendingLayer declare(LayerSpec spec, Shape in) throws CheckpointException {
    return switch (spec) {
      case LayerSpec.Convolution s -> {
        Parameter weights =
            parameters.require(
                s.key() + ".weight",
                s.outputChannels(),
                in.channels(),
                s.window().kernelHeight(),
                s.window().kernelWidth());
        PendingBias bias = declareBias(s.bias(), s.key(), s.outputChannels());
        yield _ ->
            new Layer.Convolution(
                s.name(), s.input(), s.window(), s.outputChannels(), weights.floats(), bias.read());
      }
      case LayerSpec.TernaryConvolution s -> {
        TernaryParameters ternary = TernaryParameters.declare(parameters, s, in.channels());
        yield methods -> ternary.build(methods.options(s.name()));
      }
      case LayerSpec.BatchNorm s -> {
        BatchNorm norm =
            BatchNorm.declare(parameters, s.key(), in.channels(), s.epsilon(), s.affine());
        yield _ -> {
          ChannelAffine affine = norm.affine();
          return new Layer.Affine(
              s.name(), s.input(), affine.floatScale(s.name()), affine.floatShift(s.name()));
        };
      }
      case LayerSpec.PRelu s -> {
        Parameter slope = parameters.requireVector(s.key() + ".weight", in.channels());
        yield _ -> new Layer.PRelu(s.name(), s.input(), slope.perChannel(in.channels()));
      }
      case LayerSpec.Linear s -> {
        Parameter weights = parameters.require(s.key() + ".weight", s.outputs(), in.size());
        PendingBias bias = declareBias(s.bias(), s.key(), s.outputs());
        yield _ ->
            new Layer.Linear(s.name(), s.input(), s.outputs(), weights.floats(), bias.read());
      }
      case LayerSpec.Relu s -> {
        parameters.give(in.channels());
        yield _ -> new Layer.PRelu(s.name(), s.input(), new float[in.channels()]);
      }
      case LayerSpec.MaxPool s -> _ -> new Layer.MaxPool(s.name(), s.input(), s.window());
      case LayerSpec.AveragePool s -> _ -> new Layer.AveragePool(s.name(), s.input(), s.window());
      case LayerSpec.ChannelPad s -> _ -> new Layer.ChannelPad(s.name(), s.input(), s.channels());
      case LayerSpec.Add s -> _ -> new Layer.Add(s.name(), s.left(), s.right());
      case LayerSpec.Concat s -> _ -> new Layer.Concat(s.name(), s.inputs());
    };
  }

  /** A bias whose key is declared, or the zeros that stand for none. */
  private interface PendingBias {
    float[] read() throws CheckpointException, ParameterException;
  }

  private PendingBias declareBias(boolean present, String key, int channels)
      throws CheckpointException {
    if (!present) {
      parameters.give(channels);
      return () -> new float[channels];
    }
    return parameters.require(key + ".bias", channels)::floats;
  }
}
