// SPDX-License-Identifier: Apache-2.0
package org.setun.server.input;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.setun.kernels.Shape;

/**
 * Reads tensors from JSON: {@code {"input": …, "shape": […]}}.
 *
 * <p>{@code input} is an array of numbers, flat or nested, row-major; {@code shape} is optional.
 * Either says what {@code input} is: one input, {@code [C, H, W]}, or several, {@code [N, C, H,
 * W]}. A flat array without a shape is one input.
 */
public final class TensorReader {
  /** Inputs of one request; more would keep others waiting for long. */
  private static final int MOST_INPUTS = 256;

  private static final int MOST_DIMENSIONS = 4;

  /** Of all requests. Numbers are read as they come, which a reader of documents would not do. */
  static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private final Shape shape;

  /**
   * Makes a reader.
   *
   * @param shape shape of the network's input
   */
  public TensorReader(Shape shape) {
    this.shape = shape;
  }

  /**
   * Reads a document.
   *
   * @param json UTF-8
   * @return the inputs, and whether they came as several
   * @throws Refusal with status 400 if it is not JSON, 422 if it does not suit the network
   */
  public Tensors read(byte[] json) throws Refusal {
    try (JsonParser parser = JSON.createParser(json)) {
      return read(parser);
    } catch (JsonProcessingException e) {
      throw new Refusal(400, "not JSON" + at(e) + ": " + firstLine(e.getOriginalMessage()));
    } catch (IOException e) {
      throw new UncheckedIOException(e); // there is nothing to read from but the array
    }
  }

