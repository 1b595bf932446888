// SPDX-License-Identifier: Apache-2.0
package org.setun.spark;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.setun.kernels.Shape;
import org.setun.loader.Model;
import org.setun.loader.data.IdxFile;

/**
 * What {@link Throughput} classifies.
 *
 * @param format how they are stored
 * @param values the records
 * @param inputs the same, as inputs of the network
 */
record Records(RecordFormat format, List<byte[]> values, List<float[]> inputs) {
  /** Where they come from. */
  enum Kind {
    /** Fashion-MNIST's test images as raw pixels. */
    FASHION,
    /** Random pixels, as many as the network's input has, one byte a sample. */
    PIXELS,
    /** Random inputs of the network as fp32. */
    TENSOR,
    /** Random photographs, smooth ones, as JPEG files of 320 × 240. */
    JPEG
  }

  /** Makes records for a model, the same ones every time. */
  static Records of(Kind kind, Model model, int count) throws IOException, BadRecordException {
    List<byte[]> values = new ArrayList<>();
    Random random = new Random(1);
    Shape shape = model.network().inputShape();
    IdxFile fashion = TestData.images();
    for (int i = 0; i < count; i++) {
      values.add(
          switch (kind) {
            case FASHION -> TestData.pixels(fashion, i % fashion.count());
            case PIXELS -> pixels(shape, random);
            case TENSOR -> tensor(shape, random);
            case JPEG -> jpeg(random);
          });
    }
    RecordFormat format =
        switch (kind) {
          case FASHION -> TestData.PIXELS;
          case PIXELS -> new RecordFormat.Pixels(shape.height(), shape.width(), shape.channels());
          case TENSOR -> new RecordFormat.Tensor();
          case JPEG -> new RecordFormat.Encoded();
        };
    RecordReader reader = new RecordReader(format, model);
    List<float[]> inputs = new ArrayList<>();
    for (byte[] value : values) {
      float[] input = new float[shape.size()];
      reader.read(value, input);
      inputs.add(input);
    }
    return new Records(format, values, inputs);
  }

  private static byte[] pixels(Shape shape, Random random) {
    byte[] samples = new byte[shape.size()];
    random.nextBytes(samples);
    return samples;
  }

  private static byte[] tensor(Shape shape, Random random) {
    float[] values = new float[shape.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return TestData.littleEndian(values);
  }

  private static byte[] jpeg(Random random) throws IOException {
    BufferedImage coarse = new BufferedImage(32, 24, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < 24; y++) {
      for (int x = 0; x < 32; x++) {
        coarse.setRGB(x, y, random.nextInt(1 << 24));
      }
    }
    BufferedImage image = new BufferedImage(320, 240, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
    graphics.drawImage(coarse, 0, 0, 320, 240, null);
    graphics.dispose();
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    ImageIO.write(image, "jpeg", file);
    return file.toByteArray();
  }
}
