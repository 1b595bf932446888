// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.setun.kernels.Layer;
import org.setun.loader.checkpoint.CheckpointException;
import org.setun.loader.checkpoint.CheckpointException.Kind;
import org.setun.loader.convert.ConversionException;
import org.setun.loader.model.Source;
import org.setun.loader.onnx.proto.GraphProto;
import org.setun.loader.onnx.proto.ModelProto;
import org.setun.loader.onnx.proto.NodeProto;
import org.setun.loader.onnx.proto.TensorProto;
import org.setun.loader.onnx.proto.TensorProto.DataLocation;
import org.setun.loader.onnx.proto.TensorProto.DataType;

/** Damaged and malicious files get a typed error, and nothing else happens. */
class HostileOnnxTest {
  @TempDir Path folder;

  private CheckpointException refused(TestGraph test, Kind kind) throws Exception {
    Path file = test.write(folder);
    CheckpointException e =
        assertThrows(
            CheckpointException.class, () -> OnnxConverter.convert(file, Optional.empty()));
    assertEquals(kind, e.kind(), e.getMessage());
    assertTrue(e.getMessage().startsWith(file + ": "), e.getMessage());
    return e;
  }

  private static TestGraph withWeight(TensorProto.Builder weight) {
    TestGraph test = TestGraph.reading(1, 2, 2).node("y = Conv(x, w)");
    test.graph.addInitializer(weight.setName("w"));
    return test;
  }

