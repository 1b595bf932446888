package org.setun.loader.reference;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.setun.kernels.NetworkGraph;
import org.setun.kernels.Shape;
import org.setun.loader.arch.Activations;
import org.setun.loader.arch.Architecture;
import org.setun.loader.arch.LayerSpec;
import org.setun.loader.checkpoint.CheckpointException;
import org.setun.loader.checkpoint.StateDict;
import org.setun.loader.convert.LayerMethods;
import org.setun.loader.method.WeightKeys;

/**
 * Computes a network's layers by their definitions, reading the checkpoint's tensors as they are:
 * two binary kernels stay two, every BatchNorm is computed. Slow, and meant to be.
 */
public final class ReferenceNetwork {
  private final Architecture architecture;
  private final StateDict state;
  private final LayerMethods methods;

  /**
   * A network over an open checkpoint whose keys fit the architecture.
   *
   * @param architecture the network
   * @param state its tensors
   * @param methods how the weights of its ternary layers were trained
   */
  public ReferenceNetwork(Architecture architecture, StateDict state, LayerMethods methods) {
    this.architecture = architecture;
    this.state = state;
    this.methods = methods;
  }

  /**
   * Computes all values.
   *
   * @param image the network's input, laid out (channel, row, column)
   * @return the values by name, the input's first
   * @throws CheckpointException if a tensor is missing or cannot be read
   */
  public Map<String, Value> run(float[] image) throws CheckpointException {
    Map<String, Value> values = new LinkedHashMap<>();
    values.put(NetworkGraph.INPUT, new Value(architecture.inputShape(), image));
    for (LayerSpec layer : architecture.layers()) {
      values.put(layer.name(), layer(layer, layer.inputs().stream().map(values::get).toList()));
    }
    return values;
  }

  /**
   * Computes one layer.
   *
   * @param layer the layer
   * @param inputs the values it reads, in its order
   * @return the layer's value
   * @throws CheckpointException if a tensor is missing or cannot be read
   */
  public Value layer(LayerSpec layer, List<Value> inputs) throws CheckpointException {
    Value in = inputs.getFirst();
    return switch (layer) {
      case LayerSpec.Convolution l -> {
        Value sums =
            PlainMath.convolve(in, floats(l.key() + ".weight"), l.outputChannels(), l.window());
        yield l.bias() ? addBias(sums, floats(l.key() + ".bias")) : sums;
      }
      case LayerSpec.TernaryConvolution l -> ternaryConvolution(l, in);
      case LayerSpec.BatchNorm l -> batchNorm(in, l.key(), l.epsilon());
      case LayerSpec.PRelu l -> {
        float[] slope = floats(l.key() + ".weight");
        yield PlainMath.perChannel(in, (c, x) -> x < 0 ? slope[slope.length == 1 ? 0 : c] * x : x);
      }
      case LayerSpec.Relu l -> PlainMath.map(in, x -> x < 0 ? 0 : x);
      case LayerSpec.MaxPool l ->
          PlainMath.pool(in, l.window(), Float.NEGATIVE_INFINITY, Math::max);
      case LayerSpec.AveragePool l -> {
        Value sums = PlainMath.pool(in, l.window(), 0, Float::sum);
        yield PlainMath.map(sums, x -> x / l.window().taps());
      }
      case LayerSpec.ChannelPad l ->
          new Value(
              new Shape(l.channels(), in.shape().height(), in.shape().width()),
              Arrays.copyOf(in.data(), l.channels() * in.shape().pixels()));
      case LayerSpec.Linear l ->
          PlainMath.linear(
              in,
              floats(l.key() + ".weight"),
              l.bias() ? floats(l.key() + ".bias") : null,
              l.outputs());
      case LayerSpec.Add l -> add(in, inputs.get(1));
      case LayerSpec.Concat l -> {
        Shape shape = l.outputShape(inputs.stream().map(Value::shape).toList());
        float[] joined = new float[shape.size()];
        int at = 0;
        for (Value part : inputs) {
          System.arraycopy(part.data(), 0, joined, at, part.data().length);
          at += part.data().length;
        }
        yield new Value(shape, joined);
      }
    };
  }

  /**
   * How far a layer's value may move when its inputs move, and when trits turn whose fp32 input
   * lies so near a threshold that another order of rounding decides them.
   *
   * @param layer the layer
   * @param inputs the values it reads, in its order
   * @param slack how far each value of the inputs may move, not below 0
   * @param band distance from a threshold, in units of the ternarized value, that rounding bridges
   * @return a bound for every value of the layer
   * @throws CheckpointException if a tensor is missing or cannot be read
   */
  public Value slack(LayerSpec layer, List<Value> inputs, List<Value> slack, float band)
      throws CheckpointException {
    Value in = slack.getFirst();
    if (!(layer instanceof LayerSpec.TernaryConvolution)
        && slack.stream().allMatch(Value::isZero)) {
      return Value.zeros(layer.outputShape(slack.stream().map(Value::shape).toList()));
    }
    return switch (layer) {
      case LayerSpec.TernaryConvolution l -> ternarySlack(l, inputs.getFirst(), in, band);
      case LayerSpec.Convolution l ->
          PlainMath.convolve(
              in, absolute(floats(l.key() + ".weight")), l.outputChannels(), l.window());
      case LayerSpec.Linear l ->
          PlainMath.linear(in, absolute(floats(l.key() + ".weight")), null, l.outputs());
      case LayerSpec.BatchNorm l -> {
        float[] gain = absolute(gain(l.key(), l.epsilon()));
        yield PlainMath.perChannel(in, (c, x) -> x * gain[c]);
      }
      case LayerSpec.PRelu l -> {
        float[] slope = absolute(floats(l.key() + ".weight"));
        yield PlainMath.perChannel(in, (c, x) -> x * Math.max(1, slope[slope.length == 1 ? 0 : c]));
      }
      case LayerSpec.Relu _ -> in;
      // The rest neither stretches nor shifts: a bound goes through like a value.
      case LayerSpec.MaxPool _,
          LayerSpec.AveragePool _,
          LayerSpec.ChannelPad _,
          LayerSpec.Add _,
          LayerSpec.Concat _ ->
          layer(layer, slack);
    };
  }

