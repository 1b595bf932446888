// SPDX-License-Identifier: Apache-2.0
package org.setun.server.input;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.setun.kernels.Shape;

/**
 * Reads inference requests of the Open Inference Protocol: JSON, and behind it the values of the
 * input where they come as binary tensor data. Immutable.
 */
public final class InferenceReader {
  /** The name of the network's input. */
  public static final String INPUT = "input";

  /** The name of its output. */
  public static final String OUTPUT = "logits";

  private static final int LONGEST_ID = 1024;

  private final TensorReader tensors;
  private final Shape shape;

  /**
   * Makes a reader.
   *
   * @param shape shape of the network's input
   */
  public InferenceReader(Shape shape) {
    this.shape = shape;
    this.tensors = new TensorReader(shape);
  }

  /**
   * What a request says.
   *
   * @param id its name, or null
   * @param binary whether the output is wanted as binary tensor data
   * @param inputs the inputs
   */
  public record Inference(String id, boolean binary, Inputs inputs) {}

  /**
   * Reads a request.
   *
   * @param body JSON in UTF-8, and behind it binary data
   * @param header bytes of the JSON
   * @return what it says
   * @throws Refusal if it is not JSON, or does not suit the network
   */
  public Inference read(byte[] body, int header) throws Refusal {
    if (header > body.length) {
      throw new Refusal(400, "Inference-Header-Content-Length is larger than the body");
    }
    ByteBuffer binary = ByteBuffer.wrap(body, header, body.length - header).slice();
    try (JsonParser parser = TensorReader.JSON.createParser(body, 0, header)) {
      return new Parse(parser, binary.order(ByteOrder.LITTLE_ENDIAN)).request();
    } catch (JsonProcessingException e) {
      throw new Refusal(400, "not JSON: " + TensorReader.firstLine(e.getOriginalMessage()));
    } catch (IOException e) {
      throw new UncheckedIOException(e); // there is nothing to read from but the array
    }
  }

  /** One request on its way. */
  private final class Parse {
    private final JsonParser parser;
    private final ByteBuffer binary;

    private String id;
    private boolean allBinary;
    private Boolean outputBinary;

    private String name;
    private String datatype;
    private List<Integer> dimensions;
    private TensorReader.Values values;
    private long binarySize = -1;

    Parse(JsonParser parser, ByteBuffer binary) {
      this.parser = parser;
      this.binary = binary;
    }

    Inference request() throws IOException, Refusal {
      JsonToken first = parser.nextToken();
      if (first != JsonToken.START_OBJECT) {
        throw new Refusal(400, "a request must be a JSON object with the field inputs");
      }
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String field = parser.currentName();
        parser.nextToken();
        switch (field) {
          case "id" -> {
            id = string("id");
            if (id.length() > LONGEST_ID) {
              throw new Refusal(400, "id is longer than " + LONGEST_ID + " characters");
            }
          }
          case "parameters" -> requestParameters();
          case "inputs" -> only("inputs", this::inputField);
          case "outputs" -> only("outputs", this::outputField);
          default -> parser.skipChildren();
        }
      }
      if (parser.nextToken() != null) {
        throw new Refusal(400, "not JSON: something follows the object");
      }
      return new Inference(id, outputBinary != null ? outputBinary : allBinary, inputs());
    }

    private void requestParameters() throws IOException, Refusal {
      object(
          "parameters",
          key -> {
            if (key.equals("binary_data_output")) {
              allBinary = flag(key);
            } else {
              parser.skipChildren();
            }
          });
    }

    private void inputField(String field) throws IOException, Refusal {
      switch (field) {
        case "name" -> name = string("name");
        case "datatype" -> datatype = string("datatype");
        case "shape" -> dimensions = TensorReader.readShape(parser, parser.currentToken());
        case "data" -> values = tensors.readValues(parser, parser.currentToken());
        case "parameters" ->
            object(
                "parameters",
                key -> {
                  if (!key.equals("binary_data_size")) {
                    parser.skipChildren();
                    return;
                  }
                  if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT
                      || parser.getNumberType() != JsonParser.NumberType.INT
                      || parser.getIntValue() < 0) {
                    throw new Refusal(400, "binary_data_size must be a number of bytes");
                  }
                  binarySize = parser.getIntValue();
                });
        default -> parser.skipChildren();
      }
    }

    private void outputField(String field) throws IOException, Refusal {
      switch (field) {
        case "name" -> {
          if (!string("name").equals(OUTPUT)) {
            throw new Refusal(400, "the model has one output, " + OUTPUT);
          }
        }
        case "parameters" ->
            object(
                "parameters",
                key -> {
                  switch (key) {
                    case "binary_data" -> outputBinary = flag(key);
                    case "classification" ->
                        throw new Refusal(
                            400, "classification is not supported; /v1/classify names classes");
                    default -> parser.skipChildren();
                  }
                });
        default -> parser.skipChildren();
      }
    }

    private Inputs inputs() throws Refusal {
      if (!INPUT.equals(name)) {
        throw new Refusal(400, "the model has one input, " + INPUT);
      }
      if (!"FP32".equals(datatype)) {
        throw new Refusal(400, "datatype of " + INPUT + " must be FP32");
      }
      if (dimensions == null || dimensions.size() != 4) {
        throw new Refusal(400, "shape of " + INPUT + " must be [N, C, H, W]");
      }
      if ((values == null) == (binarySize < 0)) {
        throw new Refusal(400, INPUT + " must have either data or binary_data_size");
      }
      if (binary.remaining() != Math.max(0, binarySize)) {
        throw new Refusal(
            400,
            "%d bytes of binary data follow, binary_data_size says %d"
                .formatted(binary.remaining(), Math.max(0, binarySize)));
      }
      if (values == null) {
        values = binaryValues();
      }
      return tensors.tensors(values, dimensions);
    }

    private TensorReader.Values binaryValues() throws Refusal {
      long wanted = dimensions.stream().mapToLong(Integer::intValue).reduce(1, (a, b) -> a * b);
      if (binarySize != Float.BYTES * wanted) {
        throw new Refusal(
            400, "binary_data_size is %d, shape says %d".formatted(binarySize, 4 * wanted));
      }
      TensorReader.Values all = tensors.values();
      all.fill(binary.asFloatBuffer());
      return all;
    }

    /** Reads an array of one object. */
    private void only(String what, Field fields) throws IOException, Refusal {
      if (parser.currentToken() != JsonToken.START_ARRAY) {
        throw new Refusal(400, what + " must be an array");
      }
      List<String> seen = new ArrayList<>();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        if (!seen.isEmpty()) {
          throw new Refusal(
              400, "the model has one input, " + INPUT + ", and one output, " + OUTPUT);
        }
        seen.add(what);
        object(what, fields);
      }
    }

    private void object(String what, Field fields) throws IOException, Refusal {
      if (parser.currentToken() != JsonToken.START_OBJECT) {
        throw new Refusal(400, "what " + what + " holds must be an object");
      }
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String field = parser.currentName();
        parser.nextToken();
        fields.read(field);
      }
    }

    private String string(String what) throws IOException, Refusal {
      if (parser.currentToken() != JsonToken.VALUE_STRING) {
        throw new Refusal(400, what + " must be a string");
      }
      return parser.getText();
    }

    private boolean flag(String what) throws IOException, Refusal {
      if (!parser.currentToken().isBoolean()) {
        throw new Refusal(400, what + " must be true or false");
      }
      return parser.getBooleanValue();
    }
  }

  @FunctionalInterface
  private interface Field {
    void read(String name) throws IOException, Refusal;
  }
}
