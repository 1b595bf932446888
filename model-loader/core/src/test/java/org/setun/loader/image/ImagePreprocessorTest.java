// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.setun.kernels.Shape;

class ImagePreprocessorTest {
  private static final Path IMAGES = Path.of(System.getProperty("setun.testdata"), "images");

  /** A preprocessing whose output is the pixel's level again: mean 0, std 1 / 255. */
  private static byte[] levels(PixelImage image, int resize, int channels, int height, int width) {
    Preprocessing preprocessing =
        new Preprocessing(
            resize == 0 ? OptionalInt.empty() : OptionalInt.of(resize),
            0,
            Collections.nCopies(channels, 0.0),
            Collections.nCopies(channels, 1 / 255.0));
    float[] output = new float[channels * height * width];
    new ImagePreprocessor(preprocessing, new Shape(channels, height, width))
        .apply(image, output, 0);
    byte[] interleaved = new byte[output.length];
    for (int i = 0; i < output.length; i++) {
      int pixel = i % (height * width);
      interleaved[pixel * channels + i / (height * width)] = (byte) Math.round(output[i]);
    }
    return interleaved;
  }

  @ParameterizedTest
  @CsvSource({
    "colour.png, colour-resize24-crop20x23.png, 24",
    "colour.png, colour-resize80-crop78x79.png, 80",
    "transposed.png, transposed-resize24-crop20x23.png, 24",
    "grey.png, grey-resize24-crop20x23.png, 24",
    "colour.png, grey-resize24-crop20x23.png, 24"
  })
  void resizesAndCropsToTheBitAsPilDoes(String source, String reference, int resize)
      throws Exception {
    PixelImage expected = ImageFile.read(IMAGES.resolve(reference));
    byte[] actual =
        levels(
            ImageFile.read(IMAGES.resolve(source)),
            resize,
            expected.channels(),
            expected.height(),
            expected.width());
    assertArrayEquals(expected.samples(), actual);
  }

  @Test
  void withoutResizeTheCentreIsCutOut() {
    byte[] samples = new byte[5 * 4];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (byte) i;
    }
    // Columns 2, 3 of 0 … 4: (5 - 2) / 2 = 1.5 is rounded to even. Rows 1, 2 of 0 … 3.
    assertArrayEquals(
        new byte[] {7, 8, 12, 13}, levels(new PixelImage(5, 4, 1, samples), 0, 1, 2, 2));
  }

  @Test
  void normalizesAndPadsWithBlack() {
    Preprocessing fmnist =
        new Preprocessing(OptionalInt.empty(), 1, List.of(0.2860), List.of(0.3530));
    float[] output = new float[2 + 9];
    new ImagePreprocessor(fmnist, new Shape(1, 3, 3))
        .apply(new PixelImage(1, 1, 1, new byte[] {(byte) 200}), output, 2);
    float black = (0 - 0.2860f) / 0.3530f;
    for (int i = 2; i < output.length; i++) {
      assertEquals(i == 6 ? (200 / 255f - 0.2860f) / 0.3530f : black, output[i], "value " + i);
    }
    assertEquals(0, output[1]);
  }

  @Test
  void repeatsGreyForColour() {
    assertArrayEquals(
        new byte[] {9, 9, 9}, levels(new PixelImage(1, 1, 1, new byte[] {9}), 0, 3, 1, 1));
  }

  @Test
  void aLongImageCostsNoMoreThanItsMiddle() {
    byte[] samples = new byte[1_000_000];
    Arrays.fill(samples, (byte) 77);
    // Resized whole, this image would have 16 billion pixels.
    byte[] middle = levels(new PixelImage(1_000_000, 1, 1, samples), 128, 1, 4, 4);
    assertEquals(77, middle[0]);
  }

  @Test
  void refusesWhatCannotFit() {
    PixelImage tiny = new PixelImage(1, 1, 1, new byte[1]);
    assertThrows(IllegalArgumentException.class, () -> levels(tiny, 0, 1, 2, 2));
    assertThrows(IllegalArgumentException.class, () -> levels(tiny, 3, 1, 4, 4));
    Preprocessing colour =
        new Preprocessing(OptionalInt.of(9), 2, List.of(0., 0., 0.), List.of(1., 1., 1.));
    assertThrows(IllegalArgumentException.class, () -> colour.checkFits(new Shape(1, 9, 9)));
    assertThrows(IllegalArgumentException.class, () -> colour.checkFits(new Shape(3, 4, 9)));
  }
}
