// SPDX-License-Identifier: Apache-2.0
package org.setun.loader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.lang.module.ModuleReader;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.setun.kernels.BinaryProduct;
import org.setun.kernels.ConvolutionProduct;
import org.setun.kernels.FloatProduct;
import org.setun.kernels.Int8Product;
import org.setun.kernels.Layer;
import org.setun.kernels.Network;
import org.setun.kernels.NetworkGraph;
import org.setun.kernels.Session;
import org.setun.kernels.SessionPool;
import org.setun.kernels.Shape;
import org.setun.kernels.TernaryMap;
import org.setun.kernels.TernaryMatrix;
import org.setun.kernels.TernaryProduct;
import org.setun.kernels.Thresholds;
import org.setun.kernels.Window;
import org.setun.loader.arch.Architecture;
import org.setun.loader.checkpoint.Checkpoint;
import org.setun.loader.checkpoint.GgufFile;
import org.setun.loader.checkpoint.TensorData;
import org.setun.loader.convert.ArchitectureChoice;
import org.setun.loader.convert.LayerMethods;
import org.setun.loader.data.IdxFile;
import org.setun.loader.image.PixelImage;
import org.setun.loader.image.Preprocessing;
import org.setun.loader.matrix.ScalePer;
import org.setun.loader.matrix.ScaledMatrix;
import org.setun.loader.method.LatentKernel;
import org.setun.loader.method.MethodOptions;
import org.setun.loader.model.ModelFile;
import org.setun.loader.model.ModelWriter;
import org.setun.loader.model.PackedMatrix;
import org.setun.loader.model.PackedModel;
import org.setun.loader.model.Source;
import org.setun.loader.testing.GgufWriter;

/** What holds of every public type of the kernels and the loader, found by reflection. */
class PublicTypesTest {
  private static final Path TESTDATA = Path.of(System.getProperty("setun.testdata"));
  private static final List<String> MODULES = List.of("org.setun.kernels", "org.setun.loader");

  @TempDir static Path folder;

  /** Values of types of the JDK. */
  private static final Map<Class<?>, Object> SIMPLE =
      Map.ofEntries(
          Map.entry(int.class, 1),
          Map.entry(long.class, 1L),
          Map.entry(float.class, 1f),
          Map.entry(double.class, 1.0),
          Map.entry(boolean.class, true),
          Map.entry(Path.class, Path.of("no such file")),
          Map.entry(List.class, List.of()),
          Map.entry(Map.class, Map.of()),
          Map.entry(Set.class, Set.of()),
          Map.entry(Optional.class, Optional.empty()),
          Map.entry(OptionalInt.class, OptionalInt.empty()),
          Map.entry(OptionalDouble.class, OptionalDouble.empty()),
          Map.entry(Duration.class, Duration.ZERO),
          Map.entry(InputStream.class, InputStream.nullInputStream()),
          Map.entry(Executor.class, (Executor) Runnable::run),
          Map.entry(Function.class, Function.identity()),
          Map.entry(IntConsumer.class, (IntConsumer) i -> {}),
          Map.entry(Predicate.class, (Predicate<Object>) o -> true),
          Map.entry(Supplier.class, (Supplier<Object>) () -> null),
          Map.entry(Session.Observer.class, (Session.Observer) (name, shape, values) -> {}));

  /** Parameters that may be null, and say so: one thread needs no executor, no factor is 1. */
  private static final Set<String> NULLABLE =
      Set.of(
          "Network.session(int, Executor) 1",
          "TernaryProduct.session(int, Executor) 1",
          "FloatProduct.session(int, Executor) 1",
          "Int8Product.session(int, Executor) 1",
          "ConvolutionProduct.session(int, Executor) 1",
          "Int8Session.multiply"
              + "(byte[], int, int, int, float[], float[], float[], float[], int, int) 4");

  /** An object of each type that calls need and that cannot be made up. */
  private static final Map<Class<?>, Object> SAMPLES = new LinkedHashMap<>();

