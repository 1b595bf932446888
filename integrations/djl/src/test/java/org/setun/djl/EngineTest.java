// SPDX-License-Identifier: Apache-2.0
package org.setun.djl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.inference.Predictor;
import ai.djl.modality.Classifications;
import ai.djl.modality.cv.Image;
import ai.djl.modality.cv.ImageFactory;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.TranslateException;
import java.awt.image.BufferedImage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.setun.kernels.Session;
import org.setun.loader.LoadOptions;
import org.setun.loader.Model;
import org.setun.loader.Prediction;
import org.setun.loader.image.ImageFile;
import org.setun.loader.model.ModelWriter;

/** By DJL's own API, beside Setun's. */
class EngineTest {
  private static final Path TESTDATA = Path.of(System.getProperty("setun.testdata"));

  @TempDir private static Path folder;

  private static Path file;
  private static Model model;

  private final SplittableRandom random = new SplittableRandom(38);

  @BeforeAll
  static void convert() throws IOException {
    file = folder.resolve("fashion.setun");
    ModelWriter.write(
        Model.convert(TESTDATA.resolve("fmnist/checkpoint.pth.tar"), LoadOptions.DEFAULT), file);
    model = Model.load(file);
  }

  private static <I, O> Criteria.Builder<I, O> criteria(Class<I> input, Class<O> output) {
    return Criteria.builder()
        .setTypes(input, output)
        .optModelPath(file)
        .optEngine("Setun")
        .optTranslatorFactory(new SetunTranslatorFactory());
  }

  private float[] input() {
    float[] values = new float[model.network().inputShape().size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextDouble(-2, 2);
    }
    return values;
  }

  @Test
  void engineIsFound() {
    Engine engine = Engine.getEngine("Setun");
    assertTrue(Engine.getAllEngines().contains("Setun"));
    assertTrue(engine.toString().startsWith("Setun "), engine.toString());
    assertEquals(Device.cpu(), engine.defaultDevice());
  }

  @Test
  void floats() throws Exception {
    Session session = model.network().session();
    try (ZooModel<float[], float[]> zoo =
            criteria(float[].class, float[].class).build().loadModel();
        Predictor<float[], float[]> predictor = zoo.newPredictor()) {
      List<float[]> inputs = List.of(input(), input(), input());
      List<float[]> batch = predictor.batchPredict(inputs);
      for (int i = 0; i < inputs.size(); i++) {
        float[] expected = session.run(inputs.get(i)).clone();
        assertArrayEquals(expected, batch.get(i));
        assertArrayEquals(expected, predictor.predict(inputs.get(i)));
      }
    }
  }

