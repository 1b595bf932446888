package org.setun.kernels.plan;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToDoubleBiFunction;
import org.setun.kernels.Layer;
import org.setun.kernels.Layer.Add;
import org.setun.kernels.Layer.Affine;
import org.setun.kernels.Layer.AveragePool;
import org.setun.kernels.Layer.ChannelPad;
import org.setun.kernels.Layer.Concat;
import org.setun.kernels.Layer.Convolution;
import org.setun.kernels.Layer.Linear;
import org.setun.kernels.Layer.MaxPool;
import org.setun.kernels.Layer.PRelu;
import org.setun.kernels.Layer.TernaryWeightConvolution;
import org.setun.kernels.Layer.TritConvolution;
import org.setun.kernels.NetworkGraph;
import org.setun.kernels.Shape;
import org.setun.kernels.StepInfo;
import org.setun.kernels.Window;
import org.setun.kernels.op.KernelSet;
import org.setun.kernels.op.Layout;
import org.setun.kernels.op.TernaryGemm;
import org.setun.kernels.select.KernelTable;

/**
 * The operations that run a graph, with packed parameters, and how much memory their values take.
 * Does not keep the graph: its parameters exist twice only while they are being packed. Immutable.
 */
public final class Plan {
  private final Shape inputShape;
  private final Map<String, Shape> shapes;

  /** Type of every layer, for people to read. */
  private final Map<String, String> kinds = new HashMap<>();

  private final KernelSet kernels;
  private final Function<KernelTable.Extents, TernaryGemm> gemms;
  private final ToDoubleBiFunction<TernaryGemm, Integer> bound;
  private final List<Operation> operations = new ArrayList<>();
  private final Map<String, PackedInput> packedInputs = new LinkedHashMap<>();
  private final Map<String, SplitInput> splitInputs = new LinkedHashMap<>();
  private final Scratch.Need scratch = new Scratch.Need();
  private final int[] slotSizes;
  private final Map<String, Integer> slots = new HashMap<>();

  /**
   * Plans.
   *
   * @param graph what to compute
   * @param kernels what to compute it with
   * @param gemms picks the micro-kernel of a ternary matrix product
   * @param bound multiply-adds a cycle that a micro-kernel cannot exceed, for a K in words
   */
  public Plan(
      NetworkGraph graph,
      KernelSet kernels,
      Function<KernelTable.Extents, TernaryGemm> gemms,
      ToDoubleBiFunction<TernaryGemm, Integer> bound) {
    this.inputShape = graph.inputShape();
    this.shapes = graph.shapes();
    this.kernels = kernels;
    this.gemms = gemms;
    this.bound = bound;
    graph.layers().forEach(layer -> kinds.put(layer.name(), layer.getClass().getSimpleName()));
    new Builder(graph).build();
    operations.forEach(operation -> operation.scratch(scratch));
    slotSizes = assignSlots();
  }

  /** The operations in order, for people to read. */
  public List<StepInfo> describe() {
    return operations.stream()
        .map(
            operation ->
                new StepInfo(
                    operation.output(),
                    operation.layers(),
                    operation.layers().isEmpty()
                        ? StepInfo.PREPARATION
                        : kinds.get(operation.layers().getFirst()),
                    operation.kernel(),
                    operation.macs(),
                    operation.parameterBytes(),
                    operation.boundMacsPerCycle()))
        .toList();
  }

  /** The operations in order. */
  List<Operation> operations() {
    return operations;
  }

  /** Working memory of a thread. */
  Scratch.Need scratch() {
    return scratch;
  }

  /** Shape of an input image. */
  Shape inputShape() {
    return inputShape;
  }

  /** Shape of a value. */
  Shape shape(String value) {
    return shapes.get(value);
  }