  @BeforeAll
  static void makeSamples() throws Exception {
    Checkpoint checkpoint = Checkpoint.open(TESTDATA.resolve("fmnist/checkpoint.pth.tar"));
    Path file = checkpoint.path();
    Architecture architecture = ArchitectureChoice.detect(checkpoint);
    PackedModel packed = Model.convert(checkpoint, LoadOptions.DEFAULT);
    Model model = Model.of(packed);
    Network network = model.network();
    SessionPool pool = network.pool(2);
    TernaryMatrix matrix = TernaryMatrix.ofTrits(new byte[] {1}, 1, 1);
    ScaledMatrix scaled = ScaledMatrix.of(matrix, ScalePer.TENSOR, 1f);
    Source source = new Source("file", 1, "hash");
    PackedMatrix packedMatrix = new PackedMatrix("name", "method", source, scaled);
    Path matrixFile = folder.resolve("matrix.setun");
    ModelWriter.write(packedMatrix, matrixFile);
    Path gguf = folder.resolve("a.gguf");
    Files.write(gguf, new GgufWriter().tensor("t", 0, new byte[4], 1).toBytes());
    put(GgufFile.open(gguf), model.requirePreprocessor());
    put(LayerMethods.find(file, architecture, checkpoint.stateDict(), MethodOptions.DEFAULT));
    put(checkpoint, checkpoint.stateDict(), architecture, packed, model, model.classifier());
    put(network, network.kernels(), network.session(), packed.graph(), pool, pool.borrow());
    TernaryProduct product = TernaryProduct.of(matrix, 1);
    BinaryProduct binary = BinaryProduct.of(matrix);
    FloatProduct floats = FloatProduct.of(matrix);
    Int8Product bytes = Int8Product.of(matrix);
    put(product, product.session(), product.rows(1), binary, binary.nearest(1));
    put(floats, floats.session(), bytes, bytes.session());
    Shape shape = new Shape(1, 1, 1);
    ConvolutionProduct convolution =
        ConvolutionProduct.of(matrix.kernel(), Window.square(1, 1, 0), 1, shape);
    put(convolution, convolution.session(), new TernaryMap(shape));
    put(matrix, matrix.kernel(), scaled, source, packedMatrix, ModelFile.open(matrixFile));
    put(new Shape(1, 1, 1), Window.square(1, 1, 0), Thresholds.plain(1));
    put(new LatentKernel("name", 1, 1, 1, 1, new float[1]), new PixelImage(1, 1, 1, new byte[1]));
    put(TensorData.ofFloats(new float[1], 1), MethodOptions.DEFAULT, LoadOptions.DEFAULT);
    put(checkpoint.stateDict().tensor("features.1.weight"));
    put(new IdxFile(List.of(1), new byte[1]), MemorySegment.ofArray(new byte[1]));
    put(new Preprocessing(OptionalInt.empty(), 0, List.of(0.0), List.of(1.0)));
    put(new BufferedImage(1, 1, BufferedImage.TYPE_BYTE_GRAY), new LinkedHashMap<>(), "name");
  }

  @AfterAll
  static void closeSamples() throws Exception {
    for (Object sample : SAMPLES.values()) {
      if (sample instanceof AutoCloseable open) {
        open.close();
      }
    }
    SAMPLES.clear();
  }

  private static void put(Object... samples) {
    for (Object sample : samples) {
      SAMPLES.put(sample.getClass(), sample);
    }
  }

  /** An object of a type: one of the samples, an array of one element, or what can be made up. */
  private static Object sample(Class<?> type) {
    if (type.isArray()) {
      Object array = Array.newInstance(type.componentType(), 1);
      if (!type.componentType().isPrimitive()) {
        Array.set(array, 0, sample(type.componentType()));
      }
      return array;
    }
    if (type.isPrimitive()) {
      return SIMPLE.get(type);
    }
    if (type.isEnum()) {
      return type.getEnumConstants()[0];
    }
    return SAMPLES.values().stream()
        .filter(type::isInstance)
        .findFirst()
        .or(() -> Optional.ofNullable(SIMPLE.get(type)))
        .orElseThrow(() -> new AssertionError("no sample of " + type));
  }

  /** Public classes, records, enums and interfaces of all packages exported to everybody. */
  static List<Class<?>> types() throws Exception {
    List<Class<?>> types = new ArrayList<>();
    for (String name : MODULES) {
      var module = ModuleLayer.boot().configuration().findModule(name).orElseThrow();
      Set<String> exported = new TreeSet<>();
      module.reference().descriptor().exports().stream()
          .filter(export -> !export.isQualified())
          .forEach(export -> exported.add(export.source()));
      try (ModuleReader reader = module.reference().open();
          Stream<String> files = reader.list()) {
        for (String file : files.filter(path -> path.endsWith(".class")).sorted().toList()) {
          String type = file.substring(0, file.length() - ".class".length()).replace('/', '.');
          int end = type.lastIndexOf('.');
          if (end > 0 && exported.contains(type.substring(0, end))) {
            Class<?> loaded = Class.forName(type);
            String place = loaded.getResource(loaded.getSimpleName() + ".class") + "";
            if (isPublic(loaded) && !place.contains("/test-classes/")) {
              types.add(loaded);
            }
          }
        }
      }
    }
    assertTrue(types.contains(Session.class) && types.contains(Model.class), types.toString());
    return types;
  }

  private static boolean isPublic(Class<?> type) {
    return Modifier.isPublic(type.getModifiers())
        && (type.getDeclaringClass() == null || isPublic(type.getDeclaringClass()));
  }

  @Test
  void objectsSayWhatTheyAre() throws Exception {
    List<String> offenders = new ArrayList<>();
    for (Class<?> type : types()) {
      boolean hasObjects =
          !type.isInterface()
              && !type.isEnum()
              && !type.isRecord()
              && !Throwable.class.isAssignableFrom(type)
              && Arrays.stream(type.getDeclaredMethods())
                  .anyMatch(m -> isApi(m) && !Modifier.isStatic(m.getModifiers()));
      if (hasObjects && type.getMethod("toString").getDeclaringClass() == Object.class) {
        offenders.add(type.getName());
      }
    }
    assertEquals(List.of(), offenders, "toString is missing");
  }