  private static TensorProto.Builder floats(long... dims) {
    TensorProto.Builder tensor = TensorProto.newBuilder().setDataType(DataType.FLOAT_VALUE);
    Arrays.stream(dims).forEach(tensor::addDims);
    return tensor;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          -1 1 1 1                     | an extent of -1x1x1x1 is negative
          4611686018427387904 4 1 1    | integer overflow
          2147483647 2147483647 4 4    | overflow
          65536 65536 1 1              | more than 2^31 - 1 elements
          2 1 1 1                      | 4 bytes of raw data for 2x1x1x1 elements of FLOAT
          """)
  void extentsThatDoNotFitTheDataAreRefused(String dims, String reason) throws Exception {
    long[] extents = Arrays.stream(dims.split(" ")).mapToLong(Long::parseLong).toArray();
    TensorProto.Builder weight = floats(extents).setRawData(ByteString.copyFrom(new byte[4]));
    CheckpointException e = refused(withWeight(weight), Kind.BAD_TENSOR);
    assertEquals("w", e.tensor());
    assertTrue(e.getMessage().contains(reason), e.getMessage());
  }

  @Test
  void typedFieldsOfTheWrongCountAreRefused() throws Exception {
    refused(withWeight(floats(1, 1, 1, 1)), Kind.BAD_TENSOR);
    TensorProto.Builder strings = floats(1, 1, 1, 1).setDataType(DataType.STRING_VALUE);
    refused(withWeight(strings), Kind.UNSUPPORTED);
    refused(withWeight(floats(1, 1, 1, 1).setDataType(77)), Kind.MALFORMED);
  }

  @Test
  void graphsThatAreNoneAreRefused() throws Exception {
    TestGraph cycle = TestGraph.reading(1, 2, 2).node("a = Add(b, x)").node("b = Relu(a)");
    assertTrue(
        refused(cycle.node("y = Relu(b)"), Kind.MALFORMED).getMessage().contains("reads 'b'"));
    TestGraph nothing = TestGraph.reading(1, 2, 2).node("y = Relu(q)");
    refused(nothing, Kind.UNSUPPORTED);
    TestGraph twice = TestGraph.reading(1, 2, 2).node("y = Relu(x)").node("y = Relu(x)");
    assertTrue(refused(twice, Kind.MALFORMED).getMessage().contains("two values are named 'y'"));
    TestGraph old = TestGraph.reading(1, 2, 2).node("y = Relu(x)");
    old.opset = 6;
    refused(old, Kind.UNSUPPORTED);
    TestGraph outputs = TestGraph.reading(1, 2, 2).node("y = Relu(x)");
    outputs.graph.addOutput(outputs.graph.getOutput(0));
    refused(outputs, Kind.UNSUPPORTED);
  }

  @Test
  void aNameCannotBreakTheLine() throws Exception {
    TestGraph test = TestGraph.reading(1, 2, 2).node("y = Relu(x)");
    test.graph.getNodeBuilder(0).setName("a\nb").setOpType("\u001b[31m" + "x".repeat(1000));
    Path file = test.write(folder);
    ConversionException e =
        assertThrows(
            ConversionException.class, () -> OnnxConverter.convert(file, Optional.empty()));
    assertTrue(e.getMessage().contains("'a\\u000ab'"), e.getMessage());
    assertTrue(e.getMessage().chars().noneMatch(Character::isISOControl), e.getMessage());
    assertTrue(e.getMessage().length() < 500);
  }

  @Test
  void aFewBytesCannotAskForMuchMemory() throws Exception {
    TestGraph test = TestGraph.reading(1, 2, 2).integers("many", 1, 30_000, 30_000, 1);
    test.node("z = ConstantOfShape(many)").node("n = Neg(z)").node("y = Concat(x, n)", "axis", 1);
    Path file = test.write(folder);
    assertThrows(ConversionException.class, () -> OnnxConverter.convert(file, Optional.empty()));

    TestGraph channels = TestGraph.reading(Integer.MAX_VALUE, 1, 1).tensor("two", List.of(), 2);
    channels.node("d = Mul(x, two)").node("s = Sign(d)").node("y = Relu(s)");
    Path wide = channels.write(folder);
    assertThrows(ConversionException.class, () -> OnnxConverter.convert(wide, Optional.empty()));
    channels.node("y2 = Relu(d)").graph.getOutputBuilder(0).setName("y2");
    Path wider = channels.write(folder);
    assertThrows(ConversionException.class, () -> OnnxConverter.convert(wider, Optional.empty()));

    TestGraph shared = TestGraph.reading(256, 1, 1).tensor("b", List.of(256), new float[256]);
    shared.tensor("w", List.of(256, 256, 1, 1), new float[65536]);
    String value = "x";
    for (int i = 0; i < 2000; i++) {
      shared.node("c" + i + " = Conv(" + value + ", w, b)");
      value = "c" + i;
    }
    Path many = shared.node("y = Relu(" + value + ")").write(folder);
    ConversionException e =
        assertThrows(
            ConversionException.class, () -> OnnxConverter.convert(many, Optional.empty()));
    assertTrue(e.getMessage().contains("many times larger than the file"), e.getMessage());
  }

  @Test
  void emptyListsAndLongOnesAreRefused() throws Exception {
    for (String node :
        List.of(
            "v = Transpose(matrix)",
            "v = Slice(nothing, nothing, nothing)",
            "v = Slice(nothing, first, least, first, back)",
            "v = Gather(nothing, first)",
            "v = Reshape(matrix, long)",
            "v = Add(long, pair)",
            "v = Unsqueeze(matrix, long)",
            "v = Concat(long, pair)")) {
      TestGraph test = TestGraph.reading(1, 2, 2).integers("nothing").integers("first", 0);
      test.integers("back", -1).integers("least", Long.MIN_VALUE).integers("pair", 1, 2);
      test.tensor("matrix", List.of(1, 2), 3, 4).integers("length", 1 << 30, 1);
      test.node("long = ConstantOfShape(length)").node(node, "perm", List.of());
      Path file = test.node("y = Add(x, v)").write(folder);
      assertThrows(
          ConversionException.class, () -> OnnxConverter.convert(file, Optional.empty()), node);
    }
    TestGraph pad = TestGraph.reading(1, 2, 2).integers("pads", 0, 0, 0, 0, 0, 1, 0, 0);
    pad.integers("nothing").node("y = Pad(x, pads, nothing)");
    Path file = pad.write(folder);
    assertThrows(ConversionException.class, () -> OnnxConverter.convert(file, Optional.empty()));
  }

  @Test
  void longChainsAreNoProblem() throws Exception {
    TestGraph test = TestGraph.reading(2, 1, 1).tensor("one", List.of(), 1);
    String value = "x";
    for (int i = 0; i < 5000; i++) {
      test.node("v" + i + " = Add(" + value + ", " + value + ")");
      value = "v" + i;
    }
    Path file = test.node("y = Relu(" + value + ")").write(folder);
    assertThrows(ConversionException.class, () -> OnnxConverter.convert(file, Optional.empty()));
  }

  @Test
  void everyPrefixOfAModelIsRefused() throws Exception {
    TestGraph test = withWeight(floats(1, 1, 1, 1).addFloatData(2));
    byte[] bytes = test.model().toByteArray();
    Path file = folder.resolve("cut.onnx");
    for (int length = 0; length < bytes.length; length++) {
      Files.write(file, Arrays.copyOf(bytes, length));
      assertThrows(
          IOException.class,
          () -> OnnxConverter.convert(file, Optional.empty()),
          "cut at " + length);
    }
  }

  @Test
  void noFlippedByteCausesAnotherException() throws Exception {
    TestGraph test = TestGraph.reading(2, 4, 4).tensor("half", List.of(), 0.5f);
    test.node("g = Greater(x, half)").node("t = Cast(g)", "to", 1).integers("shape", 0, -1);
    test.tensor("w", List.of(2, 2, 3, 3), new float[36]).node("c = Conv(t, w)");
    test.node("p = MaxPool(c)", "kernel_shape", List.of(2, 2)).node("r = Reshape(p, shape)");
    test.tensor("m", List.of(2, 2), 1, 2, 3, 4).node("y = Gemm(r, m)");
    byte[] bytes = test.model().toByteArray();
    Random random = new Random(5);
    Path file = folder.resolve("flipped.onnx");
    for (int run = 0; run < 500; run++) {
      byte[] flipped = bytes.clone();
      for (int flips = random.nextInt(3); flips >= 0; flips--) {
        flipped[random.nextInt(flipped.length)] = (byte) random.nextInt(256);
      }
      Files.write(file, flipped);
      try {
        OnnxConverter.convert(file, Optional.empty());
      } catch (CheckpointException | ConversionException e) {
        assertFalse(e.getMessage().isEmpty());
      }
    }
  }

  private static TensorProto.Builder external(String... entries) {
    TensorProto.Builder tensor = floats(1, 1, 1, 1).setDataLocation(DataLocation.EXTERNAL);
    for (int i = 0; i < entries.length; i += 2) {
      tensor.addExternalDataBuilder().setKey(entries[i]).setValue(entries[i + 1]);
    }
    return tensor;
  }

  @Test
  void externalDataIsReadInsideAZipAndNeverBesideBytesInMemory() throws Exception {
    byte[] model = withWeight(external("location", "data", "offset", "4")).model().toByteArray();
    Path zip = folder.resolve("files.zip");
    try (FileSystem inside = FileSystems.newFileSystem(zip, Map.of("create", "true"))) {
      ByteBuffer data = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putFloat(4, 2.5f);
      Files.write(inside.getPath("/data"), data.array());
      Path path = Files.write(inside.getPath("/model.onnx"), model);
      Layer.Convolution layer =
          (Layer.Convolution)
              OnnxConverter.convert(path, Optional.empty()).graph().layers().getLast();
      assertArrayEquals(new float[] {2.5f}, layer.weights());
    }
    Files.write(folder.resolve("data"), new byte[8]);
    OnnxFile memory =
        OnnxFile.open(folder.resolve("model.onnx").toString(), MemorySegment.ofArray(model));
    CheckpointException e =
        assertThrows(
            CheckpointException.class, () -> OnnxConverter.convert(memory, Optional.empty()));
    assertTrue(e.getMessage().contains("lies in another file"), e.getMessage());
  }

  @Test
  void externalDataIsReadBesideTheModelAlone() throws Exception {
    ByteBuffer data = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putFloat(4, 2.5f);
    Path inside = Files.createDirectory(folder.resolve("inside"));
    Files.write(folder.resolve("data"), data.array());
    Files.write(inside.resolve("data"), data.array());
    Files.createSymbolicLink(inside.resolve("link"), folder.resolve("data"));
    Path model = inside.resolve("model.onnx");

    Files.write(
        model, withWeight(external("location", "data", "offset", "4")).model().toByteArray());
    Layer.Convolution layer =
        (Layer.Convolution)
            OnnxConverter.convert(model, Optional.empty()).graph().layers().getLast();
    assertArrayEquals(new float[] {2.5f}, layer.weights());
    assertEquals(
        Source.of(model, List.of(inside.resolve("data"))),
        OnnxConverter.convert(model, Optional.empty()).source());

    List<TensorProto.Builder> refused =
        List.of(
            external("location", "../data"),
            external("location", "link"),
            external("location", folder.resolve("data").toString()),
            external("location", "absent"),
            external("location", "."),
            external("location", "a\0b"),
            external(),
            external("location", "data", "offset", "5"),
            external("location", "data", "offset", "-4"),
            external("location", "data", "offset", "x"),
            external("location", "data", "length", "8"));
    for (TensorProto.Builder weight : refused) {
      Files.write(model, withWeight(weight).model().toByteArray());
      CheckpointException e =
          assertThrows(
              CheckpointException.class, () -> OnnxConverter.convert(model, Optional.empty()));
      assertEquals("w", e.tensor());
    }
  }

  private void assertRefusedPromptly(Path file, String reason) {
    CheckpointException e =
        assertTimeoutPreemptively(
            Duration.ofSeconds(20),
            () ->
                assertThrows(
                    CheckpointException.class,
                    () -> OnnxConverter.convert(file, Optional.empty())));
    assertTrue(e.getMessage().startsWith(file + ": "), e.getMessage());
    assertTrue(e.getMessage().contains(reason), e.getMessage());
  }

  /** A model whose graph has the same field many times. */
  private Path repeated(byte[] field, int times) throws Exception {
    byte[] plain = TestGraph.reading(1, 2, 2).node("y = Relu(x)").model().toByteArray();
    ByteArrayOutputStream graph = new ByteArrayOutputStream();
    for (int i = 0; i < times; i++) {
      graph.writeBytes(field);
    }
    Path file = folder.resolve("repeated.onnx");
    try (OutputStream out = Files.newOutputStream(file)) {
      // A second graph is merged into the first.
      out.write(plain);
      CodedOutputStream coded = CodedOutputStream.newInstance(out);
      coded.writeByteArray(ModelProto.GRAPH_FIELD_NUMBER, graph.toByteArray());
      coded.flush();
    }
    return file;
  }

  @Test
  void manyEmptyPartsAreRefusedBeforeTheyAreParsed() throws Exception {
    byte[] node = {GraphProto.NODE_FIELD_NUMBER << 3 | 2, 0};
    assertRefusedPromptly(repeated(node, 20_000_000), "more than 100000 nodes");
    byte[] value = {GraphProto.VALUE_INFO_FIELD_NUMBER << 3 | 2, 0};
    assertRefusedPromptly(
        repeated(value, 20_000_000), "more than 2000000 nodes, attributes, tensors");
    // Field 100, which no version of ONNX has.
    byte[] strange = {(byte) (100 << 3 & 0x7F | 0x80), (byte) (100 << 3 >> 7), 0};
    assertRefusedPromptly(repeated(strange, 10_000_000), "more than 2000000 nodes");
  }

  /** Nodes that nothing reads are left out, as many as they are. */
  @Test
  void asManyNodesAsAreAllowedAreAnsweredInTime() throws Exception {
    byte[] node = {GraphProto.NODE_FIELD_NUMBER << 3 | 2, 0};
    Path file = repeated(node, ModelSize.MOST_NODES - 1);
    assertTimeoutPreemptively(
        Duration.ofSeconds(20), () -> OnnxConverter.convert(file, Optional.empty()));
  }

  @Test
  void graphsDeepInOneAnotherAreRefused() throws Exception {
    for (int depth : new int[] {10, 11}) {
      TestGraph test = TestGraph.reading(1, 2, 2).node("y = Relu(x)");
      GraphProto inner = GraphProto.getDefaultInstance();
      // Each takes three messages: the graph, its node, and the node's attribute.
      for (int i = 0; i < depth; i++) {
        NodeProto.Builder node = NodeProto.newBuilder().setOpType("If");
        node.addAttributeBuilder().setName("then_branch").setG(inner);
        inner = GraphProto.newBuilder().addNode(node).build();
      }
      test.graph.mergeFrom(inner);
      if (depth == 10) {
        OnnxConverter.convert(test.write(folder), Optional.empty());
      } else {
        assertRefusedPromptly(test.write(folder), "more than 32 messages in one another");
      }
    }
  }

  @Test
  void externalBytesAreNotReadOverAndOver() throws Exception {
    Files.write(folder.resolve("data"), new byte[64]);
    for (int tensors : new int[] {4, 5}) {
      TestGraph test = TestGraph.reading(4, 1, 1);
      String value = "x";
      for (int i = 0; i < tensors; i++) {
        TensorProto.Builder tensor = floats(4, 4, 1, 1).setName("w" + i);
        tensor.setDataLocation(DataLocation.EXTERNAL);
        tensor.addExternalDataBuilder().setKey("location").setValue("data");
        test.graph.addInitializer(tensor);
        test.node("v" + i + " = Conv(" + value + ", w" + i + ")");
        value = "v" + i;
      }
      Path file = test.node("y = Relu(" + value + ")").write(folder);
      if (tensors == 4) {
        OnnxConverter.convert(file, Optional.empty());
      } else {
        assertRefusedPromptly(file, "read the 64 bytes of external data more than 4 times over");
      }
    }
  }
}
