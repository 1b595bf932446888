// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.plan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
import org.setun.kernels.family.ConvolutionPass;
import org.setun.kernels.family.Offer;
import org.setun.kernels.family.TritMap;
import org.setun.kernels.layout.ChannelsLast;
import org.setun.kernels.layout.Layout;
import org.setun.kernels.layout.Planar;
import org.setun.kernels.op.KernelSet;
import org.setun.kernels.pass.Operation;
import org.setun.kernels.pass.Value;
import org.setun.kernels.plan.Choice.Conversion;
import org.setun.kernels.plan.Choice.Decision;
import org.setun.kernels.plan.Fusion.Pass;

/**
 * Turns passes, and how each is to be run, into operations with packed parameters. Trits are made
 * by whoever makes the value in the layout that they are packed from, if it can, else by an
 * operation of their own.
 */
final class Lowering {
  private final Map<String, Shape> shapes;
  private final KernelSet kernels;
  private final List<Operation> operations = new ArrayList<>();
  private final Map<String, TritMap> maps = new LinkedHashMap<>();
  private final Map<Value, List<TritMap>> targets = new HashMap<>();
  private final Set<TritMap> packed = new HashSet<>();

  /**
   * What runs.
   *
   * @param operations in order
   * @param maps the trits that one operation leaves to another
   */
  record Lowered(List<Operation> operations, List<TritMap> maps) {}

  private Lowering(NetworkGraph graph, KernelSet kernels) {
    this.shapes = graph.shapes();
    this.kernels = kernels;
  }

  /**
   * Builds the operations.
   *
   * @param graph the network
   * @param passes its passes
   * @param decisions how each is run, that of the image first if it is made a value
   * @param kernels the other operations
   */
  static Lowered lower(
      NetworkGraph graph, List<Pass> passes, List<Decision> decisions, KernelSet kernels) {
    Lowering lowering = new Lowering(graph, kernels);
    int image = decisions.size() - passes.size();
    if (image > 0) {
      Layout layout = decisions.getFirst().chosen().output();
      lowering.operations.add(new ImageOperation(graph.inputShape(), layout));
    }
    List<Decision> ofPasses = decisions.subList(image, decisions.size());
    for (int i = 0; i < passes.size(); i++) {
      if (passes.get(i).layer() instanceof TritConvolution layer) {
        lowering.layOut(layer, ofPasses.get(i).chosen().offer());
      }
    }
    for (int i = 0; i < passes.size(); i++) {
      ofPasses.get(i).conversions().forEach(lowering::convert);
      lowering.add(passes.get(i), ofPasses.get(i));
    }
    return new Lowered(List.copyOf(lowering.operations), List.copyOf(lowering.maps.values()));
  }

  private void layOut(TritConvolution layer, Offer offer) {
    TritMap map = offer.builder().tritMap(layer);
    maps.put(layer.name(), map);
    Value value = new Value(layer.input(), offer.input());
    targets.computeIfAbsent(value, key -> new ArrayList<>()).add(map);
  }

  /** The trits that are made of {@code value}; from now on its producer makes them. */
  private List<TritMap> targetsOf(Value value) {
    List<TritMap> list = List.copyOf(targets.getOrDefault(value, List.of()));
    packed.addAll(list);
    return list;
  }

  private void convert(Conversion conversion) {
    Value value = conversion.from();
    operations.add(
        new ConvertOperation(
            value,
            shapes.get(value.name()),
            conversion.to(),
            targetsOf(new Value(value.name(), conversion.to())),
            kernels.transposition()));
  }

