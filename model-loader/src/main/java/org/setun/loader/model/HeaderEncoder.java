package org.setun.loader.model;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.setun.kernels.Layer;
import org.setun.kernels.Shape;
import org.setun.kernels.TernaryKernel;
import org.setun.kernels.Thresholds;
import org.setun.kernels.Window;
import org.setun.loader.image.Preprocessing;

/** Writes the description of a model: all of it but the arrays, which it only refers to. */
final class HeaderEncoder {
  /** Longest description: parsed, it takes some twenty times as much memory. Usual: 100 KB. */
  static final int MOST_BYTES = 16 << 20;

  private static final JsonFactory JSON = new JsonFactory();

  private final JsonGenerator json;
  private final ArraySink arrays;

  private HeaderEncoder(JsonGenerator json, ArraySink arrays) {
    this.json = json;
    this.arrays = arrays;
  }

  /** The description in UTF-8; hands the arrays it refers to to {@code arrays}. */
  static byte[] encode(PackedModel model, ArraySink arrays) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      new HeaderEncoder(json, arrays).write(model);
    } catch (UncheckedIOException e) {
      throw e.getCause(); // The checkpoint that the model was made from, to be hashed.
    }
    if (bytes.size() > MOST_BYTES) {
      throw new IOException(
          "the model's description has " + bytes.size() + " bytes, at most " + MOST_BYTES);
    }
    return bytes.toByteArray();
  }

  private void write(PackedModel model) throws IOException {
    json.writeStartObject();
    json.writeStringField("architecture", model.architecture());
    json.writeStringField("method", model.method());
    json.writeObjectFieldStart("source");
    json.writeStringField("file", model.source().file());
    json.writeNumberField("bytes", model.source().bytes());
    json.writeStringField("sha256", model.source().sha256());
    json.writeEndObject();
    if (model.preprocessing().isPresent()) {
      write(model.preprocessing().get());
    }
    if (!model.labels().isEmpty()) {
      writeStrings("labels", model.labels());
    }
    Shape input = model.graph().inputShape();
    writeIntegers("input", input.channels(), input.height(), input.width());
    json.writeArrayFieldStart("zeros");
    for (LayerZeros zeros : model.zeros()) {
      json.writeStartObject();
      json.writeStringField("layer", zeros.layer());
      json.writeNumberField("zeros", zeros.zeros());
      json.writeNumberField("weights", zeros.weights());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeArrayFieldStart("layers");
    for (Layer layer : model.graph().layers()) {
      json.writeStartObject();
      write(layer);
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private void write(Preprocessing preprocessing) throws IOException {
    json.writeObjectFieldStart("preprocessing");
    if (preprocessing.resize().isPresent()) {
      json.writeNumberField("resize", preprocessing.resize().getAsInt());
    }
    json.writeNumberField("pad", preprocessing.pad());
    writeNumbers("mean", preprocessing.mean());
    writeNumbers("std", preprocessing.std());
    json.writeEndObject();
  }

  private void write(Layer layer) throws IOException {
    switch (layer) {
      case Layer.Convolution l -> {
        start("convolution", l.name(), l.input());
        write(l.window());
        json.writeNumberField("output_channels", l.outputChannels());
        int rows = l.window().kernelHeight();
        int columns = l.window().kernelWidth();
        long inputChannels = l.weights().length / ((long) l.outputChannels() * rows * columns);
        arrays.floats(
            json,
            l.name(),
            "weights",
            l.weights(),
            l.outputChannels(),
            inputChannels,
            rows,
            columns);
        writeFloats(l, "bias", l.bias());
      }
      case Layer.TernaryConvolution l -> {
        start("ternary_convolution", l.name(), l.input());
        write(l.window());
        writeChannels(l.kernel());
        writeThresholds(l, l.thresholds());
        arrays.trits(json, l.name(), l.kernel());
        writeFloats(l, "scale", l.scale());
        writeFloats(l, "shift", l.shift());
      }
      case Layer.AsymmetricTernaryConvolution l -> {
        start("asymmetric_ternary_convolution", l.name(), l.input());
        write(l.window());
        writeChannels(l.kernel());
        writeThresholds(l, l.thresholds());
        arrays.trits(json, l.name(), l.kernel());
        writeFloats(l, "plus_scale", l.plusScale());
        writeFloats(l, "minus_scale", l.minusScale());
        writeFloats(l, "shift", l.shift());
      }
      case Layer.TernaryWeightConvolution l -> {
        start("ternary_weight_convolution", l.name(), l.input());
        write(l.window());
        writeChannels(l.kernel());
        arrays.trits(json, l.name(), l.kernel());
        writeFloats(l, "plus_scale", l.plusScale());
        writeFloats(l, "minus_scale", l.minusScale());
        writeFloats(l, "bias", l.bias());
      }
      case Layer.Affine l -> {
        start("affine", l.name(), l.input());
        writeFloats(l, "scale", l.scale());
        writeFloats(l, "shift", l.shift());
      }
      case Layer.PRelu l -> {
        start("prelu", l.name(), l.input());
        writeFloats(l, "slope", l.slope());
      }
      case Layer.MaxPool l -> {
        start("max_pool", l.name(), l.input());
        write(l.window());
      }
      case Layer.AveragePool l -> {
        start("average_pool", l.name(), l.input());
        write(l.window());
        // Left out where it is the default, so that older readers take the file.
        if (!l.countPadding()) {
          json.writeBooleanField("count_padding", false);
        }
      }
      case Layer.Add l -> start("add", l.name(), l.left(), l.right());
      case Layer.Concat l -> start("concat", l.name(), l.inputs().toArray(String[]::new));
      case Layer.ChannelPad l -> {
        start("channel_pad", l.name(), l.input());
        json.writeNumberField("output_channels", l.channels());
      }
      case Layer.Activation l -> {
        start("activation", l.name(), l.input());
        json.writeStringField("function", l.function().label());
        writeFloats(l, "parameters", l.parameters());
      }
      case Layer.Softmax l -> {
        start("softmax", l.name(), l.input());
        json.writeBooleanField("logarithm", l.logarithm());
      }
      case Layer.LocalResponseNormalization l -> {
        start("local_response_normalization", l.name(), l.input());
        json.writeNumberField("size", l.size());
        writeFloats(l, "parameters", new float[] {l.alpha(), l.beta(), l.bias()});
      }
      case Layer.Flatten l -> start("flatten", l.name(), l.input());
      case Layer.ChannelSelection l -> {
        start("channel_selection", l.name(), l.input());
        writeIntegers("channels", l.channels());
      }
      case Layer.Multiply l -> start("multiply", l.name(), l.left(), l.right());
      case Layer.DepthwiseConvolution l -> {
        start("depthwise_convolution", l.name(), l.input());
        write(l.window());
        int rows = l.window().kernelHeight();
        int columns = l.window().kernelWidth();
        arrays.floats(json, l.name(), "weights", l.weights(), l.bias().length, rows, columns);
        writeFloats(l, "bias", l.bias());
      }
      case Layer.Linear l -> {
        start("linear", l.name(), l.input());
        json.writeNumberField("outputs", l.outputs());
        arrays.floats(
            json, l.name(), "weights", l.weights(), l.outputs(), l.weights().length / l.outputs());
        writeFloats(l, "bias", l.bias());
      }
    }
  }

  private void writeChannels(TernaryKernel kernel) throws IOException {
    json.writeNumberField("output_channels", kernel.outputChannels());
    json.writeNumberField("input_channels", kernel.inputChannels());
  }

  private void writeThresholds(Layer layer, Thresholds thresholds) throws IOException {
    writeFloats(layer, "low", thresholds.low());
    writeFloats(layer, "high", thresholds.high());
    arrays.flags(json, layer.name(), "negated", thresholds.negated());
  }

  private void writeFloats(Layer layer, String field, float[] values) throws IOException {
    arrays.floats(json, layer.name(), field, values, values.length);
  }

  private void start(String type, String name, String... inputs) throws IOException {
    json.writeStringField("type", type);
    json.writeStringField("name", name);
    writeStrings("inputs", List.of(inputs));
  }

  private void write(Window window) throws IOException {
    writeIntegers("kernel", window.kernelHeight(), window.kernelWidth());
    writeIntegers("stride", window.strideHeight(), window.strideWidth());
    writeIntegers("pad", window.padTop(), window.padLeft(), window.padBottom(), window.padRight());
    writeIntegers("dilation", window.dilationHeight(), window.dilationWidth());
  }

  private void writeIntegers(String field, int... values) throws IOException {
    json.writeFieldName(field);
    json.writeArray(values, 0, values.length);
  }

  private void writeNumbers(String field, List<Double> values) throws IOException {
    json.writeArrayFieldStart(field);
    for (double value : values) {
      json.writeNumber(value);
    }
    json.writeEndArray();
  }

  private void writeStrings(String field, List<String> values) throws IOException {
    json.writeArrayFieldStart(field);
    for (String value : values) {
      json.writeString(value);
    }
    json.writeEndArray();
  }
}
