// SPDX-License-Identifier: Apache-2.0
package org.setun.server.input;

import java.io.ByteArrayInputStream;
import org.setun.loader.image.ImageException;
import org.setun.loader.image.ImageFile;
import org.setun.loader.image.ImagePreprocessor;
import org.setun.loader.image.PixelImage;

/** Decodes PNG and JPEG images. Immutable. */
public final class ImageDecoder {
  private final ImagePreprocessor preprocessor;
  private final int maxPixels;

  /**
   * Makes a decoder.
   *
   * @param preprocessor makes inputs of images
   * @param maxPixels pixels of an image, at most; checked before pixels are decoded
   */
  public ImageDecoder(ImagePreprocessor preprocessor, int maxPixels) {
    this.preprocessor = preprocessor;
    this.maxPixels = maxPixels;
  }

  /**
   * Decodes an image.
   *
   * @param encoded the content of a PNG or JPEG file
   * @return one input
   * @throws Refusal if it is not an image, is damaged or too large
   */
  public Inputs decode(byte[] encoded) throws Refusal {
    try {
      return new Decoded(
          ImageFile.read(new ByteArrayInputStream(encoded), "the image", maxPixels), preprocessor);
    } catch (ImageException e) {
      throw new Refusal(422, e.getMessage());
    }
  }

  private record Decoded(PixelImage image, ImagePreprocessor preprocessor) implements Inputs {
    @Override
    public int count() {
      return 1;
    }

    @Override
    public boolean several() {
      return false;
    }

    @Override
    public void copyTo(int index, float[] target, int offset) throws Refusal {
      try {
        preprocessor.apply(image, target, offset);
      } catch (IllegalArgumentException e) {
        throw new Refusal(422, e.getMessage());
      }
    }
  }
}
