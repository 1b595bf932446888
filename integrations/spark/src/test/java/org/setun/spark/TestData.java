// SPDX-License-Identifier: Apache-2.0
package org.setun.spark;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.setun.loader.LoadOptions;
import org.setun.loader.Model;
import org.setun.loader.data.IdxFile;
import org.setun.loader.image.PixelImage;
import org.setun.loader.model.ModelWriter;
import org.setun.loader.model.PackedModel;
import org.setun.loader.model.Source;

/** Fashion-MNIST's test images, and the bundled network for them. */
final class TestData {
  static final RecordFormat.Pixels PIXELS = new RecordFormat.Pixels(28, 28, 1);

  private static final Path TESTDATA = Path.of(System.getProperty("setun.testdata"));
  private static final int IMAGE_BYTES = 28 * 28;

  private TestData() {}

  /** Writes the bundled network's packed model; each file name gives another SHA-256. */
  static Path model(Path file) throws IOException {
    PackedModel model =
        Model.convert(TESTDATA.resolve("fmnist/checkpoint.pth.tar"), LoadOptions.DEFAULT);
    ModelWriter.write(
        new PackedModel(
            model.architecture(),
            model.method(),
            new Source(
                file.getFileName().toString(), model.source().bytes(), model.source().sha256()),
            model.preprocessing(),
            model.labels(),
            model.graph()),
        file);
    return file;
  }

  static IdxFile images() throws IOException {
    return IdxFile.read(TESTDATA.resolve("fashion-mnist/t10k-images-idx3-ubyte.gz"));
  }

  static IdxFile labels() throws IOException {
    return IdxFile.read(TESTDATA.resolve("fashion-mnist/t10k-labels-idx1-ubyte.gz"));
  }

  /** Samples of one image, 28 rows of 28. */
  static byte[] pixels(IdxFile images, int index) {
    return Arrays.copyOfRange(images.data(), index * IMAGE_BYTES, (index + 1) * IMAGE_BYTES);
  }

  static byte[] png(byte[] pixels) throws IOException {
    BufferedImage image = new BufferedImage(28, 28, BufferedImage.TYPE_BYTE_GRAY);
    image.getRaster().setDataElements(0, 0, 28, 28, pixels);
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    ImageIO.write(image, "png", file);
    return file.toByteArray();
  }

  /** The network's input for an image. */
  static float[] tensor(Model model, byte[] pixels) {
    float[] input = new float[model.network().inputShape().size()];
    model.requirePreprocessor().apply(new PixelImage(28, 28, 1, pixels), input, 0);
    return input;
  }

  static byte[] littleEndian(float[] values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Float.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return bytes.array();
  }

  /** Rows (id, image) of the raw pixels of the first images. */
  static Dataset<Row> pixelRows(SparkSession spark, int count) throws IOException {
    IdxFile images = images();
    List<Object> pixels = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      pixels.add(pixels(images, i));
    }
    return binaryRows(spark, pixels);
  }

  /** Rows (id, image) of byte arrays. */
  static Dataset<Row> binaryRows(SparkSession spark, List<?> images) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < images.size(); i++) {
      rows.add(RowFactory.create(i, images.get(i)));
    }
    return spark.createDataFrame(
        rows, new StructType().add("id", DataTypes.IntegerType).add("image", DataTypes.BinaryType));
  }
}
