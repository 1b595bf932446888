// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.plan;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.setun.kernels.Layer;
import org.setun.kernels.Layer.Activation;
import org.setun.kernels.Layer.Add;
import org.setun.kernels.Layer.Affine;
import org.setun.kernels.Layer.AveragePool;
import org.setun.kernels.Layer.ChannelPad;
import org.setun.kernels.Layer.ChannelSelection;
import org.setun.kernels.Layer.Concat;
import org.setun.kernels.Layer.Convolution;
import org.setun.kernels.Layer.DepthwiseConvolution;
import org.setun.kernels.Layer.Flatten;
import org.setun.kernels.Layer.Linear;
import org.setun.kernels.Layer.LocalResponseNormalization;
import org.setun.kernels.Layer.MaxPool;
import org.setun.kernels.Layer.Multiply;
import org.setun.kernels.Layer.PRelu;
import org.setun.kernels.Layer.Softmax;
import org.setun.kernels.Layer.TernaryWeightConvolution;
import org.setun.kernels.Layer.TritConvolution;
import org.setun.kernels.NetworkGraph;
import org.setun.kernels.Shape;
import org.setun.kernels.Window;
import org.setun.kernels.family.ArrayExtent;
import org.setun.kernels.family.ConvolutionSpec;
import org.setun.kernels.family.CostTable;
import org.setun.kernels.family.Offer;
import org.setun.kernels.family.TernaryFamily;
import org.setun.kernels.layout.ChannelsLast;
import org.setun.kernels.layout.Layout;
import org.setun.kernels.op.KernelSet;
import org.setun.kernels.pass.Value;
import org.setun.kernels.plan.Choice.Candidate;
import org.setun.kernels.plan.Choice.Node;
import org.setun.kernels.plan.Fusion.Pass;

/** The ways to run every pass: which layouts it takes, and what it costs. */
final class Candidates {
  private final Map<String, Shape> shapes;
  private final KernelSet kernels;
  private final List<TernaryFamily> families;
  private final CostTable costs;
  private final Set<String> without;

  /** Layouts that some family wants; without such a family there is only one. */
  private final Set<Layout> layouts = new LinkedHashSet<>(List.of(ChannelsLast.LAYOUT));

  private Candidates(
      Map<String, Shape> shapes,
      KernelSet kernels,
      List<TernaryFamily> families,
      CostTable costs,
      Set<String> without) {
    this.shapes = shapes;
    this.kernels = kernels;
    this.families = families;
    this.costs = costs;
    this.without = without;
  }

  /**
   * Lists them.
   *
   * @param graph the network
   * @param passes its passes
   * @param image whether the caller's image must be made a value first
   * @param kernels what runs all else
   * @param families who runs ternary convolutions
   * @param costs what other passes cost
   * @param without names of kernels that must not be used
   * @return the image, if it is needed, and the passes, in order
   */
  static List<Node> of(
      NetworkGraph graph,
      List<Pass> passes,
      boolean image,
      KernelSet kernels,
      List<TernaryFamily> families,
      CostTable costs,
      Set<String> without) {
    Candidates candidates = new Candidates(graph.shapes(), kernels, families, costs, without);
    List<List<Candidate>> ternary = passes.stream().map(candidates::offers).toList();
    List<Node> nodes = new ArrayList<>();
    if (image) {
      nodes.add(new Node(NetworkGraph.INPUT, candidates.inAny(NetworkGraph.INPUT, List.of())));
    }
    for (int i = 0; i < passes.size(); i++) {
      Pass pass = passes.get(i);
      List<Candidate> ways =
          pass.layer() instanceof TritConvolution ? ternary.get(i) : candidates.others(pass);
      nodes.add(new Node(pass.output(), ways));
    }
    return nodes;
  }

  private List<Candidate> offers(Pass pass) {
    if (!(pass.layer() instanceof TritConvolution layer)) {
      return List.of();
    }
    Shape in = shapes.get(layer.input());
    Shape out = shapes.get(layer.name());
    ConvolutionSpec.Shortcut shortcut =
        pass.shortcut() == null
            ? null
            : new ConvolutionSpec.Shortcut(pass.shortcut().shape(), pass.shortcut().window());
    ConvolutionSpec spec = ConvolutionSpec.of(layer, in, out, shortcut);
    List<Candidate> all = new ArrayList<>();
    List<Candidate> small = new ArrayList<>();
    for (TernaryFamily family : families) {
      Optional<Offer> offer =
          family.offer(spec, without).filter(o -> !without.contains(o.kernel()));
      if (offer.isPresent()) {
        Candidate candidate = candidate(offer.get(), pass);
        all.add(candidate);
        if (fits(candidate, pass)
            && family.arrays(spec).stream().noneMatch(ArrayExtent::isTooLarge)) {
          small.add(candidate);
        }
      }
    }
    // What all families find too large is refused when a file is read; here it may still be run.
    List<Candidate> usable = small.isEmpty() ? all : small;
    usable.forEach(
        candidate -> {
          candidate.reads().forEach(value -> layouts.add(value.layout()));
          layouts.add(candidate.output());
        });
    return usable;
  }