  private Tensors read(JsonParser parser) throws IOException, Refusal {
    JsonToken first = parser.nextToken();
    if (first == null) {
      throw new Refusal(400, "not JSON: the body is blank");
    }
    if (first != JsonToken.START_OBJECT) {
      throw new Refusal(422, "the body must be an object with the field input");
    }
    Values values = null;
    List<Integer> declared = null;
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String field = parser.currentName();
      JsonToken value = parser.nextToken();
      switch (field) {
        case "input" -> values = readValues(parser, value);
        case "shape" -> declared = readShape(parser, value);
        default -> throw new Refusal(422, "there is a field that is neither input nor shape");
      }
    }
    if (parser.nextToken() != null) {
      throw new Refusal(400, "not JSON: something follows the object");
    }
    if (values == null) {
      throw new Refusal(422, "the field input is missing");
    }
    return tensors(values, declared);
  }

  Tensors tensors(Values values, List<Integer> declared) throws Refusal {
    List<Integer> dimensions = values.dimensions;
    if (declared != null) {
      long product = declared.stream().mapToLong(Integer::intValue).reduce(1, Math::multiplyExact);
      if (product != values.count || (dimensions.size() > 1 && !dimensions.equals(declared))) {
        throw new Refusal(422, "input is " + dimensions + ", shape says " + declared);
      }
      dimensions = declared;
    } else if (dimensions.size() == 1 && values.count == shape.size()) {
      dimensions = one();
    }
    boolean several = dimensions.size() == MOST_DIMENSIONS;
    if (!one().equals(several ? dimensions.subList(1, MOST_DIMENSIONS) : dimensions)) {
      throw new Refusal(422, "input is " + dimensions + ", the model reads " + one());
    }
    return new Tensors(values.floats, several ? dimensions.getFirst() : 1, shape.size(), several);
  }

  private List<Integer> one() {
    return List.of(shape.channels(), shape.height(), shape.width());
  }

  Values readValues(JsonParser parser, JsonToken first) throws IOException, Refusal {
    Values values = values();
    JsonToken token = first;
    do {
      switch (token) {
        case START_ARRAY -> values.open();
        case END_ARRAY -> values.close();
        case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> values.add(parser.getFloatValue());
        case null -> throw new Refusal(400, "not JSON: input does not end");
        default -> throw new Refusal(422, "input must be an array of numbers");
      }
      token = values.isOpen() ? parser.nextToken() : null;
    } while (values.isOpen());
    return values;
  }

  /** Room for as many values as a request may have. */
  Values values() {
    return new Values((long) MOST_INPUTS * shape.size());
  }

  static List<Integer> readShape(JsonParser parser, JsonToken first) throws IOException, Refusal {
    List<Integer> shape = new ArrayList<>();
    if (first == JsonToken.START_ARRAY) {
      while (parser.nextToken() == JsonToken.VALUE_NUMBER_INT && shape.size() < MOST_DIMENSIONS) {
        boolean isInt = parser.getNumberType() == JsonParser.NumberType.INT;
        shape.add(isInt ? parser.getIntValue() : -1);
      }
    }
    if (parser.currentToken() != JsonToken.END_ARRAY
        || shape.isEmpty()
        || shape.stream().anyMatch(length -> length < 1 || length > 1 << 15)) {
      throw new Refusal(422, "shape must be [C, H, W] or [N, C, H, W]");
    }
    return shape;
  }

  private static String at(JsonProcessingException e) {
    return e.getLocation() == null
        ? ""
        : " (line %d, column %d)"
            .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr());
  }

  static String firstLine(String message) {
    String line = message.lines().findFirst().orElse("");
    return line.length() > 200 ? line.substring(0, 200) + "…" : line;
  }

  /**
   * What a document holds.
   *
   * @param values the inputs side by side, NCHW; may be longer
   * @param count how many inputs there are
   * @param size values of one
   * @param several whether they came with a leading dimension
   */
  public record Tensors(float[] values, int count, int size, boolean several) implements Inputs {
    @Override
    public void copyTo(int index, float[] target, int offset) {
      System.arraycopy(values, index * size, target, offset, size);
    }
  }

  /** Numbers of nested arrays, and the arrays' lengths. */
  static final class Values {
    private final long most;
    private float[] floats = new float[1024];
    private int count;

    /** Lengths found, the outermost first; 0 while not known. */
    private final List<Integer> dimensions = new ArrayList<>();

    /** Elements seen so far of the arrays that are open. */
    private final int[] seen = new int[MOST_DIMENSIONS];

    private int depth;

    /** Depth of the arrays that hold numbers; 0 while not known. */
    private int innermost;

    Values(long most) {
      this.most = most;
    }

    boolean isOpen() {
      return depth > 0;
    }

    void open() throws Refusal {
      if (depth == MOST_DIMENSIONS || depth == innermost && depth > 0) {
        throw ragged();
      }
      if (depth > 0) {
        seen[depth - 1]++;
      }
      seen[depth] = 0;
      if (depth == dimensions.size()) {
        dimensions.add(0);
      }
      depth++;
    }

    void close() throws Refusal {
      int length = seen[--depth];
      if (dimensions.get(depth) == 0) {
        dimensions.set(depth, length);
      }
      if (length == 0 || dimensions.get(depth) != length) {
        throw ragged();
      }
    }

    void add(float value) throws Refusal {
      if (depth == 0) {
        throw new Refusal(422, "input must be an array of numbers");
      }
      if (innermost == 0) {
        innermost = depth;
      }
      if (depth != innermost) {
        throw ragged();
      }
      requireFinite(value);
      if (count == most) {
        throw tooMany();
      }
      if (count == floats.length) {
        floats = Arrays.copyOf(floats, (int) Math.min(most, 2L * count));
      }
      floats[count++] = value;
      seen[depth - 1]++;
    }

    /** Takes the numbers of one array of numbers: as {@link #add} of each, a tenth of the time. */
    void fill(FloatBuffer numbers) throws Refusal {
      if (numbers.remaining() > most) {
        throw tooMany();
      }
      open();
      innermost = depth;
      floats = new float[numbers.remaining()];
      numbers.get(floats);
      count = floats.length;
      seen[depth - 1] = count;
      for (float value : floats) {
        requireFinite(value);
      }
      close();
    }

    private static void requireFinite(float value) throws Refusal {
      if (!Float.isFinite(value)) {
        throw new Refusal(422, "input has a number that is too large for fp32");
      }
    }

    private static Refusal tooMany() {
      return new Refusal(422, "input has more than " + MOST_INPUTS + " inputs");
    }

    private static Refusal ragged() {
      return new Refusal(
          422, "input must be numbers in arrays of equal lengths, at most 4 arrays deep");
    }
  }
}
