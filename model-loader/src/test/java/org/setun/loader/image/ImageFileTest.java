package org.setun.loader.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
  @CsvSource({"colour.jpg, colour-jpg-decoded.png, 2", "grey.jpg, grey.png, 12"})
  void readsJpeg(String name, String reference, int tolerance) throws Exception {
    PixelImage expected = image(reference);
    PixelImage actual = image(name);
    assertEquals(expected.channels(), actual.channels());
    for (int i = 0; i < expected.samples().length; i++) {
      int difference = (expected.samples()[i] & 0xFF) - (actual.samples()[i] & 0xFF);
      assertTrue(Math.abs(difference) <= tolerance, "sample " + i + " differs by " + difference);
    }
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

  @Test
  void anImageTooLargeIsRefusedBeforeItIsDecoded() throws Exception {
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(png);
    out.writeLong(0x89504E470D0A1A0AL);
    ByteArrayOutputStream header = new ByteArrayOutputStream();
    DataOutputStream fields = new DataOutputStream(header);
    fields.writeBytes("IHDR");
    fields.writeInt(1 << 20);
    fields.writeInt(1 << 20);
    fields.write(new byte[] {8, 2, 0, 0, 0});
    CRC32 crc = new CRC32();
    crc.update(header.toByteArray());
    out.writeInt(13);
    out.write(header.toByteArray());
    out.writeInt((int) crc.getValue());
    Path file = Files.write(folder.resolve("bomb.png"), png.toByteArray());
    ImageException e = assertThrows(ImageException.class, () -> ImageFile.read(file));
    assertEquals(
        file + ": 1099511627776 pixels are more than the 67108864 allowed", e.getMessage());
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