  private static Candidate candidate(Offer offer, Pass pass) {
    List<Value> reads = new ArrayList<>();
    reads.add(new Value(pass.layer().inputs().getFirst(), offer.input()));
    if (pass.shortcut() != null) {
      reads.add(new Value(pass.shortcut().value(), offer.shortcut()));
    }
    return new Candidate(reads, offer.output(), offer.nanos(), offer);
  }

  private boolean fits(Candidate candidate, Pass pass) {
    return candidate.reads().stream().allMatch(read -> fits(read.layout(), read.name()))
        && fits(candidate.output(), pass.output());
  }

  /** Whether a value may have a layout: that of channels last is checked elsewhere. */
  private boolean fits(Layout layout, String value) {
    if (layout == ChannelsLast.LAYOUT) {
      return true;
    }
    try {
      return layout.floats(shapes.get(value)) <= 1 << ArrayExtent.MOST_LOG2;
    } catch (ArithmeticException e) {
      return false;
    }
  }

  private List<Candidate> others(Pass pass) {
    Layer layer = pass.layer();
    return switch (layer) {
      case Convolution l -> convolution(l, l.window(), pass);
      case TernaryWeightConvolution l -> convolution(l, l.window(), pass);
      case TritConvolution l -> throw new IllegalArgumentException(l.name());
      case Multiply l when !shapes.get(l.left()).equals(shapes.get(l.right())) ->
          channelsLast(pass);
      case Activation _, ChannelSelection _, Multiply _ -> inAny(pass.output(), layer.inputs());
      case MaxPool _,
          AveragePool _,
          Linear _,
          Flatten _,
          DepthwiseConvolution _,
          Softmax _,
          LocalResponseNormalization _ ->
          channelsLast(pass);
      case Affine _, PRelu _, Add _, Concat _, ChannelPad _ -> inAny(pass.output(), layer.inputs());
    };
  }

  /** From any layout to channels last; the caller's image is no value. */
  private List<Candidate> channelsLast(Pass pass) {
    return List.of(
        candidate(pass.output(), pass.layer().inputs(), ChannelsLast.LAYOUT, ChannelsLast.LAYOUT));
  }

  private List<Candidate> convolution(Layer layer, Window window, Pass pass) {
    String input = layer.inputs().getFirst();
    if (input.equals(NetworkGraph.INPUT)) {
      return List.of(candidate(pass.output(), List.of(), ChannelsLast.LAYOUT, ChannelsLast.LAYOUT));
    }
    Shape out = shapes.get(layer.name());
    if (isTransformed(kernels, input, shapes.get(input), window, out)) {
      return channelsLast(pass);
    }
    return layouts.stream()
        .filter(layout -> fits(layout, input))
        .map(layout -> candidate(pass.output(), layer.inputs(), layout, ChannelsLast.LAYOUT))
        .toList();
  }

  /** Whether an fp32 convolution is run by transforms. */
  static boolean isTransformed(
      KernelSet kernels, String input, Shape in, Window window, Shape out) {
    return kernels.winograd() != null
        && WinogradRule.suits(in, window, out, input.equals(NetworkGraph.INPUT));
  }

  /** Whatever the layout, the output has that of the inputs. */
  private List<Candidate> inAny(String output, List<String> inputs) {
    Predicate<Layout> allFit =
        layout -> fits(layout, output) && inputs.stream().allMatch(name -> fits(layout, name));
    return layouts.stream()
        .filter(allFit)
        .map(layout -> candidate(output, inputs, layout, layout))
        .toList();
  }

  private Candidate candidate(String output, List<String> inputs, Layout reads, Layout leaves) {
    double nanos = costs.pass(shapes.get(output), leaves);
    return new Candidate(
        inputs.stream().map(name -> new Value(name, reads)).toList(), leaves, nanos, null);
  }
}
