// SPDX-License-Identifier: Apache-2.0
package org.setun.server.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.MultiPart;
import org.eclipse.jetty.http.MultiPartFormData;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.util.Blocker;
import org.setun.server.input.ImageDecoder;
import org.setun.server.input.Inputs;
import org.setun.server.input.Refusal;

/** Reads images of {@code multipart/form-data} (RFC 7578), as browsers and {@code curl -F} send. */
final class FormReader {
  static final String TYPE = "multipart/form-data";

  /** As many as tensors of one request. */
  private static final int MOST_IMAGES = 256;

  private static final int HEADER_BYTES = 4096;

  private final String boundary;
  private final ImageDecoder decoder;
  private final Set<String> types;

  /**
   * For one request.
   *
   * @param contentType its header
   * @param decoder decodes the images
   * @param types media types of images
   * @throws Refusal if the header names no boundary
   */
  FormReader(String contentType, ImageDecoder decoder, Set<String> types) throws Refusal {
    this.boundary = boundary(contentType);
    this.decoder = decoder;
    this.types = types;
  }

  private static String boundary(String contentType) throws Refusal {
    String boundary;
    try {
      boundary = MultiPart.extractBoundary(contentType);
    } catch (RuntimeException e) {
      boundary = null; // Jetty's parser trips over a lone quotation mark
    }
    if (boundary == null || boundary.isEmpty()) {
      throw new Refusal(400, TYPE + " without a boundary");
    }
    return boundary;
  }

  /** Finds the images; each is decoded when it is asked for, lest all take memory at once. */
  Inputs read(byte[] body) throws Refusal {
    List<byte[]> images = new ArrayList<>();
    MultiPartFormData.Parser parser = new MultiPartFormData.Parser(boundary);
    parser.setMaxParts(MOST_IMAGES);
    parser.setMaxLength(body.length);
    parser.setMaxMemoryFileSize(-1); // it is in memory already
    parser.setPartHeadersMaxLength(HEADER_BYTES);
    try (MultiPartFormData.Parts parts =
        Blocker.blockWithPromise(
            promise -> parser.parse(Content.Source.from(ByteBuffer.wrap(body)), promise))) {
      for (MultiPart.Part part : parts) {
        if (isImage(part)) {
          ByteBuffer content = Content.Source.asByteBuffer(part.getContentSource());
          byte[] image = new byte[content.remaining()];
          content.get(image);
          images.add(image);
        }
      }
    } catch (IOException | RuntimeException e) {
      throw new Refusal(400, "the body is not " + TYPE + ", or has too many or too large parts");
    }
    if (images.isEmpty()) {
      throw new Refusal(
          400, "no part of the body is an image: its Content-Type must be one of " + types);
    }
    return new Images(images, decoder);
  }

  private boolean isImage(MultiPart.Part part) {
    String type = String.valueOf(part.getHeaders().get(HttpHeader.CONTENT_TYPE));
    return types.contains(type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT));
  }

  private record Images(List<byte[]> encoded, ImageDecoder decoder) implements Inputs {
    @Override
    public int count() {
      return encoded.size();
    }

    @Override
    public boolean several() {
      return encoded.size() > 1;
    }

    @Override
    public void copyTo(int index, float[] target, int offset) throws Refusal {
      decoder.decode(encoded.get(index)).copyTo(0, target, offset);
    }
  }
}
