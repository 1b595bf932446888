// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.model;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.setun.kernels.Layer;
import org.setun.loader.model.ModelFormatException.Kind;

class ModelFileTest {
  private static final int HEADER = 64;
  private static final int ENTRY = 32;

  @TempDir Path folder;
  private Path file;
  private byte[] sound;

  @BeforeEach
  void writeExample() throws Exception {
    file = folder.resolve("tiny.setun");
    ModelWriter.write(TestModels.example(), file);
    sound = Files.readAllBytes(file);
  }

  @Test
  void everyLayerComesBackAsItWas() throws Exception {
    PackedModel model = TestModels.everyLayer();
    ModelWriter.write(model, file);
    PackedModel read = ModelFile.read(file);

    assertEquals(model.source(), read.source());
    assertEquals(model.preprocessing(), read.preprocessing());
    assertEquals(model.labels(), read.labels());
    assertEquals(model.graph().shapes(), read.graph().shapes());
    assertEquals(model.graph().layers(), read.graph().layers());
    // Equal models give equal files, so this compares whatever the lines above forgot.
    Path again = folder.resolve("again.setun");
    ModelWriter.write(read, again);
    assertEquals(-1, Files.mismatch(file, again));
  }

  /** A kind that has no codec, or that the test above leaves out. */
  @Test
  void everyKindIsThere() {
    Set<Class<?>> tested = new HashSet<>();
    TestModels.everyLayer().graph().layers().forEach(layer -> tested.add(layer.getClass()));
    assertEquals(kinds(Layer.class).collect(Collectors.toSet()), tested);
  }

  private static Stream<Class<?>> kinds(Class<?> kind) {
    return kind.isSealed()
        ? Stream.of(kind.getPermittedSubclasses()).flatMap(ModelFileTest::kinds)
        : Stream.of(kind);
  }

  @Test
  void sectionsHoldWhatTheLayersSay() throws Exception {
    PackedModel model = TestModels.everyLayer();
    ModelWriter.write(model, file);
    long expected = 0;
    for (Layer layer : model.graph().layers()) {
      // The channels that a selection takes are in the description.
      expected += layer instanceof Layer.ChannelSelection ? 0 : layer.parameterBytes();
    }
    try (ModelFile opened = ModelFile.open(file)) {
      long held = opened.sections().stream().skip(1).mapToLong(Section::length).sum();
      assertEquals(expected, held);
    }
  }

  /** The file of an earlier build: it must stay readable, and be written the same. */
  @Test
  void theFileIsTheSameByteByByte() throws Exception {
    byte[] bytes;
    try (InputStream dump = ModelFileTest.class.getResourceAsStream("tiny.hexdump")) {
      bytes = parseHexdump(new String(dump.readAllBytes(), UTF_8));
    }
    assertArrayEquals(bytes, sound);

    PackedModel model = ModelFile.read(Files.write(file, bytes));
    Layer.TernaryConvolution conv = (Layer.TernaryConvolution) model.graph().layers().getFirst();
    assertArrayEquals(new float[] {-0.5f, -1}, conv.thresholds().low());
    assertArrayEquals(new float[] {0.5f, 2}, conv.thresholds().high());
    assertArrayEquals(new boolean[] {false, true}, conv.thresholds().negated());
    assertEquals(1, conv.kernel().trit(0, 0, 0, 0));
    assertEquals(-1, conv.kernel().trit(0, 1, 0, 0));
    assertArrayEquals(new float[] {0.25f}, conv.scale());
    assertArrayEquals(new float[] {-3}, conv.shift());
  }

  @Test
  void thePageDescribesTheFile() throws Exception {
    String page =
        Files.readString(
            Path.of(System.getProperty("setun.testdata"))
                .resolveSibling("model-loader/PACKED-MODEL.md"));
    String example = page.substring(page.indexOf("## Example"));
    Matcher row = Pattern.compile("\\| (\\d) \\| ([\\d,]+) \\| (\\d+) \\|").matcher(example);
    try (ModelFile opened = ModelFile.open(file)) {
      for (int i = 0; i < opened.sections().size(); i++) {
        assertTrue(row.find(), "section " + i);
        Section section = opened.sections().get(i);
        assertEquals(i, Integer.parseInt(row.group(1)));
        assertEquals(section.offset(), Long.parseLong(row.group(2).replace(",", "")));
        assertEquals(section.length(), Long.parseLong(row.group(3)));
      }
      Section first = opened.sections().getFirst();
      String description =
          new String(sound, (int) first.offset(), (int) first.length(), UTF_8)
              .replaceAll("(0f){30,}", "0f0f…0f0f");
      Matcher json = Pattern.compile("```json\n(.*?)```", Pattern.DOTALL).matcher(example);
      assertTrue(json.find(), "the description");
      assertEquals(description, json.group(1).replaceAll("\\s", ""));
    }
  }