  private void add(Pass pass, Decision decision) {
    Layer layer = pass.layer();
    Shape in = shapes.get(layer.inputs().getFirst());
    Shape out = shapes.get(layer.name());
    Layout layout = decision.chosen().output();
    boolean planar = layout == Planar.LAYOUT;
    switch (layer) {
      case Convolution l -> addConvolution(l, pass, in, decision);
      case TernaryWeightConvolution l -> addConvolution(l.expanded(), pass, in, decision);
      case TritConvolution l -> addTernary(l, pass, decision.chosen().offer());
      case MaxPool l -> operations.add(PoolOperation.of(l, in, out, kernels.pooling()));
      case AveragePool l -> operations.add(PoolOperation.of(l, in, out, kernels.pooling()));
      case Affine l ->
          operations.add(
              planar
                  ? new PlaneOperation(l, in)
                  : new ChannelwiseOperation(l, in, kernels.epilogue()));
      case PRelu l ->
          operations.add(
              planar
                  ? new PlaneOperation(l, in)
                  : new ChannelwiseOperation(l, in, kernels.epilogue()));
      case Add l -> operations.add(new AddOperation(l, out, layout));
      case Concat l ->
          operations.add(
              new ConcatOperation(l, l.inputs().stream().map(shapes::get).toList(), out, layout));
      case ChannelPad l -> operations.add(new ConcatOperation(l, List.of(in), out, layout));
      case Linear l -> operations.add(new LinearOperation(l, in, kernels.linear()));
      case Activation l -> operations.add(new ActivationOperation(l, out, layout));
      case Softmax l -> operations.add(new SoftmaxOperation(l, in));
      case LocalResponseNormalization l -> operations.add(new ResponseOperation(l, in));
      case Flatten l -> operations.add(new FlattenOperation(l, in));
      case ChannelSelection l -> operations.add(new SelectionOperation(l, in, layout));
      case Multiply l ->
          operations.add(new MultiplyOperation(l, out, shapes.get(l.right()), layout));
      case DepthwiseConvolution l -> operations.add(new DepthwiseOperation(l, in, out));
    }
  }

  private void addConvolution(Convolution layer, Pass pass, Shape in, Decision decision) {
    float[] scale = null;
    float[] shift = null;
    float[] slope = null;
    Window pool = null;
    for (Layer follower : pass.followers()) {
      switch (follower) {
        case Affine l -> {
          scale = l.scale();
          shift = l.shift();
        }
        case PRelu l -> slope = l.slope();
        case MaxPool l -> pool = l.window();
        default -> throw new IllegalStateException("cannot follow a convolution: " + follower);
      }
    }
    Shape convolved = shapes.get(layer.name());
    List<Value> reads = decision.chosen().reads();
    Value read = reads.isEmpty() ? null : reads.getFirst();
    ConvolutionRows rows;
    if (Candidates.isTransformed(kernels, layer.input(), in, layer.window(), convolved)) {
      WinogradInput input = new WinogradInput(layer.name(), in, layer.window(), convolved);
      rows = new WinogradRows(layer, input, convolved, kernels.winograd(), scale, shift, slope);
    } else {
      SplitInput input =
          new SplitInput(
              layer.name(),
              in,
              layer.window(),
              kernels.convolution().pixels(),
              read != null && read.layout() == ChannelsLast.LAYOUT);
      rows = new DirectRows(layer, input, convolved, kernels, scale, shift, slope);
    }
    if (!rows.input().inPlace()) {
      operations.add(new SplitOperation(read, rows.input(), kernels.deinterleave()));
    }
    operations.add(
        new ConvolutionOperation(
            (long) layer.weights().length * convolved.pixels(),
            pass.layers(),
            convolved,
            shapes.get(pass.output()),
            kernels.pooling(),
            pool,
            read,
            rows,
            targetsOf(new Value(pass.output(), decision.chosen().output()))));
  }

  private void addTernary(TritConvolution layer, Pass pass, Offer offer) {
    TritMap map = maps.get(layer.name());
    if (packed.add(map)) {
      Value value = new Value(layer.input(), offer.input());
      operations.add(new PackOperation(value, shapes.get(layer.input()), map));
    }
    float[] slope = null;
    Affine after = null;
    for (Layer follower : pass.followers()) {
      switch (follower) {
        case Add _ -> {} // the shortcut
        case PRelu l -> slope = l.slope();
        case Affine l -> after = l;
        default -> throw new IllegalStateException("cannot follow a convolution: " + follower);
      }
    }
    Value output = new Value(pass.output(), offer.output());
    operations.addAll(
        offer
            .builder()
            .operations(
                new ConvolutionPass(
                    layer,
                    pass.layers(),
                    slope,
                    after,
                    pass.shortcut() == null
                        ? null
                        : new Value(pass.shortcut().value(), offer.shortcut()),
                    output,
                    map,
                    targetsOf(output))));
  }
}
