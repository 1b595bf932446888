// SPDX-License-Identifier: Apache-2.0
package org.setun.server.input;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.setun.kernels.Shape;

/** Tensors of a network that reads one channel of two rows and three columns. */
final class TensorReaderTest {
  private final TensorReader reader = new TensorReader(new Shape(1, 2, 3));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'input':[1,2,3,4,5,6]} | 1 | false",
        "{'input':[[[1,2,3],[4,5,6]]]} | 1 | false",
        "{'input':[1.0,2e0,0.3E1,4,5,6],'shape':[1,2,3]} | 1 | false",
        "{'shape':[1,2,3],'input':[[[1,2,3],[4,5,6]]]} | 1 | false",
        "{'shape':[1,1,2,3],'input':[1,2,3,4,5,6]} | 1 | true",
        "{'input':[[[[1,2,3],[4,5,6]]]]} | 1 | true",
        "{'input':[[[[1,2,3],[4,5,6]]],[[[7,8,9],[10,11,12]]]]} | 2 | true",
        "{'input':[1,2,3,4,5,6,7,8,9,10,11,12],'shape':[2,1,2,3]} | 2 | true"
      })
  void everyFormIsRead(String json, int count, boolean several) throws Refusal {
    TensorReader.Tensors tensors = read(json);
    assertEquals(count, tensors.count());
    assertEquals(several, tensors.several());
    float[] last = new float[8];
    tensors.copyTo(count - 1, last, 1);
    float first = 6 * (count - 1) + 1;
    assertArrayEquals(
        new float[] {0, first, first + 1, first + 2, first + 3, first + 4, first + 5, 0}, last);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "{'input':[1,2",
        "{'input':[NaN]}",
        "{'input':[Infinity]}",
        "{'input':[01]}",
        "{'input':[1,]}",
        "{'input':[1e]}",
        "{input:[1]}",
        "{'input':[1,2,3,4,5,6],'input':[1,2,3,4,5,6]}",
        "{'input':[1,2,3,4,5,6]} {}",
        "{'input':[1,2,3,4,5,6]}x",
        "\u0000"
      })
  void whatIsNotJsonIsABadRequest(String json) {
    assertEquals(400, assertThrows(Refusal.class, () -> read(json)).status());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "1",
        "[1,2,3,4,5,6]",
        "[",
        "{}",
        "{'input':null}",
        "{'input':1}",
        "{'input':'x'}",
        "{'input':{}}",
        "{'input':[]}",
        "{'input':[[]]}",
        "{'input':[1,2,3,4,5]}",
        "{'input':[1,2,3,4,5,6,7]}",
        "{'input':[1,2,3,4,5,6,7,8,9,10,11,12]}",
        "{'input':[1,2,3,4,5,null]}",
        "{'input':[1,2,3,4,5,'6']}",
        "{'input':[1,2,3,4,5,{}]}",
        "{'input':[1,2,3,4,5,[6]]}",
        "{'input':[[1],2,3,4,5,6]}",
        "{'input':[[1,2,3],[4,5,6]]}",
        "{'input':[[[1,2,3],[4,5]]]}",
        "{'input':[[[1,2,3],[4,5,6,7]]]}",
        "{'input':[[[1,2,3],4,5,6]]}",
        "{'input':[[[1,2],[3,4],[5,6]]]}",
        "{'input':[[[[[1,2,3],[4,5,6]]]]]}",
        "{'input':[[[1,2,3],[4,5,6]]],'shape':[1,1,2,3]}",
        "{'input':[1,2,3,4,5,6],'shape':[1,3,2]}",
        "{'input':[1,2,3,4,5,6],'shape':[2,1,2,3]}",
        "{'input':[1,2,3,4,5,6],'shape':[6]}",
        "{'input':[1,2,3,4,5,6],'shape':[]}",
        "{'input':[1,2,3,4,5,6],'shape':6}",
        "{'input':[1,2,3,4,5,6],'shape':[1,2,-3]}",
        "{'input':[1,2,3,4,5,6],'shape':[1,2,3,4,5]}",
        "{'input':[1,2,3,4,5,6],'shape':[65536,65536,65536,65536]}",
        "{'input':[1,2,3,4,5,6],'shape':[1,2,99999999999999999999]}",
        "{'input':[1,2,3,4,5,6],'other':1}",
        "{'input':[1,2,3,4,5,1e39]}"
      })
  void whatDoesNotSuitTheNetworkIsSaid(String json) {
    assertEquals(422, assertThrows(Refusal.class, () -> read(json)).status());
  }

  @Test
  void deepNestingIsRefusedWhereItGetsTooDeep() {
    String deep = "{'input':" + "[".repeat(100_000);
    assertEquals(422, assertThrows(Refusal.class, () -> read(deep)).status());
  }

  @Test
  void thereIsALimitToInputs() throws Refusal {
    String input = "[[[1,2,3],[4,5,6]]]";
    String[] inputs = new String[257];
    Arrays.fill(inputs, input);
    String all = "{'input':[" + String.join(",", inputs) + "]}";
    assertEquals(422, assertThrows(Refusal.class, () -> read(all)).status());
    assertEquals(256, read(all.replace("{'input':[" + input + ",", "{'input':[")).count());
  }

  private TensorReader.Tensors read(String json) throws Refusal {
    return reader.read(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
  }
}
