// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.image;

import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import javax.imageio.stream.ImageInputStream;

/**
 * What the markers of a JPEG say, read from the first to the last. The decoder of the JDK fills
 * what is missing of a file with grey and guesses the colours; this finds the end, as PIL demands
 * it, and knows the colours, as libjpeg does.
 *
 * @param components samples of a pixel
 * @param colours what they mean
 * @param scans how many scans the picture is stored in
 * @see <a href="https://www.w3.org/Graphics/JPEG/itu-t81.pdf">ITU-T T.81, annex B</a>
 */
record JpegStructure(int components, Colours colours, int scans) {
  private static final int START_OF_IMAGE = 0xD8;
  private static final int END_OF_IMAGE = 0xD9;
  private static final int START_OF_SCAN = 0xDA;
  private static final int RESTART_0 = 0xD0;
  private static final int RESTART_7 = 0xD7;
  private static final int TEMPORARY = 0x01;
  private static final int JFIF_SEGMENT = 0xE0;
  private static final int ADOBE_SEGMENT = 0xEE;

  /** Longest part of a segment that is looked at: the components of a frame. */
  private static final int LONGEST_READ = 64;

  /** What the samples of a pixel are. */
  enum Colours {
    GREY,
    RGB,
    /** Luminance, and what blue and red have above it. */
    YCC,
    /** Inverted, as Adobe writes it and as PIL takes it whoever wrote it. */
    CMYK,
    /** CMYK whose first three are stored as YCC. */
    YCCK
  }

  /**
   * Reads all markers.
   *
   * @param in stands at the beginning, and again afterwards
   * @param mostBytes a picture that has not ended by then is refused
   * @throws EOFException if it has no end marker
   * @throws IOException if it is of a kind that is not supported
   */
  static JpegStructure read(ImageInputStream in, long mostBytes) throws IOException {
    in.mark();
    try {
      return new Walk(new Bytes(in, mostBytes)).structure();
    } finally {
      in.reset();
    }
  }

  /** The state of one reading. */
  private static final class Walk {
    private final Bytes bytes;
    private int[] ids;
    private boolean jfif;
    private int adobeTransform = -1;
    private int scans;

    Walk(Bytes bytes) {
      this.bytes = bytes;
    }

    JpegStructure structure() throws IOException {
      for (int marker = bytes.marker(); marker != END_OF_IMAGE; marker = bytes.marker()) {
        boolean alone =
            marker == START_OF_IMAGE
                || marker == TEMPORARY
                || (marker >= RESTART_0 && marker <= RESTART_7);
        if (!alone) {
          segment(marker);
        }
      }
      if (ids == null) {
        throw new IOException("it has no picture");
      }
      return new JpegStructure(ids.length, colours(), scans);
    }

    private void segment(int marker) throws IOException {
      int length = (bytes.next() << 8 | bytes.next()) - 2;
      if (length < 0) {
        throw new IOException("a segment of negative length");
      }
      byte[] start = bytes.next(Math.min(length, LONGEST_READ));
      bytes.skip(length - start.length);
      switch (marker) {
        case START_OF_SCAN -> scans++;
        case JFIF_SEGMENT -> jfif |= startsWith(start, "JFIF\0");
        case ADOBE_SEGMENT -> {
          if (startsWith(start, "Adobe") && start.length >= 12) {
            adobeTransform = Byte.toUnsignedInt(start[11]);
          }
        }
        default -> {
          if (isFrame(marker)) {
            frame(marker, start);
          }
        }
      }
    }

    /** Starts of frames, but for the tables between their numbers. */
    private static boolean isFrame(int marker) {
      return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
    }

    private void frame(int marker, byte[] start) throws IOException {
      String unsupported =
          switch (marker) {
            case 0xC0, 0xC1, 0xC2 -> null;
            case 0xC3 -> "lossless";
            case 0xC5, 0xC6, 0xC7 -> "hierarchical";
            case 0xCB, 0xCF -> "lossless, arithmetic-coded";
            default -> "arithmetic-coded";
          };
      if (unsupported != null) {
        throw new IOException(
            "a JPEG that is " + unsupported + " is not supported: save it as baseline JPEG or PNG");
      }
      if (start.length < 6) {
        throw new IOException("the start of its frame is too short");
      }
      if (start[0] != Byte.SIZE) {
        throw new IOException(
            "a JPEG of "
                + Byte.toUnsignedInt(start[0])
                + " bits a sample is not supported: save it with 8 bits or as PNG");
      }
      int count = Byte.toUnsignedInt(start[5]);
      if (count != 1 && count != 3 && count != 4) {
        throw new IOException("a JPEG of " + count + " components is not supported");
      }
      if (start.length < 6 + 3 * count) {
        throw new IOException("the start of its frame is too short");
      }
      ids = new int[count];
      for (int i = 0; i < count; i++) {
        ids[i] = start[6 + 3 * i];
      }
    }

    /** The rules of libjpeg, {@code default_decompress_parms}. */
    private Colours colours() {
      return switch (ids.length) {
        case 1 -> Colours.GREY;
        case 3 -> {
          boolean rgb =
              !jfif
                  && (adobeTransform == 0
                      || (adobeTransform < 0 && Arrays.equals(ids, new int[] {'R', 'G', 'B'})));
          yield rgb ? Colours.RGB : Colours.YCC;
        }
        default -> adobeTransform <= 0 ? Colours.CMYK : Colours.YCCK;
      };
    }

    private static boolean startsWith(byte[] bytes, String text) {
      byte[] wanted = text.getBytes(StandardCharsets.US_ASCII);
      return bytes.length >= wanted.length
          && Arrays.equals(bytes, 0, wanted.length, wanted, 0, wanted.length);
    }
  }

  /** Reads bytes one by one, and few calls of the stream. */
  private static final class Bytes {
    private static final int BUFFER = 1 << 13;

    private final ImageInputStream in;
    private final byte[] buffer = new byte[BUFFER];
    private long left;
    private int at;
    private int end;

    Bytes(ImageInputStream in, long most) {
      this.in = in;
      this.left = most;
    }

    int next() throws IOException {
      if (at == end) {
        if (left <= 0) {
          throw new IOException("it has not ended after the most bytes that are read of a picture");
        }
        at = 0;
        end = in.read(buffer, 0, (int) Math.min(buffer.length, left));
        if (end <= 0) {
          end = 0;
          throw new EOFException();
        }
        left -= end;
      }
      return Byte.toUnsignedInt(buffer[at++]);
    }

    byte[] next(int count) throws IOException {
      byte[] bytes = new byte[count];
      for (int i = 0; i < count; i++) {
        bytes[i] = (byte) next();
      }
      return bytes;
    }

    void skip(int count) throws IOException {
      for (int i = 0; i < count; i++) {
        next();
      }
    }

    /**
     * The next marker. What stands before it is the data of a scan, in which a zero follows each FF
     * that is no marker, or rubbish, which libjpeg skips too.
     */
    int marker() throws IOException {
      while (true) {
        while (next() != 0xFF) {}
        int marker = next();
        while (marker == 0xFF) {
          marker = next();
        }
        if (marker != 0) {
          return marker;
        }
      }
    }
  }
}