  /** The full-size network, if it is there; in a batch too. */
  @Test
  void resnet18(@TempDir Path own) throws Exception {
    Path checkpoint =
        Path.of(
            System.getProperty("setun.shared"), "checkpoints/resnet18-random/model_best.pth.tar");
    assumeTrue(Files.exists(checkpoint), checkpoint + " is absent: ResNet-18 is not run");
    Path packed = own.resolve("resnet18.setun");
    ModelWriter.write(Model.convert(checkpoint, LoadOptions.DEFAULT), packed);
    Session session = Model.load(packed).network().session();
    try (ZooModel<float[], float[]> zoo =
            criteria(float[].class, float[].class).optModelPath(packed).build().loadModel();
        Predictor<float[], float[]> predictor = zoo.newPredictor()) {
      List<float[]> inputs = new ArrayList<>();
      List<float[]> expected = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        float[] input = new float[3 * 224 * 224];
        for (int k = 0; k < input.length; k++) {
          input[k] = (float) random.nextGaussian();
        }
        inputs.add(input);
        expected.add(session.run(input).clone());
        assertArrayEquals(expected.get(i), predictor.predict(input));
      }
      List<float[]> batch = predictor.batchPredict(inputs);
      for (int i = 0; i < 3; i++) {
        assertArrayEquals(expected.get(i), batch.get(i));
      }
    }
  }

  @Test
  void images() throws Exception {
    try (ZooModel<Image, Classifications> zoo =
            criteria(Image.class, Classifications.class).build().loadModel();
        Predictor<Image, Classifications> predictor = zoo.newPredictor()) {
      List<Image> images = new ArrayList<>();
      List<List<Prediction>> expected = new ArrayList<>();
      for (String name : List.of("grey.png", "colour.png", "palette.png", "alpha.png")) {
        Path path = TESTDATA.resolve("images").resolve(name);
        images.add(ImageFactory.getInstance().fromFile(path));
        BufferedImage pixels = ImageIO.read(path.toFile());
        expected.add(model.classifier().classify(ImageFile.of(pixels), 10));
      }
      List<Classifications> results = predictor.batchPredict(images);
      for (int i = 0; i < images.size(); i++) {
        assertEquals(expected.get(i).getFirst().label(), results.get(i).best().getClassName());
        for (Prediction prediction : expected.get(i)) {
          assertEquals(
              prediction.probability(), results.get(i).get(prediction.label()).getProbability());
        }
        assertEquals(
            results.get(i).best().getProbability(),
            predictor.predict(images.get(i)).best().getProbability());
      }
    }
  }

  @Test
  void arrays() throws Exception {
    Session session = model.network().session();
    float[] input = input();
    try (ZooModel<NDList, NDList> zoo = criteria(NDList.class, NDList.class).build().loadModel();
        Predictor<NDList, NDList> predictor = zoo.newPredictor();
        NDManager manager = NDManager.newBaseManager("Setun")) {
      assertEquals("input: (-1, 1, 32, 32)", described(zoo.describeInput()));
      assertEquals("output: (-1, 10)", described(zoo.describeOutput()));
      NDArray images = manager.create(input, new Shape(1, 1, 32, 32));
      NDList outputs = predictor.predict(new NDList(images));
      assertEquals(new Shape(1, 10), outputs.head().getShape());
      assertArrayEquals(session.run(input), outputs.head().toFloatArray());
      for (Shape wrong : List.of(new Shape(1, 32, 32), new Shape(1, 32, 32, 1), new Shape(1024))) {
        String message = message(predictor, manager.create(input, wrong));
        assertTrue(message.contains("(-1, 1, 32, 32), not " + wrong), message);
      }
      NDArray integers = manager.create(new int[1024], new Shape(1, 1024));
      String message = message(predictor, integers);
      assertTrue(message.contains("float32, not int32"), message);
    }
  }

  private static String described(ai.djl.util.PairList<String, Shape> shapes) {
    return shapes.get(0).getKey() + ": " + shapes.get(0).getValue();
  }

  private static String message(Predictor<NDList, NDList> predictor, NDArray input) {
    Exception thrown =
        assertThrows(TranslateException.class, () -> predictor.predict(new NDList(input)));
    return thrown.getMessage();
  }

  /** As many predictors as threads, more of them than sessions. */
  @Test
  void threads() throws Exception {
    float[] input = input();
    float[] expected = model.network().session().run(input);
    Criteria<float[], float[]> criteria =
        criteria(float[].class, float[].class).optOption(SetunModel.SESSIONS, "2").build();
    try (ZooModel<float[], float[]> zoo = criteria.loadModel();
        ExecutorService threads = Executors.newFixedThreadPool(5)) {
      List<Future<?>> done = new ArrayList<>();
      for (int t = 0; t < 5; t++) {
        done.add(
            threads.submit(
                () -> {
                  try (Predictor<float[], float[]> predictor = zoo.newPredictor()) {
                    for (int i = 0; i < 50; i++) {
                      assertArrayEquals(expected, predictor.predict(input));
                    }
                  }
                  return null;
                }));
      }
      for (Future<?> each : done) {
        each.get();
      }
    }
  }

  @Test
  void arraysOnlyHoldValues() {
    try (NDManager manager = NDManager.newBaseManager("Setun")) {
      NDArray array = manager.create(new float[] {1, -2, 3.5f});
      assertArrayEquals(new float[] {1, -2, 3.5f}, array.toFloatArray());
      assertArrayEquals(new int[2], manager.zeros(new Shape(2), DataType.INT32).toIntArray());
      NDManager other = manager.newSubManager();
      array.attach(other);
      assertArrayEquals(new float[] {1, -2, 3.5f}, array.toFloatArray());
      assertThrows(UnsupportedOperationException.class, () -> array.add(array));
      array.set(new float[] {4, 5, 6});
      assertArrayEquals(new float[] {4, 5, 6}, array.toFloatArray());
      other.close();
      assertThrows(IllegalStateException.class, array::getShape);
    }
    assertThrows(
        IllegalArgumentException.class, () -> NDManager.newBaseManager(Device.gpu(), "Setun"));
  }

  @Test
  void folders() throws Exception {
    Path models = Files.createDirectory(folder.resolve("models"));
    Files.copy(file, models.resolve("only.setun"));
    criteria(NDList.class, NDList.class).optModelPath(models).build().loadModel().close();
    Files.copy(file, models.resolve("second.setun"));
    Exception thrown =
        assertThrows(
            FileNotFoundException.class,
            () -> criteria(NDList.class, NDList.class).optModelPath(models).build().loadModel());
    assertTrue(thrown.getMessage().contains("has 2 files"), thrown.getMessage());
    criteria(NDList.class, NDList.class)
        .optModelPath(models)
        .optModelName("second")
        .build()
        .loadModel()
        .close();
  }

  @Test
  void refusals() throws Exception {
    Criteria<NDList, NDList> none =
        criteria(NDList.class, NDList.class).optOption(SetunModel.SESSIONS, "0").build();
    Exception thrown = assertThrows(IllegalArgumentException.class, none::loadModel);
    assertEquals("option sessions=0: expected a number from 1 on", thrown.getMessage());
    Path broken = Files.write(folder.resolve("broken.setun"), new byte[100]);
    thrown =
        assertThrows(
            IOException.class,
            () -> criteria(NDList.class, NDList.class).optModelPath(broken).build().loadModel());
    assertTrue(thrown.getMessage().contains("broken.setun"), thrown.getMessage());
    try (SetunModel unloaded = (SetunModel) ai.djl.Model.newInstance("none", "Setun")) {
      assertThrows(IllegalStateException.class, unloaded::setunModel);
    }
  }
}