  private static boolean isApi(Executable executable) {
    return Modifier.isPublic(executable.getModifiers()) && !executable.isSynthetic();
  }

  /** What the compiler makes compares arrays by identity and shows their addresses. */
  @Test
  void recordsAreEqualByValue() throws Exception {
    List<String> offenders = new ArrayList<>();
    for (Class<?> type : types()) {
      if (type.isRecord()
          && Arrays.stream(type.getRecordComponents()).anyMatch(c -> c.getType().isArray())) {
        Class<?>[] components =
            Arrays.stream(type.getRecordComponents())
                .map(RecordComponent::getType)
                .toArray(Class[]::new);
        Constructor<?> constructor = type.getConstructor(components);
        Object one = constructor.newInstance(samples(components));
        Object same = constructor.newInstance(samples(components));
        if (!one.equals(same)
            || one.hashCode() != same.hashCode()
            || !one.toString().equals(same.toString())) {
          offenders.add(type.getName());
        }
        for (int i = 0; i < components.length; i++) {
          if (components[i].isArray()) {
            Object[] others = samples(components);
            others[i] = other(components[i], i);
            if (one.equals(constructor.newInstance(others))) {
              offenders.add(type.getName() + " leaves out component " + i);
            }
          }
        }
      }
    }
    assertEquals(List.of(), offenders);
  }

  private static Object[] samples(Class<?>... types) {
    return Arrays.stream(types).map(PublicTypesTest::sample).toArray();
  }

  /** An array that differs from the sample; of bounds, the first is the lower one. */
  private static Object other(Class<?> type, int component) {
    return switch (sample(type)) {
      case float[] a -> new float[] {component == 0 ? -1 : 1};
      case double[] a -> new double[] {1};
      case boolean[] a -> new boolean[] {true};
      case byte[] a -> new byte[] {1};
      case int[] a -> new int[] {1};
      default -> throw new AssertionError(type);
    };
  }

  @Test
  void graphsRefuseNullsAmongTheirLayers() {
    Shape shape = new Shape(1, 1, 1);
    List<Layer> none = Arrays.asList((Layer) null);
    NullPointerException e =
        assertThrows(NullPointerException.class, () -> new NetworkGraph(shape, none));
    assertEquals("layers[0]", e.getMessage());
  }

  /** A null is refused where it is handed over, by a message that is the parameter's name. */
  @Test
  void nullsAreRefusedByName() throws Exception {
    Set<String> offenders = new TreeSet<>();
    for (Class<?> type : types()) {
      // Exceptions take what they get.
      if (!type.isInterface() && !Throwable.class.isAssignableFrom(type)) {
        // A graph alone calls a layer's methods, after it has checked what it hands over.
        Executable[] methods =
            Layer.class.isAssignableFrom(type) ? new Executable[0] : type.getDeclaredMethods();
        Stream.of(type.getConstructors(), methods)
            .flatMap(Arrays::stream)
            .map(Executable.class::cast)
            .filter(executable -> isApi(executable) && !isMadeByTheCompiler(executable))
            .forEach(executable -> callWithNulls(executable, offenders));
      }
    }
    assertEquals("", String.join("\n", offenders));
  }

  /** {@code valueOf} of enums; {@code equals} takes null anyway. */
  private static boolean isMadeByTheCompiler(Executable executable) {
    return executable.getName().equals("equals")
        || (executable.getDeclaringClass().isEnum() && executable.getName().equals("valueOf"));
  }

  private static void callWithNulls(Executable executable, Set<String> offenders) {
    for (int i = 0; i < executable.getParameterCount(); i++) {
      String place = describe(executable, i);
      if (!executable.getParameterTypes()[i].isPrimitive() && !NULLABLE.contains(place)) {
        String answer = withNull(executable, i);
        if (!answer.isEmpty()) {
          offenders.add(place + ": " + answer);
        }
      }
    }
  }

  private static String describe(Executable executable, int parameter) {
    String types =
        Arrays.stream(executable.getParameterTypes())
            .map(Class::getSimpleName)
            .collect(Collectors.joining(", "));
    String owner = executable.getDeclaringClass().getSimpleName();
    String name = executable instanceof Method method ? "." + method.getName() : "";
    return owner + name + "(" + types + ") " + parameter;
  }

  /** What is wrong with the answer to a null; empty if nothing is. */
  private static String withNull(Executable executable, int parameter) {
    Object[] arguments = samples(executable.getParameterTypes());
    arguments[parameter] = null;
    try {
      if (executable instanceof Constructor<?> constructor) {
        constructor.newInstance(arguments);
      } else {
        Method method = (Method) executable;
        boolean isStatic = Modifier.isStatic(method.getModifiers());
        method.invoke(isStatic ? null : sample(method.getDeclaringClass()), arguments);
      }
      return "taken";
    } catch (InvocationTargetException e) {
      Throwable cause = e.getCause();
      boolean isNamed =
          cause instanceof NullPointerException
              && cause.getMessage() != null
              && cause.getMessage().matches("[a-z][A-Za-z0-9]*");
      return isNamed ? "" : cause.toString();
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(executable.toString(), e);
    }
  }
}
