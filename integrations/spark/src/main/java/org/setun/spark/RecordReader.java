// SPDX-License-Identifier: Apache-2.0
package org.setun.spark;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.setun.kernels.Shape;
import org.setun.loader.Model;
import org.setun.loader.image.ImageException;
import org.setun.loader.image.ImageFile;
import org.setun.loader.image.ImagePreprocessor;
import org.setun.loader.image.PixelImage;
import scala.collection.Seq;

/** Turns records into a network's input. */
final class RecordReader {
  /** All ones in the exponent: an infinity or NaN. */
  private static final int NOT_FINITE = 0x7F80_0000;

  private final RecordFormat format;
  private final Shape shape;

  /** Null for tensors. */
  private final ImagePreprocessor preprocessor;

  /**
   * Checks that the model can read such records.
   *
   * @throws IllegalStateException if the records are images and the model does not say how they
   *     become inputs
   */
  RecordReader(RecordFormat format, Model model) {
    this.format = format;
    this.shape = model.network().inputShape();
    this.preprocessor = format instanceof RecordFormat.Tensor ? null : model.requirePreprocessor();
  }

  /**
   * Reads one record.
   *
   * @param record value of the image column
   * @param input receives the network's input, NCHW
   * @throws BadRecordException if this record cannot be read, although others may
   * @throws IllegalArgumentException if no record of its type can
   */
  void read(Object record, float[] input) throws BadRecordException {
    if (record == null) {
      throw new BadRecordException(ImageError.NULL, "the image is null");
    }
    switch (format) {
      case RecordFormat.Encoded _ -> preprocess(decode(bytes(record)), input);
      case RecordFormat.Pixels pixels -> preprocess(pixels(pixels, bytes(record)), input);
      case RecordFormat.Tensor _ when record instanceof byte[] bytes -> copy(bytes, input);
      case RecordFormat.Tensor _ when record instanceof Seq<?> values -> copy(values, input);
      case RecordFormat.Tensor _ -> throw unfit(record);
    }
  }

  private byte[] bytes(Object record) {
    if (record instanceof byte[] bytes) {
      return bytes;
    }
    throw unfit(record);
  }

  /** A column is checked before the job runs; an argument in SQL is not. */
  private IllegalArgumentException unfit(Object record) {
    return new IllegalArgumentException(
        "a value of type " + record.getClass().getSimpleName() + ", which cannot hold " + format);
  }

  private void preprocess(PixelImage image, float[] input) throws BadRecordException {
    try {
      preprocessor.apply(image, input, 0);
    } catch (IllegalArgumentException e) {
      throw new BadRecordException(ImageError.WRONG_SIZE, e.getMessage());
    }
  }

  private static PixelImage decode(byte[] file) throws BadRecordException {
    try {
      return ImageFile.read(file, "image");
    } catch (ImageException e) {
      throw new BadRecordException(ImageError.UNREADABLE, e.getMessage());
    }
  }

  private static PixelImage pixels(RecordFormat.Pixels format, byte[] samples)
      throws BadRecordException {
    try {
      return new PixelImage(format.width(), format.height(), format.channels(), samples);
    } catch (IllegalArgumentException e) {
      throw new BadRecordException(ImageError.WRONG_SIZE, e.getMessage());
    }
  }

  private void copy(byte[] bytes, float[] input) throws BadRecordException {
    if (bytes.length != (long) Float.BYTES * shape.size()) {
      throw new BadRecordException(
          ImageError.WRONG_SIZE,
          "a tensor of %d bytes, %s fp32 values have %d"
              .formatted(bytes.length, shape, (long) Float.BYTES * shape.size()));
    }
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(input);
    checkFinite(input);
  }

  private void copy(Seq<?> values, float[] input) throws BadRecordException {
    if (values.size() != shape.size()) {
      throw new BadRecordException(
          ImageError.WRONG_SIZE,
          "a tensor of %d values, %s has %d".formatted(values.size(), shape, shape.size()));
    }
    for (int i = 0; i < input.length; i++) {
      if (!(values.apply(i) instanceof Float value)) {
        throw new BadRecordException(ImageError.NULL, "value " + i + " of the tensor is null");
      }
      input[i] = value;
    }
    checkFinite(input);
  }

  private void checkFinite(float[] input) throws BadRecordException {
    for (int i = 0; i < input.length; i++) {
      if ((Float.floatToRawIntBits(input[i]) & NOT_FINITE) == NOT_FINITE) {
        throw new BadRecordException(
            ImageError.NOT_FINITE, "value " + i + " of the tensor is " + input[i]);
      }
    }
  }
}