  /** Allocates the memory of one session. */
  Buffers buffers(int threads) {
    List<float[]> slotArrays = new ArrayList<>();
    for (int size : slotSizes) {
      slotArrays.add(new float[size]);
    }
    Map<String, float[]> values = new HashMap<>();
    slots.forEach((name, slot) -> values.put(name, slotArrays.get(slot)));
    Map<String, long[]> packed = new HashMap<>();
    packedInputs.forEach((name, input) -> packed.put(name, new long[input.words]));
    Map<String, float[]> split = new HashMap<>();
    splitInputs.forEach((name, input) -> split.put(name, new float[input.size]));
    return new Buffers(values, packed, split, threads);
  }

  /** Bytes that {@link #buffers} allocates. */
  long bufferBytes() {
    long bytes = 0;
    for (int size : slotSizes) {
      bytes += 4L * size;
    }
    for (PackedInput input : packedInputs.values()) {
      bytes += 8L * input.words;
    }
    for (SplitInput input : splitInputs.values()) {
      bytes += 4L * input.size;
    }
    return bytes;
  }

  /**
   * Gives every value a slot of memory and values that are not needed at the same time the same
   * one: the residual stream of ResNet-18's first stage stays in 800 KB of second-level cache
   * instead of walking through 4 MB.
   */
  private int[] assignSlots() {
    Map<String, Integer> lastRead = new HashMap<>();
    for (int i = 0; i < operations.size(); i++) {
      for (String value : operations.get(i).reads()) {
        lastRead.put(value, i);
      }
    }
    List<Integer> sizes = new ArrayList<>();
    ArrayDeque<Integer> free = new ArrayDeque<>();
    Set<String> released = new HashSet<>();
    for (int i = 0; i < operations.size(); i++) {
      Operation operation = operations.get(i);
      Shape shape = shapes.get(operation.output());
      if (shape == null) {
        // A prepared input: it has memory of its own.
        release(operation, i, lastRead, released, free);
        continue;
      }
      int size = Math.multiplyExact(shape.pixels(), Layout.paddedChannels(shape.channels()));
      Integer slot = null;
      for (String value : operation.reads()) {
        if (lastRead.get(value) == i
            && operation.canOverwrite(value)
            && sizes.get(slots.get(value)) >= size
            && released.add(value)) {
          slot = slots.get(value);
          break;
        }
      }
      if (slot == null) {
        slot = free.isEmpty() ? sizes.size() : free.pop();
        if (slot == sizes.size()) {
          sizes.add(0);
        }
      }
      sizes.set(slot, Math.max(sizes.get(slot), size));
      slots.put(operation.output(), slot);
      release(operation, i, lastRead, released, free);
    }
    return sizes.stream().mapToInt(Integer::intValue).toArray();
  }

  private void release(
      Operation operation,
      int index,
      Map<String, Integer> lastRead,
      Set<String> released,
      ArrayDeque<Integer> free) {
    for (String value : operation.reads()) {
      if (lastRead.get(value) == index && released.add(value)) {
        free.push(slots.get(value));
      }
    }
  }

  /** Turns layers into operations. */
  private final class Builder {
    private final NetworkGraph graph;
    private final Fusion fusion;
    private final Map<String, List<PackedInput>> targets = new HashMap<>();
    private final Set<String> packedByProducer = new HashSet<>();

    Builder(NetworkGraph graph) {
      this.graph = graph;
      this.fusion = new Fusion(graph);
    }

    void build() {
      for (Layer layer : graph.layers()) {
        if (layer instanceof TritConvolution l) {
          Shape in = shapes.get(l.input());
          PackedInput input =
              new PackedInput(l.name(), in, l.window(), l.thresholds(), gemm(l).pixels());
          packedInputs.put(l.name(), input);
          targets.computeIfAbsent(l.input(), name -> new ArrayList<>()).add(input);
        }
      }
      boolean needsImage =
          graph.layers().stream()
              .filter(l -> !(l instanceof Convolution || l instanceof TernaryWeightConvolution))
              .anyMatch(l -> l.inputs().contains(NetworkGraph.INPUT));
      if (needsImage) {
        operations.add(new ImageOperation(graph.inputShape()));
      }
      for (Layer layer : graph.layers()) {
        if (!fusion.isAbsorbed(layer)) {
          add(layer);
        }
      }
    }

