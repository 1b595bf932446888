// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.convert;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.setun.kernels.TernaryMatrix;
import org.setun.loader.checkpoint.CheckpointException;
import org.setun.loader.checkpoint.CheckpointException.Kind;
import org.setun.loader.matrix.ScalePer;
import org.setun.loader.matrix.ScaledMatrix;
import org.setun.loader.matrix.TernaryBlocks;
import org.setun.loader.model.PackedMatrix;
import org.setun.loader.model.Source;
import org.setun.loader.testing.GgufWriter;

class MatrixConverterTest {
  private static final String NAME = "layers.0.q_proj.weight";

  /** The 8 × 3 trits (i² + ⌊i / 7⌋) mod 3 - 1, of {@code BitNetBytesTest}. */
  private static final String PACKED = "902909244949";

  @TempDir Path folder;
  private Path checkpoint;

  /** A checkpoint as transformers writes it; the scale is the bf16 number 2.5. */
  @BeforeEach
  void writeCheckpoint() throws Exception {
    write(
        """
        {"NAME":{"dtype":"U8","shape":[2,3],"data_offsets":[0,6]},\
        "NAME_scale":{"dtype":"BF16","shape":[1],"data_offsets":[6,8]},\
        "norm.weight":{"dtype":"BF16","shape":[3,1],"data_offsets":[8,14]},\
        "other.weight":{"dtype":"U8","shape":[1,1],"data_offsets":[14,15]}}\
        """
            .replace("NAME", NAME),
        PACKED + "2040" + "000000000000" + "55");
  }

  private void write(String header, String data) throws Exception {
    byte[] utf8 = header.getBytes(StandardCharsets.UTF_8);
    byte[] bytes = HexFormat.of().parseHex(data);
    checkpoint =
        Files.write(
            folder.resolve("model.safetensors"),
            ByteBuffer.allocate(8 + utf8.length + bytes.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(utf8.length)
                .put(utf8)
                .put(bytes)
                .array());
  }

  private PackedMatrix convert(String tensor, WeightScale scale) throws Exception {
    return MatrixConverter.convert(
        checkpoint, tensor, Optional.empty(), Optional.ofNullable(scale));
  }

  private void assertWeights(float scale, PackedMatrix packed) {
    float[] expected = new float[24];
    for (int i = 0; i < expected.length; i++) {
      int trit = (i * i + i / 7) % 3 - 1;
      expected[i] = trit == 0 ? 0 : trit * scale;
    }
    assertArrayEquals(expected, packed.matrix().toFloats());
  }

  @Test
  void bitNetsTensorsAreUnpacked() throws Exception {
    PackedMatrix packed = convert(NAME, WeightScale.MULTIPLY);
    assertEquals(NAME, packed.name());
    assertEquals("bitnet", packed.form());
    assertEquals(Source.of(checkpoint), packed.source());
    assertEquals(ScalePer.TENSOR, packed.matrix().scalePer());
    assertWeights(2.5f, packed);
    assertWeights(1 / 2.5f, convert(NAME, WeightScale.DIVIDE));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'quant_method':'bitnet','linear_class':'autobitlinear'|2.5",
        "'quant_method':'bitnet','linear_class':'bitlinear'|0.4",
        "'quant_method':'bitnet'|0.4",
      })
  void theConfigurationSaysWhatTheScaleDoes(String quantization, float scale) throws Exception {
    Files.writeString(
        folder.resolve("config.json"),
        ("{'model_type':'bitnet','quantization_config':{" + quantization + "}}")
            .replace('\'', '"'));
    assertWeights(scale, convert(NAME, null));
    assertWeights(2.5f, convert(NAME, WeightScale.MULTIPLY));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{}",
        "{'quantization_config':{'quant_method':'gptq'}}",
        "{'quantization_config':{'quant_method':'bitnet','linear_class':'new'}}",
      })
  void withoutOneTheCallerMustSayIt(String config) throws Exception {
    assertRefused(Kind.BAD_TENSOR, "multiplies or divides, a checkpoint does not say", NAME, null);
    Files.writeString(folder.resolve("config.json"), config.replace('\'', '"'));
    assertRefused(Kind.BAD_TENSOR, "give --weight-scale, or put", NAME, null);
  }

  @Test
  void aDamagedConfigurationIsNamed() throws Exception {
    Files.writeString(folder.resolve("config.json"), "{\"quantization_config\":7}");
    CheckpointException e = assertThrows(CheckpointException.class, () -> convert(NAME, null));
    assertTrue(e.getMessage().startsWith(folder.resolve("config.json") + ": "), e.getMessage());
  }

  @Test
  void otherTensorsAreRefused() throws Exception {
    WeightScale multiply = WeightScale.MULTIPLY;
    assertRefused(
        Kind.BAD_TENSOR,
        "tensor 'norm.weight': is BF16[3, 1]; BitNet's packed weights are U8 with two extents",
        "norm.weight",
        multiply);
    assertRefused(
        Kind.BAD_TENSOR,
        "tensor 'other.weight': has no 'other.weight_scale' beside it, as BitNet's weights have",
        "other.weight",
        multiply);
    assertRefused(
        Kind.MISSING_TENSOR,
        "not among the 4 tensors; they are 'layers.0.q_proj.weight',"
            + " 'layers.0.q_proj.weight_scale'",
        "layers.0.q_prj.weight",
        multiply);
    write(
        """
        {"a":{"dtype":"U8","shape":[1,1],"data_offsets":[0,1]},\
        "a_scale":{"dtype":"F32","shape":[2],"data_offsets":[1,9]},\
        "b":{"dtype":"U8","shape":[4611686018427387904,0],"data_offsets":[9,9]},\
        "c":{"dtype":"U8","shape":[1,1],"data_offsets":[9,10]},\
        "c_scale":{"dtype":"F32","shape":[],"data_offsets":[10,14]}}\
        """,
        "55" + "0000000000000000" + "c0" + "00000000");
    assertRefused(Kind.BAD_TENSOR, "tensor 'a_scale': is F32[2], not one number", "a", multiply);
    assertRefused(Kind.BAD_TENSOR, "too large for a matrix", "b", multiply);
    assertRefused(Kind.BAD_TENSOR, "byte 0 has the code 3, which is no trit", "c", multiply);
  }

  @Test
  void blocksOfAGgufAreUnpacked() throws Exception {
    byte[] trits = new byte[512];
    for (int i = 0; i < trits.length; i++) {
      trits[i] = (byte) (i % 3 - 1);
    }
    ScaledMatrix matrix =
        ScaledMatrix.of(TernaryMatrix.ofTrits(trits, 2, 256), ScalePer.BLOCK, 0.5f, 1);
    checkpoint = folder.resolve("model.gguf");
    Files.write(
        checkpoint,
        new GgufWriter().tensor("q", 35, TernaryBlocks.TQ2_0.encode(matrix), 256, 2).toBytes());
    assertEquals(new PackedMatrix("q", "TQ2_0", Source.of(checkpoint), matrix), convert("q", null));
    assertRefused(
        Kind.UNSUPPORTED, "leave --state and --weight-scale out", "q", WeightScale.DIVIDE);
  }

  private void assertRefused(Kind kind, String message, String tensor, WeightScale scale) {
    CheckpointException e = assertThrows(CheckpointException.class, () -> convert(tensor, scale));
    assertEquals(kind, e.kind(), e.getMessage());
    assertTrue(e.getMessage().startsWith(checkpoint + ": "), e.getMessage());
    assertTrue(e.getMessage().contains(message), e.getMessage());
  }
}
