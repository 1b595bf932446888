package org.setun.loader.checkpoint;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import org.setun.loader.checkpoint.CheckpointException.Kind;

/**
 * Reads the JSON object at the head of an untrusted file token by token: no tree is built, nesting
 * is bounded, and no name may occur twice, since two readers could see two different tensors.
 */
final class StrictJson {
  /** Longest text read, in bytes: what it turns into takes up to eight times as much heap. */
  static final long MAX_BYTES = 16L << 20;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(100).build())
          .build();

  private final MappedFile file;
  private final JsonParser parser;

  private StrictJson(MappedFile file, JsonParser parser) {
    this.file = file;
    this.parser = parser;
  }

  /** Makes something of the fields of the outermost object. */
  interface Body<T> {
    T read(StrictJson json) throws IOException;
  }

  /** Reads a text that must be one object, from its first field to its closing brace. */
  static <T> T readObject(MappedFile file, byte[] text, Body<T> body) throws CheckpointException {
    try (JsonParser parser = JSON.createParser(text)) {
      StrictJson json = new StrictJson(file, parser);
      parser.nextToken();
      json.expect(JsonToken.START_OBJECT);
      T value = body.read(json);
      if (parser.nextToken() != null) {
        throw file.error(Kind.MALFORMED, "bad header: text after its closing brace");
      }
      return value;
    } catch (CheckpointException e) {
      throw e;
    } catch (JsonProcessingException e) {
      String problem = CheckpointException.quote(e.getOriginalMessage());
      throw new CheckpointException(Kind.MALFORMED, file.path(), null, "bad header: " + problem, e);
    } catch (IOException e) {
      // Jackson's wording for bytes that are not UTF-8.
      throw new CheckpointException(Kind.MALFORMED, file.path(), null, "bad header encoding", e);
    }
  }

  /** The next field's name, with its value as the current token; null at the closing brace. */
  String nextField() throws IOException {
    if (parser.nextToken() == JsonToken.END_OBJECT) {
      return null;
    }
    String name = parser.currentName();
    parser.nextToken();
    return name;
  }

  /** Goes to the next element of an array; false at the closing bracket. */
  boolean nextElement() throws IOException {
    return parser.nextToken() != JsonToken.END_ARRAY;
  }

  /** Requires the current token to be of a kind. */
  void expect(JsonToken expected) throws CheckpointException {
    if (parser.currentToken() != expected) {
      throw file.error(
          Kind.MALFORMED,
          "bad header: " + parser.currentToken() + " where " + expected + " belongs");
    }
  }

  /** The current token, which must be a string. */
  String string() throws IOException {
    expect(JsonToken.VALUE_STRING);
    return parser.getText();
  }

  /** The current token, which must be an integer of 64 bits. */
  long integer() throws IOException {
    expect(JsonToken.VALUE_NUMBER_INT);
    return parser.getLongValue();
  }

  /** The current token as text if it is a plain value; null, and skipped, if it is not. */
  String plainValue() throws IOException {
    if (parser.currentToken().isScalarValue()) {
      return parser.getText();
    }
    parser.skipChildren();
    return null;
  }
}
