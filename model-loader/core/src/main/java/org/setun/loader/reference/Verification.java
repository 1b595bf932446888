// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.reference;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.setun.kernels.NetworkGraph;
import org.setun.loader.arch.Architecture;
import org.setun.loader.checkpoint.CheckpointException;
import org.setun.loader.layer.Groups;
import org.setun.loader.layer.LayerSpec;
import org.setun.loader.layer.Value;

/**
 * Compares a run with the reference, layer by layer. Each layer of the reference reads what the run
 * left of the layer before, so that one turned trit is not blamed on all later layers.
 */
public final class Verification {
  /** Rounding of fp32 sums, relative to the largest value of a layer; ResNet-18 shows 5e-7. */
  private static final float ROUNDING = 1e-5f;

  private final Architecture architecture;
  private final ReferenceNetwork reference;

  /**
   * Prepares a comparison.
   *
   * @param architecture the network
   * @param reference its layers, computed plainly
   */
  public Verification(Architecture architecture, ReferenceNetwork reference) {
    this.architecture = architecture;
    this.reference = reference;
  }

  /**
   * How one value of a run compares with the reference.
   *
   * @param layer the layer whose value it is
   * @param largest the largest magnitude of the reference's value
   * @param difference the largest difference where no trit is near a threshold
   * @param allowed the largest difference there that rounding explains
   * @param uncertain values that trits near a threshold may have moved
   * @param wrong values that differ by more than rounding and those trits explain
   */
  public record Result(
      String layer, float largest, float difference, float allowed, int uncertain, int wrong) {}

  /**
   * How the outputs of a whole run compare with the reference's. The rounding of the layers adds
   * up, and a trit that turns near a threshold moves the values of all later layers.
   *
   * @param largest the largest magnitude of the reference's outputs
   * @param difference the largest difference
   */
  public record WholeDifference(float largest, float difference) {
    private static WholeDifference of(Value expected, Value actual) {
      float largest = 0;
      float difference = 0;
      for (int i = 0; i < expected.data().length; i++) {
        largest = Math.max(largest, Math.abs(expected.data()[i]));
        difference = Math.max(difference, Math.abs(expected.data()[i] - actual.data()[i]));
      }
      return new WholeDifference(largest, difference);
    }
  }

  /**
   * Compares one image's run.
   *
   * @param image the network's input, laid out (channel, row, column)
   * @param observed the values that the run left behind, by the name of their layer
   * @param results told of every compared value, in the order of the layers
   * @return the difference of the outputs where nothing starts anew: that of the run from what the
   *     reference makes of the image through all layers
   * @throws CheckpointException if a tensor of the reference cannot be read
   * @throws IllegalArgumentException if a value is not of the shape of its layer, or belongs to
   *     none
   */
  public WholeDifference compare(
      float[] image, Map<String, Value> observed, Consumer<Result> results)
      throws CheckpointException {
    Map<String, Value> values = new LinkedHashMap<>();
    Map<String, Value> slack = new LinkedHashMap<>();
    values.put(NetworkGraph.INPUT, new Value(architecture.inputShape(), image));
    slack.put(NetworkGraph.INPUT, Value.zeros(architecture.inputShape()));
    for (LayerSpec layer : architecture.layers()) {
      List<Value> inputs = new ArrayList<>();
      List<Value> inputSlack = new ArrayList<>();
      for (String name : layer.inputs()) {
        inputs.add(values.get(name));
        inputSlack.add(slack.get(name));
      }
      Value expected = reference.layer(layer, inputs);
      Value bound = reference.slack(layer, inputs, inputSlack);
      Value actual = observed.get(layer.name());
      if (actual == null) {
        values.put(layer.name(), expected);
        slack.put(layer.name(), bound);
      } else {
        results.accept(compare(layer.name(), expected, actual, bound));
        values.put(layer.name(), actual);
        slack.put(layer.name(), Value.zeros(actual.shape()));
      }
    }
    for (String name : observed.keySet()) {
      // A layer may be made of several: what its parts leave behind is not the architecture's.
      if (!values.containsKey(name) && !values.containsKey(Groups.whole(name))) {
        throw new IllegalArgumentException(
            "the run has values of other layers than the architecture " + architecture.name());
      }
    }
    String output = architecture.layers().getLast().name();
    return WholeDifference.of(reference.run(image).get(output), values.get(output));
  }

  private static Result compare(String layer, Value expected, Value actual, Value bound) {
    if (!expected.shape().equals(actual.shape())) {
      throw new IllegalArgumentException(
          "layer " + layer + " has the shape " + actual.shape() + ", not " + expected.shape());
    }
    float largest = 0;
    for (float value : expected.data()) {
      largest = Math.max(largest, Math.abs(value));
    }
    float allowed = ROUNDING * Math.max(largest, 1e-3f);
    float difference = 0;
    int uncertain = 0;
    int wrong = 0;
    for (int i = 0; i < expected.data().length; i++) {
      float distance = Math.abs(expected.data()[i] - actual.data()[i]);
      float movable = bound.data()[i];
      if (movable > 0) {
        uncertain++;
      } else {
        difference = Math.max(difference, distance);
      }
      // Not "distance > …": a NaN must count as wrong.
      wrong += distance <= allowed + movable * (1 + ROUNDING) ? 0 : 1;
    }
    return new Result(layer, largest, difference, allowed, uncertain, wrong);
  }
}
