// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.convert;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.setun.kernels.Shape;
import org.setun.loader.arch.Architecture;
import org.setun.loader.checkpoint.CheckpointException;
import org.setun.loader.checkpoint.StateDict;
import org.setun.loader.layer.LayerSpec;
import org.setun.loader.layer.TernaryLayer;
import org.setun.loader.method.KernelLevels;
import org.setun.loader.method.Method;
import org.setun.loader.method.MethodException;
import org.setun.loader.method.MethodOptions;
import org.setun.loader.method.WeightKeys;

/**
 * How the weights of each ternary layer of a checkpoint were trained: as the architecture or the
 * options say, else as the tensors show.
 *
 * @since 0.1
 */
public final class LayerMethods {
  private final MethodOptions options;
  private final Map<String, Seen> layers = new LinkedHashMap<>();
  private final Map<String, Method> methods = new LinkedHashMap<>();

  private LayerMethods(MethodOptions options) {
    this.options = options;
  }

  /** What a layer's tensors are. */
  private enum Tensors {
    PAIR("pair of latent kernels", "pairs of latent kernels"),
    WITH_SCALES("latent kernel with two scales", "latent kernels with two scales"),
    LATENTS("latent kernel", "latent kernels"),
    ONE_SCALE("ternary kernel with one scale", "ternary kernels with one scale"),
    TWO_SCALES("ternary kernel with two scales", "ternary kernels with two scales"),
    SCALE_PER_CHANNEL(
        "ternary kernel with one scale a channel", "ternary kernels with one scale a channel");

    private final String one;
    private final String many;

    Tensors(String one, String many) {
      this.one = one;
      this.many = many;
    }

    private String counted(long count) {
      return count + " " + (count == 1 ? one : many);
    }
  }

  /**
   * A layer's tensors.
   *
   * @param what what they are
   * @param description the tensor and its values, for messages
   */
  private record Seen(TernaryLayer spec, Tensors what, String description) {}

  /**
   * Finds the methods. Reads the kernels, one at a time.
   *
   * @param file the checkpoint, for messages
   * @param architecture its layers, whose keys are all there
   * @param state its tensors
   * @param options the method of layers for which the architecture names none
   * @return the methods
   * @throws ConversionException if the tensors of a layer do not show its method, or are not those
   *     of the method it should have, or no layer's method reads one of the options; it names them
   * @throws CheckpointException if a tensor cannot be read
   */
  public static LayerMethods find(
      Path file, Architecture architecture, StateDict state, MethodOptions options)
      throws ConversionException, CheckpointException {
    Objects.requireNonNull(file, "file");
    Objects.requireNonNull(architecture, "architecture");
    Objects.requireNonNull(state, "state");
    Objects.requireNonNull(options, "options");
    LayerMethods result = new LayerMethods(options);
    List<String> problems = new ArrayList<>();
    Map<String, Shape> shapes = architecture.shapes();
    for (LayerSpec layer : architecture.layers()) {
      if (layer instanceof TernaryLayer spec) {
        try {
          result.layers.put(spec.name(), look(spec, shapes.get(spec.input()), state));
        } catch (MethodException e) {
          problems.addAll(e.problems());
        }
      }
    }
    result.decide(problems);
    if (!problems.isEmpty()) {
      throw new ConversionException(file, "its parameters cannot be used", problems);
    }
    return result;
  }

  private static Seen look(TernaryLayer spec, Shape in, StateDict state)
      throws CheckpointException, MethodException {
    WeightKeys keys = WeightKeys.find(spec.key(), state::contains);
    String name = keys.weights().getFirst();
    return switch (keys.form()) {
      case PAIR ->
          new Seen(
              spec, Tensors.PAIR, name + " and " + keys.weights().getLast() + " are a latent pair");
      case WITH_SCALES ->
          new Seen(
              spec,
              Tensors.WITH_SCALES,
              name + " has the scales " + String.join(" and ", keys.scales()));
      case KERNEL -> {
        KernelLevels levels = KernelLevels.of(spec.kernel(state.tensor(name), in));
        yield new Seen(
            spec, Tensors.valueOf(levels.form().name()), name + " holds " + levels.describe());
      }
    };
  }