  private Value ternarySlack(LayerSpec.TernaryConvolution layer, Value in, Value slack, float band)
      throws CheckpointException {
    Value turning =
        layer.activations() == Activations.FLOAT ? slack : turning(layer, in, slack, band);
    if (turning.isZero()) {
      return Value.zeros(layer.outputShape(in.shape()));
    }
    Value sum = null;
    for (float[] kernel : kernels(layer)) {
      Value part =
          PlainMath.convolve(turning, absolute(kernel), layer.outputChannels(), layer.window());
      sum = sum == null ? part : add(sum, part);
    }
    if (layer.outputNorm().isPresent()) {
      float[] outputGain = absolute(gain(layer.outputNorm().get(), layer.epsilon()));
      return PlainMath.perChannel(sum, (c, x) -> x * outputGain[c]);
    }
    return sum;
  }

  /** By how much each trit of a layer's input may turn. */
  private Value turning(LayerSpec.TernaryConvolution layer, Value in, Value slack, float band)
      throws CheckpointException {
    Value normalized = inputNorm(layer, in);
    float[] gain =
        layer.inputNorm().isPresent()
            ? absolute(gain(layer.inputNorm().get(), layer.epsilon()))
            : null;
    boolean ternary = layer.activations() == Activations.TERNARY;
    float threshold = ternary ? 0.5f : 0;
    int pixels = in.shape().pixels();
    Value turning = Value.zeros(in.shape());
    for (int i = 0; i < turning.data().length; i++) {
      float reach = band + slack.data()[i] * (gain == null ? 1 : gain[i / pixels]);
      if (Math.abs(Math.abs(normalized.data()[i]) - threshold) <= reach) {
        // A trit turns by 2 where two thresholds are one, or if its input can cross both.
        turning.data()[i] = !ternary || reach >= 1 ? 2 : 1;
      }
    }
    return turning;
  }

  private static float[] absolute(float[] values) {
    float[] magnitudes = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      magnitudes[i] = Math.abs(values[i]);
    }
    return magnitudes;
  }

  private Value ternaryConvolution(LayerSpec.TernaryConvolution layer, Value in)
      throws CheckpointException {
    Value activations =
        PlainMath.map(inputNorm(layer, in), x -> PlainMath.activation(layer.activations(), x));
    Value sum = null;
    for (float[] kernel : kernels(layer)) {
      Value part = PlainMath.convolve(activations, kernel, layer.outputChannels(), layer.window());
      sum = sum == null ? part : add(sum, part);
    }
    if (layer.bias()) {
      for (String key : keys(layer).kernels()) {
        sum = addBias(sum, floats(key + ".bias"));
      }
    }
    return layer.outputNorm().isPresent()
        ? batchNorm(sum, layer.outputNorm().get(), layer.epsilon())
        : sum;
  }

  private WeightKeys keys(LayerSpec.TernaryConvolution layer) {
    return WeightKeys.find(layer.key(), state::contains);
  }

  private List<float[]> kernels(LayerSpec.TernaryConvolution layer) throws CheckpointException {
    return new PlainWeights(
            state, keys(layer), methods.options(layer.name()), layer.outputChannels())
        .kernels();
  }

  private Value inputNorm(LayerSpec.TernaryConvolution layer, Value in) throws CheckpointException {
    return layer.inputNorm().isPresent()
        ? batchNorm(in, layer.inputNorm().get(), layer.epsilon())
        : in;
  }

  private Value batchNorm(Value in, String key, double epsilon) throws CheckpointException {
    float[] gain = gain(key, epsilon);
    float[] beta = state.contains(key + ".bias") ? floats(key + ".bias") : new float[gain.length];
    float[] mean = floats(key + ".running_mean");
    return PlainMath.perChannel(in, (c, x) -> (x - mean[c]) * gain[c] + beta[c]);
  }

  private float[] gain(String key, double epsilon) throws CheckpointException {
    float[] variance = floats(key + ".running_var");
    float[] gamma = state.contains(key + ".weight") ? floats(key + ".weight") : null;
    float[] gain = new float[variance.length];
    for (int c = 0; c < gain.length; c++) {
      gain[c] = (float) ((gamma == null ? 1 : gamma[c]) / Math.sqrt(variance[c] + epsilon));
    }
    return gain;
  }

  private static Value addBias(Value in, float[] bias) {
    return PlainMath.perChannel(in, (c, x) -> x + bias[c]);
  }

  private static Value add(Value left, Value right) {
    float[] sum = left.data().clone();
    for (int i = 0; i < sum.length; i++) {
      sum[i] += right.data()[i];
    }
    return new Value(left.shape(), sum);
  }

  private float[] floats(String key) throws CheckpointException {
    return state.tensor(key).toFloats();
  }
}
