// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageFileTest {
  private static final Path IMAGES = Path.of(System.getProperty("setun.testdata"), "images");

  @TempDir Path folder;

  private static PixelImage image(String name) throws ImageException {
    return ImageFile.read(IMAGES.resolve(name));
  }

  @ParameterizedTest
  @CsvSource({
    "alpha.png, colour.png",
    "palette.png, palette-decoded.png",
    "grey16.png, grey.png",
    "grey-alpha.png, grey.png"
  })
  void readsEveryFormOfPng(String name, String same) throws Exception {
    PixelImage expected = image(same);
    PixelImage actual = image(name);
    assertEquals(expected.channels(), actual.channels());
    assertEquals(61, actual.width());
    assertEquals(47, actual.height());
    assertArrayEquals(expected.samples(), actual.samples());
  }

  @ParameterizedTest
  @CsvSource({"colour.jpg, colour-jpg-decoded.png, 2", "grey.jpg, grey-jpg-decoded.png, 0"})
  void readsJpeg(String name, String reference, int tolerance) throws Exception {
    PixelImage expected = image(reference);
    PixelImage actual = image(name);
    assertEquals(expected.channels(), actual.channels());
    for (int i = 0; i < expected.samples().length; i++) {
      int difference = (expected.samples()[i] & 0xFF) - (actual.samples()[i] & 0xFF);
      assertTrue(Math.abs(difference) <= tolerance, "sample " + i + " differs by " + difference);
    }
  }

  /** Each file of the folder but its script and what PIL makes of the others. */
  static Stream<String> forms() throws IOException {
    try (Stream<Path> files = Files.list(IMAGES.resolve("forms"))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.matches("[^.]*\\.(jpg|png)"))
          .sorted()
          .toList()
          .stream();
    }
  }

  /** Our values are PIL's; of another JDK's libjpeg they may be 2 off. */
  @ParameterizedTest
  @MethodSource
  void forms(String name) throws Exception {
    Path reference = IMAGES.resolve("forms").resolve(name + ".png");
    if (!Files.exists(reference)) {
      ImageException e =
          assertThrows(
              ImageException.class, () -> ImageFile.read(IMAGES.resolve("forms").resolve(name)));
      String reason =
          name.startsWith("cut")
              ? "the file is truncated"
              : Map.of(
                      "refused-arithmetic", "arithmetic-coded is not supported",
                      "refused-arithmetic-progressive", "arithmetic-coded is not supported",
                      "refused-lossless", "lossless is not supported",
                      "refused-12-bit", "12 bits a sample is not supported",
                      "refused-two-components", "2 components is not supported",
                      "damaged", "Error reading PNG image data")
                  .get(name.replaceAll("[.].*", ""));
      assertTrue(e.getMessage().contains(reason), e.getMessage());
      return;
    }
    BufferedImage expected = ImageIO.read(reference.toFile());
    PixelImage actual = image("forms/" + name).withChannels(3);
    assertEquals(expected.getWidth(), actual.width());
    assertEquals(expected.getHeight(), actual.height());
    int largest = 0;
    for (int i = 0; i < actual.samples().length; i++) {
      int pixel = i / 3;
      int rgb = expected.getRGB(pixel % actual.width(), pixel / actual.width());
      int sample = rgb >> 8 * (2 - i % 3) & 0xFF;
      largest = Math.max(largest, Math.abs(sample - (actual.samples()[i] & 0xFF)));
    }
    assertTrue(largest <= (name.endsWith("jpg") ? 2 : 0), "differs by " + largest);
  }

  @ParameterizedTest
  @ValueSource(strings = {"colour.png", "colour.jpg", "palette.png"})
  void damageIsATypedErrorOrAnImage(String name) throws Exception {
    byte[] sound = Files.readAllBytes(IMAGES.resolve(name));
    Path file = folder.resolve("damaged");
    for (int i = 0; i < Math.min(sound.length, 400); i++) {
      byte[] damaged = sound.clone();
      damaged[i] ^= (byte) 0xA5;
      Files.write(file, damaged);
      try {
        ImageFile.read(file);
      } catch (ImageException e) {
        assertTrue(e.getMessage().startsWith(file + ": "), e.getMessage());
      }
    }
    Files.write(file, Arrays.copyOf(sound, 60));
    assertThrows(ImageException.class, () -> ImageFile.read(file));
  }

  /** A PNG that is a header, and zeros up to a length. */
  private Path promise(int width, int height, int length) throws Exception {
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(png);
    out.writeLong(0x89504E470D0A1A0AL);
    ByteArrayOutputStream header = new ByteArrayOutputStream();
    DataOutputStream fields = new DataOutputStream(header);
    fields.writeBytes("IHDR");
    fields.writeInt(width);
    fields.writeInt(height);
    fields.write(new byte[] {8, 2, 0, 0, 0});
    CRC32 crc = new CRC32();
    crc.update(header.toByteArray());
    out.writeInt(13);
    out.write(header.toByteArray());
    out.writeInt((int) crc.getValue());
    return Files.write(folder.resolve("bomb.png"), Arrays.copyOf(png.toByteArray(), length));
  }

  @ParameterizedTest
  @CsvSource({
    "1048576, 1048576, 60, are more than the 67108864 allowed",
    "2048, 1025, 16400, in less than one byte for 128",
    "8192, 8192, 524288, in less than one byte for 128"
  })
  void anImageTooLargeIsRefusedBeforeItIsDecoded(int width, int height, int length, String expected)
      throws Exception {
    Path file = promise(width, height, length);
    ImageException e = assertThrows(ImageException.class, () -> ImageFile.read(file));
    assertEquals(file + ": " + (long) width * height + " pixels " + expected, e.getMessage());
    e =
        assertThrows(
            ImageException.class, () -> ImageFile.read(Files.newInputStream(file), "stream"));
    assertEquals("stream: " + (long) width * height + " pixels " + expected, e.getMessage());
  }

  /** 2048 x 1024 pixels are allowed in any file, 2048 x 1025 with 16401 bytes; then zeros. */
  @ParameterizedTest
  @CsvSource({"2048, 1024, 60", "2048, 1025, 16401"})
  void anImageThatIsNotTooLargeIsDecoded(int width, int height, int length) throws Exception {
    Path file = promise(width, height, length);
    ImageException e = assertThrows(ImageException.class, () -> ImageFile.read(file));
    assertTrue(e.getMessage().startsWith(file + ": cannot be decoded"), e.getMessage());
  }

  /** 64 scans are decoded, of the largest images fewer: 2^30 pixels in all. */
  @ParameterizedTest
  @CsvSource({"64, 64, 64", "8192, 4096, 32"})
  void aJpegOfTooManyScansIsRefused(int width, int height, int most) throws Exception {
    byte[] sound = progressive(width, height);
    int pixels = width * height;
    // Zeros past its end: an image must have a byte for 128 pixels.
    byte[] scans = withScans(sound, most + 1);
    byte[] forged = Arrays.copyOf(scans, scans.length + pixels / 128);
    ImageException e = assertThrows(ImageException.class, () -> ImageFile.read(forged, "forged"));
    assertEquals(
        "forged: %d scans of %d pixels, at most %d are decoded".formatted(most + 1, pixels, most),
        e.getMessage());
  }

  @Test
  void aJpegOfTheMostScansIsDecoded() throws Exception {
    assertEquals(64, ImageFile.read(withScans(progressive(64, 64), 64), "all").width());
  }

  /** The last scan of a JPEG again and again, until there are as many. */
  private static byte[] withScans(byte[] jpeg, int count) {
    List<Integer> starts = new ArrayList<>();
    for (int i = 0; i + 1 < jpeg.length; i++) {
      if (jpeg[i] == (byte) 0xFF && jpeg[i + 1] == (byte) 0xDA) {
        starts.add(i);
      }
    }
    int last = starts.getLast();
    int end = jpeg.length - 2;
    ByteArrayOutputStream repeated = new ByteArrayOutputStream();
    repeated.write(jpeg, 0, end);
    for (int i = starts.size(); i < count; i++) {
      repeated.write(jpeg, last, end - last);
    }
    repeated.write(jpeg, end, 2);
    return repeated.toByteArray();
  }

  /** A grey JPEG in several scans, black all over. */
  private static byte[] progressive(int width, int height) throws Exception {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ByteArrayOutputStream jpeg = new ByteArrayOutputStream();
    try (ImageOutputStream out = new MemoryCacheImageOutputStream(jpeg)) {
      ImageWriteParam how = writer.getDefaultWriteParam();
      how.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
      writer.setOutput(out);
      BufferedImage black = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
      writer.write(null, new IIOImage(black, null, null), how);
    } finally {
      writer.dispose();
    }
    return jpeg.toByteArray();
  }

  @Test
  void otherFilesAreRefused() throws Exception {
    Path gif = Files.writeString(folder.resolve("a.png"), "GIF89a\1\0\1\0\0\0\0,");
    ImageException e = assertThrows(ImageException.class, () -> ImageFile.read(gif));
    assertEquals(gif + ": neither a PNG nor a JPEG image", e.getMessage());
    Path none = folder.resolve("none.png");
    e = assertThrows(ImageException.class, () -> ImageFile.read(none));
    assertEquals(none + ": no such file", e.getMessage());
  }
}
