// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.setun.kernels.TernaryMatrix;
import org.setun.loader.matrix.ScalePer;
import org.setun.loader.matrix.ScaledMatrix;
import org.setun.loader.model.ModelFormatException.Kind;
import org.setun.loader.model.Section.Type;

/** Matrices in {@code .setun} files; the container itself is tested with models. */
class MatrixFileTest {
  @TempDir Path folder;

  private Path write(PackedMatrix matrix) throws Exception {
    Path file = folder.resolve("matrix.setun");
    ModelWriter.write(matrix, file);
    return file;
  }

  @ParameterizedTest
  @EnumSource
  void comesBackAsItWas(ScalePer scalePer) throws Exception {
    PackedMatrix matrix = TestModels.matrix(scalePer);
    Path file = write(matrix);
    assertEquals(matrix, ModelFile.readMatrix(file));
    try (ModelFile opened = ModelFile.open(file)) {
      assertTrue(opened.holdsMatrix());
      assertEquals(
          List.of(Type.JSON, Type.WORDS, Type.WORDS, Type.FLOATS),
          opened.sections().stream().map(Section::type).toList());
      // 5 rows of 300 columns: 5 words of 64 trits each, in two planes.
      assertEquals(5 * 5 * 8, opened.sections().get(1).length());
    }
  }

  @Test
  void aNetworkAndAMatrixAreToldApart() throws Exception {
    Path matrix = write(TestModels.matrix(ScalePer.ROW));
    ModelFormatException e = assertThrows(ModelFormatException.class, () -> ModelFile.read(matrix));
    assertEquals(Kind.OTHER_CONTENT, e.kind());
    assertEquals(
        matrix
            + ": holds the matrix 'blk.0.attn_q.weight', where a network is wanted; setun inspect"
            + " shows it",
        e.getMessage());

    Path model = folder.resolve("model.setun");
    ModelWriter.write(TestModels.example(), model);
    e = assertThrows(ModelFormatException.class, () -> ModelFile.readMatrix(model));
    assertEquals(Kind.OTHER_CONTENT, e.kind());
    assertEquals(model + ": holds a network, where a matrix is wanted", e.getMessage());
    try (ModelFile opened = ModelFile.open(model)) {
      assertFalse(opened.holdsMatrix());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'rows':5|'rows':4|planes of 25 and 25 words given, 20 needed",
        "'columns':300|'columns':298|has bits set where no trit is",
        "'columns':300|'columns':0|field columns must be an integer of at least 1",
        "'rows':5|'rows':2147483647|too large",
        "'zeros':4|'zeros':3|does not count the zeros of the matrix",
        "'row'|'col'|field scale_per must be tensor, row or block",
        "'row'|'block'|5 scales given, 5x300 with one per block needs 10",
        "'form'|'from'|field form is missing",
        "'form':|'x':1,'form':|unknown field x",
        "'scale':3|'scale':2|refers to section 2, which holds WORDS",
        "'sign':2|'sign':1|refers to section 1, which is taken",
        "'matrix'|'metrics'|holds a network",
      })
  void aDescriptionThatDoesNotFitIsNamed(String from, String to, String message) throws Exception {
    Path file = write(TestModels.matrix(ScalePer.ROW));
    String before = from.replace('\'', '"');
    Files.write(
        file,
        ModelFileTest.withDescription(
            Files.readAllBytes(file),
            json -> {
              assertTrue(json.contains(before), json);
              return json.replace(before, to.replace('\'', '"'));
            }));
    ModelFormatException e =
        assertThrows(ModelFormatException.class, () -> ModelFile.readMatrix(file));
    assertTrue(e.getMessage().startsWith(file + ": "), e.getMessage());
    assertTrue(e.getMessage().contains(message), e.getMessage());
  }

  @Test
  void aScaleThatIsNoNumberIsRefused() throws Exception {
    Path file = write(TestModels.matrix(ScalePer.TENSOR));
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 1] = 0x7f;
    bytes[bytes.length - 2] = (byte) 0x80;
    Files.write(file, ModelFileTest.withDescription(bytes, json -> json));
    ModelFormatException e =
        assertThrows(ModelFormatException.class, () -> ModelFile.readMatrix(file));
    assertTrue(e.getMessage().endsWith("scale 0 is Infinity, not finite"), e.getMessage());
  }

  @Test
  void aDamagedSectionIsRefused() throws Exception {
    Path file = write(TestModels.matrix(ScalePer.BLOCK));
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 1] ^= 1;
    Files.write(file, bytes);
    ModelFormatException e =
        assertThrows(ModelFormatException.class, () -> ModelFile.readMatrix(file));
    assertEquals(Kind.CHECKSUM, e.kind());
  }

  @Test
  void namesAreNotEmpty() {
    ScaledMatrix one =
        ScaledMatrix.of(TernaryMatrix.ofTrits(new byte[] {1}, 1, 1), ScalePer.TENSOR, 1);
    Source source = new Source("a", 1, "0f".repeat(32));
    assertThrows(IllegalArgumentException.class, () -> new PackedMatrix("", "x", source, one));
  }
}
