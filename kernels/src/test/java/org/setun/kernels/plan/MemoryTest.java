// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.setun.kernels.Shape;
import org.setun.kernels.layout.ChannelsLast;
import org.setun.kernels.layout.Layout;
import org.setun.kernels.layout.Planar;
import org.setun.kernels.pass.Buffers;
import org.setun.kernels.pass.Operation;
import org.setun.kernels.pass.Scratch;
import org.setun.kernels.pass.Step;
import org.setun.kernels.pass.Value;

/** Which values share memory. */
class MemoryTest {
  private static final Layout LAST = ChannelsLast.LAYOUT;
  private static final Layout PLANAR = Planar.LAYOUT;

  private final List<Operation> operations = new ArrayList<>();
  private final Map<String, Shape> shapes = new HashMap<>();

  /** An operation that only says what it reads and leaves. */
  private record Fake(Value output, List<Value> reads, boolean overwrites) implements Operation {
    @Override
    public List<String> layers() {
      return List.of();
    }

    @Override
    public String kernel() {
      return "fake";
    }

    @Override
    public boolean canOverwrite(Value input) {
      return overwrites;
    }

    @Override
    public void memory(Buffers.Need need) {
      need.bytes(output + " (list)", 5);
    }

    @Override
    public void scratch(Scratch.Need need) {
      need.chars(1, reads.size());
      need.floats(0, 3);
    }

    @Override
    public Step bind(Buffers buffers) {
      throw new UnsupportedOperationException();
    }
  }

  private Value value(String name, int channels, Layout layout) {
    shapes.put(name, new Shape(channels, 2, 2));
    return new Value(name, layout);
  }

  private void operation(Value output, boolean overwrites, Value... reads) {
    operations.add(new Fake(output, Arrays.asList(reads), overwrites));
  }

  private Memory memory() {
    return new Memory(operations, List.of(), shapes);
  }

  @Test
  void valuesOfDifferentTimesShareASlot() {
    Value a = value("a", 64, LAST);
    Value b = value("b", 64, LAST);
    Value c = value("c", 64, LAST);
    operation(a, false);
    operation(b, false, a);
    operation(c, false, b);
    Memory memory = memory();
    assertEquals(memory.slot(a), memory.slot(c));
    assertNotEquals(memory.slot(a), memory.slot(b), "read while the other is written");
  }

  @Test
  void valueThatIsReadLaterKeepsItsSlot() {
    Value a = value("a", 64, LAST);
    Value b = value("b", 64, LAST);
    Value c = value("c", 64, LAST);
    operation(a, false);
    operation(b, true, a);
    operation(c, true, b, a);
    Memory memory = memory();
    assertNotEquals(memory.slot(a), memory.slot(b), "still to be read");
    assertEquals(memory.slot(b), memory.slot(c), "overwritten in place");
  }

  @Test
  void smallerValueIsNotOverwritten() {
    Value a = value("a", 64, LAST);
    Value b = value("b", 65, LAST);
    operation(a, false);
    operation(b, true, a);
    Memory memory = memory();
    assertNotEquals(memory.slot(a), memory.slot(b));
  }

  @Test
  void eachLayoutOfAValueHasASlotOfItsOwn() {
    Value last = value("a", 3, LAST);
    Value planar = value("a", 3, PLANAR);
    Value b = value("b", 3, PLANAR);
    Value c = value("c", 3, LAST);
    operation(last, false);
    operation(planar, false, last);
    operation(b, false, planar);
    operation(c, false, last);
    Memory memory = memory();
    assertNotEquals(memory.slot(last), memory.slot(planar));
    assertNotEquals(memory.slot(last), memory.slot(b), "read again as it was");
    Buffers buffers = memory.allocate(1);
    assertNotSame(buffers.value(last), buffers.value(planar));
    assertEquals(64 * 4, buffers.value(last).length);
    assertEquals(3 * 2 * 16, buffers.value(b).length);
  }

  @Test
  void arraysAndScratch() {
    Value a = value("a", 64, LAST);
    Value b = value("b", 64, LAST);
    operation(a, false);
    operation(b, true, a, a);
    Memory memory = memory();
    Scratch scratch = new Scratch(memory.scratch());
    assertEquals(2, scratch.chars(1).length);
    assertEquals(0, scratch.chars(0).length);
    assertEquals(3, scratch.floats(0).length);
    assertEquals(2 * 2 + 3 * 4, memory.scratch().bytes());
    assertEquals(5, memory.allocate(1).bytes("a (channels last) (list)").length);
    assertEquals(4 * 64 * 4 + 5 + 5, memory.bytes());
  }
}