  /** Reads what {@code hexdump -C} prints; a star repeats the row above it. */
  private static byte[] parseHexdump(String dump) {
    List<String> rows = dump.lines().toList();
    ByteBuffer bytes = ByteBuffer.allocate(Integer.parseInt(rows.getLast(), 16));
    byte[] row = {};
    for (String line : rows) {
      if (line.equals("*")) {
        continue;
      }
      int offset = Integer.parseInt(line.substring(0, 8), 16);
      while (bytes.position() < offset) {
        bytes.put(row);
      }
      if (line.length() > 8) {
        row = HexFormat.of().parseHex(line.substring(10, 58).replace(" ", ""));
        bytes.put(row);
      }
    }
    return bytes.array();
  }

  @Test
  void theHeaderOpensWithoutReadingASection() throws Exception {
    int last = sound.length - 1;
    sound[last] ^= 1;
    Files.write(file, sound);
    try (ModelFile opened = ModelFile.open(file)) {
      assertEquals(8, opened.sections().size());
      assertEquals(sound.length, opened.sections().getLast().end());
      assertEquals(Kind.CHECKSUM, assertThrows(ModelFormatException.class, opened::model).kind());
    }
  }

  @Test
  void everyFlippedBitIsNoticed() throws Exception {
    for (int i = 0; i < sound.length; i++) {
      byte[] damaged = sound.clone();
      damaged[i] ^= (byte) (1 << i % 8);
      Files.write(file, damaged);
      assertThrows(ModelFormatException.class, () -> ModelFile.read(file), "byte " + i);
    }
  }

  @Test
  void everyCutAndEveryTailIsNoticed() throws Exception {
    for (int length = 0; length < sound.length; length++) {
      Kind expected = length < 8 ? Kind.NOT_A_MODEL : Kind.TRUNCATED;
      assertKind(expected, Arrays.copyOf(sound, length));
    }
    assertKind(Kind.MALFORMED, Arrays.copyOf(sound, sound.length + 1));
  }

  @Test
  void headersOfOtherMakersAreTold() throws Exception {
    byte[] swapped = sound.clone();
    ByteBuffer.wrap(swapped).putInt(8, 0x0A0B0C0D);
    assertKind(Kind.WRONG_BYTE_ORDER, swapped);
    byte[] newer = sound.clone();
    newer[12] = 2;
    assertKind(Kind.UNKNOWN_VERSION, newer);
    assertKind(Kind.NOT_A_MODEL, "PK and so on".getBytes(UTF_8));
    assertFalse(ModelFile.isModel(Files.write(file, new byte[3])));
    ModelFormatException e =
        assertThrows(
            ModelFormatException.class, () -> ModelFile.read(folder.resolve("none.setun")));
    assertEquals(Kind.UNREADABLE, e.kind());
  }

  @Test
  void aSectionThatNoLayerNamesIsRefused() throws Exception {
    byte[] forged =
        withDescription(
            json ->
                json.replaceFirst("\"layers\":.*", "\"layers\":[]}")
                    .replaceFirst("\"zeros\":\\[[^]]*]", "\"zeros\":[]")
                    .replace("\"labels\":[\"only\"],", "")
                    .replace(
                        "\"layers\":[]",
                        "\"layers\":[{\"type\":\"channel_pad\",\"name\":\"p\","
                            + "\"inputs\":[\"input\"],\"output_channels\":2}]"));
    assertKind(Kind.MALFORMED, forged);
    ModelFormatException e = assertThrows(ModelFormatException.class, () -> ModelFile.read(file));
    assertTrue(e.getMessage().endsWith("section 1 is not referred to"), e.getMessage());
  }

