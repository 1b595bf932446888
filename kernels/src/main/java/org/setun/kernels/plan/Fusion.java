// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.plan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.setun.kernels.Layer;
import org.setun.kernels.Layer.Add;
import org.setun.kernels.Layer.Affine;
import org.setun.kernels.Layer.ChannelPad;
import org.setun.kernels.Layer.Convolution;
import org.setun.kernels.Layer.MaxPool;
import org.setun.kernels.Layer.PRelu;
import org.setun.kernels.Layer.TernaryWeightConvolution;
import org.setun.kernels.Layer.TritConvolution;
import org.setun.kernels.NetworkGraph;
import org.setun.kernels.Shape;
import org.setun.kernels.Window;
import org.setun.kernels.layout.ChannelsLast;

/**
 * Decides which layers share a pass. A layer joins the one before it only if nothing else reads
 * what lies between them.
 *
 * <ul>
 *   <li>fp32 convolution [+ multiply-add] [+ PReLU] [+ max pooling]
 *   <li>ternary convolution [+ addition of a shortcut] [+ PReLU] [+ multiply-add], where the
 *       shortcut is a value that is there already, or its max pooling, either with channels of
 *       zeros behind it
 * </ul>
 */
final class Fusion {
  private final NetworkGraph graph;
  private final Map<String, Layer> byName = new HashMap<>();
  private final Map<String, Integer> position = new HashMap<>();
  private final Map<String, List<Layer>> readers = new HashMap<>();
  private final Map<String, Shortcut> shortcuts = new HashMap<>();
  private final Map<String, List<Layer>> followers = new HashMap<>();
  private final Set<String> absorbed = new HashSet<>();

  private Fusion(NetworkGraph graph) {
    this.graph = graph;
    for (Layer layer : graph.layers()) {
      position.put(layer.name(), position.size());
      byName.put(layer.name(), layer);
      for (String input : layer.inputs()) {
        readers.computeIfAbsent(input, name -> new ArrayList<>()).add(layer);
      }
    }
    for (Layer layer : graph.layers()) {
      if (layer instanceof Add add) {
        takeShortcut(add);
      }
    }
    for (Layer layer : graph.layers()) {
      switch (layer) {
        case Convolution l -> followConvolution(l);
        case TernaryWeightConvolution l -> followConvolution(l);
        case TritConvolution l -> followTernary(l);
        default -> {}
      }
    }
  }

  /**
   * What a ternary convolution adds to its result.
   *
   * @param value name of the value
   * @param shape its shape
   * @param window window of the max pooling that is applied to it first, or {@code null}
   * @param absorbed names of the layers that this stands for
   */
  record Shortcut(String value, Shape shape, Window window, List<String> absorbed) {}

  /**
   * Layers that share a pass over memory.
   *
   * @param layer the first
   * @param shortcut what it adds, or {@code null}
   * @param followers the layers behind it, in order
   */
  record Pass(Layer layer, Shortcut shortcut, List<Layer> followers) {
    /** Name of the value that the pass leaves. */
    String output() {
      return followers.isEmpty() ? layer.name() : followers.getLast().name();
    }

    /** Names of all its layers, in order. */
    List<String> layers() {
      List<String> names = new ArrayList<>();
      names.add(layer.name());
      if (shortcut != null) {
        names.addAll(shortcut.absorbed());
      }
      followers.forEach(follower -> names.add(follower.name()));
      return List.copyOf(names);
    }
  }

  /** The passes in order. */
  static List<Pass> passes(NetworkGraph graph) {
    Fusion fusion = new Fusion(graph);
    return graph.layers().stream()
        .filter(layer -> !fusion.absorbed.contains(layer.name()))
        .map(
            layer ->
                new Pass(
                    layer,
                    fusion.shortcuts.get(layer.name()),
                    List.copyOf(fusion.followers.getOrDefault(layer.name(), List.of()))))
        .toList();
  }

  /**
   * The only reader of a value, or {@code null} if there are none or several or the value is the
   * network's output.
   */
  private Layer onlyReader(String value) {
    List<Layer> all = readers.getOrDefault(value, List.of());
    return all.size() == 1 && !value.equals(graph.outputName()) ? all.getFirst() : null;
  }

  private void takeShortcut(Add add) {
    // Of two convolutions that are added, the later one can add the other's result.
    String late = at(add.left()) > at(add.right()) ? add.left() : add.right();
    String early = late.equals(add.left()) ? add.right() : add.left();
    if (take(add, late, early)) {
      return;
    }
    // The layers of a shortcut may be listed behind the convolution.
    take(add, early, late);
  }

  private int at(String value) {
    return position.getOrDefault(value, -1);
  }

  private boolean take(Add add, String product, String other) {
    if (!(byName.get(product) instanceof TritConvolution convolution)
        || onlyReader(product) != add) {
      return false;
    }
    List<String> names = new ArrayList<>();
    String value = other;
    if (byName.get(value) instanceof ChannelPad pad
        && onlyReader(value) == add
        && fillsBlocks(pad.input())) {
      names.addFirst(value);
      value = pad.input();
    }
    Window window = null;
    if (byName.get(value) instanceof MaxPool pool
        && onlyReader(value) != null
        && !pool.input().equals(NetworkGraph.INPUT)) {
      names.addFirst(value);
      window = pool.window();
      value = pool.input();
    }
    if (at(value) >= at(product) || value.equals(product)) {
      return false;
    }
    Shape shape = graph.shapes().get(value);
    shortcuts.put(convolution.name(), new Shortcut(value, shape, window, List.copyOf(names)));
    absorbed.addAll(names);
    absorbed.add(add.name());
    followers.computeIfAbsent(convolution.name(), name -> new ArrayList<>()).add(add);
    return true;
  }

  /** Whether a value has no padding channels: what they hold would be added to real ones. */
  private boolean fillsBlocks(String value) {
    return graph.shapes().get(value).channels() % ChannelsLast.CHANNEL_BLOCK == 0;
  }

  private void followConvolution(Layer layer) {
    List<Layer> chain = followers.computeIfAbsent(layer.name(), name -> new ArrayList<>());
    Layer next = follow(chain, onlyReader(layer.name()), Affine.class);
    next = follow(chain, next, PRelu.class);
    follow(chain, next, MaxPool.class);
  }

  private void followTernary(TritConvolution layer) {
    List<Layer> chain = followers.computeIfAbsent(layer.name(), name -> new ArrayList<>());
    String value = chain.isEmpty() ? layer.name() : chain.getLast().name();
    Layer next = follow(chain, onlyReader(value), PRelu.class);
    follow(chain, next, Affine.class);
  }

  /**
   * Takes up {@code layer} if it is of the given kind; returns the only reader of what is then the
   * last value.
   */
  private Layer follow(List<Layer> chain, Layer layer, Class<? extends Layer> kind) {
    if (!kind.isInstance(layer) || absorbed.contains(layer.name())) {
      return layer;
    }
    chain.add(layer);
    absorbed.add(layer.name());
    return onlyReader(layer.name());
  }
}