    private void add(Layer layer) {
      Shape in = shapes.get(layer.inputs().getFirst());
      Shape out = shapes.get(layer.name());
      switch (layer) {
        case Convolution l -> addConvolution(l, in);
        case TernaryWeightConvolution l -> addConvolution(l.expanded(), in);
        case TritConvolution l -> addTernary(l, in);
        case MaxPool l ->
            operations.add(new PoolOperation(l, l.window(), true, in, out, kernels.pooling()));
        case AveragePool l ->
            operations.add(new PoolOperation(l, l.window(), false, in, out, kernels.pooling()));
        case Affine l -> operations.add(new ChannelwiseOperation(l, in, kernels.epilogue()));
        case PRelu l -> operations.add(new ChannelwiseOperation(l, in, kernels.epilogue()));
        case Add l -> operations.add(new AddOperation(l, out));
        case Concat l ->
            operations.add(
                new ConcatOperation(l, l.inputs().stream().map(shapes::get).toList(), out));
        case ChannelPad l -> operations.add(new ConcatOperation(l, List.of(in), out));
        case Linear l -> operations.add(new LinearOperation(l, in, kernels.linear()));
      }
    }

    private TernaryGemm gemm(TritConvolution layer) {
      Shape out = shapes.get(layer.name());
      return gemms.apply(
          new KernelTable.Extents(
              out.height(), out.width(), out.channels(), layer.kernel().wordsPerOutput()));
    }

    private void addConvolution(Convolution layer, Shape in) {
      SplitInput input =
          new SplitInput(layer.name(), in, layer.window(), kernels.convolution().pixels());
      splitInputs.put(layer.name(), input);
      operations.add(new SplitOperation(layer.input(), input, kernels.deinterleave()));
      List<String> names = new ArrayList<>(List.of(layer.name()));
      float[] scale = null;
      float[] shift = null;
      float[] slope = null;
      Window pool = null;
      for (Layer follower : fusion.followers(layer)) {
        names.add(follower.name());
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
      operations.add(
          new ConvolutionOperation(
              layer,
              List.copyOf(names),
              shapes.get(layer.name()),
              shapes.get(names.getLast()),
              kernels,
              scale,
              shift,
              slope,
              pool,
              input,
              targetsOf(names.getLast())));
    }

    private void addTernary(TritConvolution layer, Shape in) {
      PackedInput input = packedInputs.get(layer.name());
      if (!packedByProducer.contains(layer.name())) {
        operations.add(new PackOperation(layer.input(), in, input, kernels.ternarizer()));
      }
      Shape out = shapes.get(layer.name());
      TernaryGemm gemm = gemm(layer);
      List<Layer> followers = fusion.followers(layer);
      float[] slope =
          !followers.isEmpty() && followers.getLast() instanceof PRelu prelu ? prelu.slope() : null;
      String last = followers.isEmpty() ? layer.name() : followers.getLast().name();
      operations.add(
          new TernaryConvolutionOperation(
              layer,
              out,
              kernels,
              gemm,
              bound.applyAsDouble(gemm, layer.kernel().wordsPerOutput()),
              fusion.shortcut(layer),
              followers,
              slope,
              input,
              targetsOf(last)));
    }

    /**
     * The ternary convolutions that read {@code value}; from now on its producer packs their
     * inputs.
     */
    private List<PackedInput> targetsOf(String value) {
      List<PackedInput> list = List.copyOf(targets.getOrDefault(value, List.of()));
      list.forEach(target -> packedByProducer.add(target.layer));
      return list;
    }
  }
}