  private void assertKind(Kind kind, byte[] content) throws Exception {
    Files.write(file, content);
    ModelFormatException e = assertThrows(ModelFormatException.class, () -> ModelFile.read(file));
    assertEquals(kind, e.kind(), e.getMessage());
    assertTrue(e.getMessage().startsWith(file + ": "), e.getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'low':1|'low':2|field high refers to section 2, which is taken",
        "'low':1|'low':3|field low refers to section 3, which holds FLAGS",
        "'low':1|'low':99|refers to section 99 of 8",
        "'low':1|'low':-1|must be an integer of at least 1",
        "'labels':['only']|'labels':['only','two']|2 labels for 1 outputs",
        "'sttn'|'sttn','x':1|unknown field x",
        "'zeros':0|'zeros':1|does not count the zeros",
        "'ternary_convolution'|'quaternary'|is not a type of layer",
        "'inputs':['input']|'inputs':['nothing']|'nothing'",
        "'inputs':['input']|'inputs':[]|must name 1",
        "'output_channels':1|'output_channels':2147483647|too large",
        "'input':[2,1,1]|'input':[2000000000,2,1]|more than 2^31 - 1 values",
        "'input':[2,1,1]|'input':[2,1,16777216]|conv: its padded input (2x1x16777216) takes more",
        "'pad':[0,0,0,0]|'pad':[20000,20000,0,0]|its padded input (2x1x1) takes more than 2^28",
        "'stride':[1,1]|'stride':[1,2147483647]|its padded input (2x1x1) takes more than 2^28",
        "'pad':[0,0,0,0]|'pad':[0,0,0]|must have 4 numbers",
        "'layers':[|'layers':[1,|is not an object"
      })
  void aDescriptionThatDoesNotFitIsNamed(String from, String to, String expected) throws Exception {
    String before = from.replace('\'', '"');
    byte[] forged =
        withDescription(
            json -> {
              assertTrue(json.contains(before), json);
              return json.replace(before, to.replace('\'', '"'));
            });
    Files.write(file, forged);
    ModelFormatException e = assertThrows(ModelFormatException.class, () -> ModelFile.read(file));
    assertEquals(Kind.MALFORMED, e.kind());
    assertTrue(e.getMessage().contains(expected), e.getMessage());
  }

  private byte[] withDescription(UnaryOperator<String> change) {
    return withDescription(sound, change);
  }

  /** A file with another description, laid out and summed anew. */
  static byte[] withDescription(byte[] sound, UnaryOperator<String> change) {
    ByteBuffer in = ByteBuffer.wrap(sound).order(ByteOrder.LITTLE_ENDIAN);
    int sections = in.getInt(24);
    ByteBuffer table = ByteBuffer.allocate(sections * ENTRY).order(ByteOrder.LITTLE_ENDIAN);
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    int start = HEADER + sections * ENTRY;
    for (int i = 0; i < sections; i++) {
      int entry = HEADER + i * ENTRY;
      int offset = (int) in.getLong(entry + 8);
      byte[] content = Arrays.copyOfRange(sound, offset, offset + (int) in.getLong(entry + 16));
      if (i == 0) {
        content = change.apply(new String(content, UTF_8)).getBytes(UTF_8);
      }
      while ((start + body.size()) % 64 != 0) {
        body.write(0);
      }
      table.putInt(in.getInt(entry)).putInt(crc(content));
      table.putLong(start + body.size()).putLong(content.length).putLong(0);
      body.writeBytes(content);
    }
    ByteBuffer out = ByteBuffer.allocate(start + body.size()).order(ByteOrder.LITTLE_ENDIAN);
    out.put(sound, 0, HEADER).put(table.array()).put(body.toByteArray());
    out.putLong(16, out.capacity()).putInt(28, crc(table.array()));
    out.putInt(32, crc(Arrays.copyOf(out.array(), 32)));
    return out.array();
  }

  private static int crc(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return (int) crc.getValue();
  }

  /**
   * The file is sparse, and its checksum wrong: it would be read for seconds before that is seen.
   */
  @Test
  void aDescriptionOfManyGigabytesIsNotRead() throws Exception {
    long length = 20L << 30;
    Section section = new Section(Section.Type.JSON, 1, 128, length);
    ByteBuffer table = ByteBuffer.allocate(ENTRY).order(ByteOrder.LITTLE_ENDIAN);
    section.put(table);
    FileHeader header = new FileHeader(section.end(), 1, crc(table.array()));
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(0);
      channel.write(header.toBytes());
      channel.write(table.flip());
      channel.write(ByteBuffer.allocate(1), section.end() - 1);
    }
    ModelFormatException e = assertThrows(ModelFormatException.class, () -> ModelFile.read(file));
    assertEquals(
        file + ": its description has " + length + " bytes, at most " + (16 << 20), e.getMessage());
  }

  @Test
  void aDescriptionThatNobodyCouldReadIsNotWritten() throws Exception {
    PackedModel example = TestModels.example();
    PackedModel wordy =
        new PackedModel(
            "x".repeat(17 << 20),
            example.method(),
            example.source(),
            example.preprocessing(),
            example.labels(),
            example.graph());
    assertThrows(IOException.class, () -> ModelWriter.write(wordy, file));
    assertArrayEquals(sound, Files.readAllBytes(file));
  }
}