  private void decide(List<String> problems) {
    boolean twoScales =
        layers.values().stream()
            .anyMatch(s -> s.what == Tensors.TWO_SCALES || s.what == Tensors.WITH_SCALES);
    List<Seen> unclear = new ArrayList<>();
    for (Seen seen : layers.values()) {
      Method wanted = wanted(seen, problems);
      Method method = wanted == Method.AUTO ? shown(seen.what, twoScales) : wanted;
      if (method == Method.AUTO) {
        unclear.add(seen);
      } else if (!canRead(method, seen.what)) {
        problems.add(seen.description + ", which the method " + method.label() + " does not read");
      }
      methods.put(seen.spec.name(), method);
    }
    if (!unclear.isEmpty()) {
      problems.add(
          unclear.getFirst().description
              + (unclear.size() > 1 ? ", and so do " + (unclear.size() - 1) + " more layers" : "")
              + ": of XNOR-Net or of TWN, which look alike; --method xnor or --method twn says"
              + " which");
    } else if (problems.isEmpty()) {
      Set<Method> found = Set.copyOf(methods.values());
      for (String unread : options.unreadBy(found)) {
        problems.add(unread + ", the ternary layers are: " + summary());
      }
    }
  }

  /** The method that a layer should have; the architecture knows better than the options. */
  private Method wanted(Seen seen, List<String> problems) {
    Method own = seen.spec.method();
    if (own != Method.AUTO && options.method() != Method.AUTO && own != options.method()) {
      problems.add(
          "layer "
              + seen.spec.name()
              + ": the architecture says method "
              + own.label()
              + ", the options "
              + options.method().label());
    }
    return own == Method.AUTO ? options.method() : own;
  }

  /** The method that tensors show, {@link Method#AUTO} where several have such. */
  private static Method shown(Tensors tensors, boolean twoScales) {
    return switch (tensors) {
      case PAIR -> Method.STTN;
      case WITH_SCALES, TWO_SCALES -> Method.TTQ;
      // Of TTQ's kernels some train two scales that happen to be equal.
      case ONE_SCALE -> twoScales ? Method.TTQ : Method.TERNARY;
      case SCALE_PER_CHANNEL -> Method.TERNARY;
      case LATENTS -> Method.AUTO;
    };
  }

  /** Whether a method reads such tensors at all; their values it checks by itself. */
  private static boolean canRead(Method method, Tensors tensors) {
    return switch (tensors) {
      case PAIR -> method == Method.STTN;
      case WITH_SCALES -> method == Method.TTQ;
      default -> true;
    };
  }

  /**
   * How to read a layer's weights.
   *
   * @param layer name of a ternary layer
   * @return the options with the layer's method
   */
  public MethodOptions options(String layer) {
    Objects.requireNonNull(layer, "layer");
    return options.with(methods.get(layer));
  }

  /**
   * The methods and what was seen.
   *
   * @return for example {@code sttn (16 pairs of latent kernels)}; with the names of the layers
   *     where there are several methods; {@code none} without ternary layers
   */
  public String summary() {
    if (methods.isEmpty()) {
      return "none";
    }
    Map<Method, List<Seen>> byMethod = new LinkedHashMap<>();
    layers.forEach(
        (name, seen) ->
            byMethod.computeIfAbsent(methods.get(name), m -> new ArrayList<>()).add(seen));
    List<String> parts = new ArrayList<>();
    byMethod.forEach(
        (method, seen) ->
            parts.add(method.label() + " (" + counted(seen, byMethod.size() > 1) + ")"));
    return String.join(", ", parts);
  }

  private static String counted(List<Seen> seen, boolean withNames) {
    Map<Tensors, Long> counts =
        seen.stream()
            .collect(Collectors.groupingBy(Seen::what, LinkedHashMap::new, Collectors.counting()));
    String counted =
        counts.entrySet().stream()
            .map(e -> e.getKey().counted(e.getValue()))
            .collect(Collectors.joining(", "));
    return withNames
        ? counted + ": " + seen.stream().map(s -> s.spec.name()).collect(Collectors.joining(", "))
        : counted;
  }

  /** The method of each layer, for messages. */
  @Override
  public String toString() {
    return "LayerMethods " + methods;
  }
}
