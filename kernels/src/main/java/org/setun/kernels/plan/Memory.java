// SPDX-License-Identifier: Apache-2.0
package org.setun.kernels.plan;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.setun.kernels.Shape;
import org.setun.kernels.family.TritMap;
import org.setun.kernels.pass.Buffers;
import org.setun.kernels.pass.Operation;
import org.setun.kernels.pass.Scratch;
import org.setun.kernels.pass.Value;

/**
 * The memory that a session needs. Every value gets a slot, and values that are not needed at the
 * same time the same one: the residual stream of ResNet-18's first stage stays in 800 KB of
 * second-level cache instead of walking through 4 MB.
 */
final class Memory {
  private final List<Integer> sizes = new ArrayList<>();
  private final Map<Value, Integer> slots = new HashMap<>();
  private final Map<Value, Integer> lastRead = new HashMap<>();
  private final ArrayDeque<Integer> free = new ArrayDeque<>();
  private final Set<Value> released = new HashSet<>();
  private final Buffers.Need arrays = new Buffers.Need();
  private final Scratch.Need scratch = new Scratch.Need();

  /**
   * For some operations.
   *
   * @param operations in order
   * @param maps the trits that one operation leaves to another
   * @param shapes shape of every value by name
   */
  Memory(List<Operation> operations, List<TritMap> maps, Map<String, Shape> shapes) {
    maps.forEach(map -> map.memory(arrays));
    for (int i = 0; i < operations.size(); i++) {
      for (Value value : operations.get(i).reads()) {
        lastRead.put(value, i);
      }
    }
    for (int i = 0; i < operations.size(); i++) {
      Operation operation = operations.get(i);
      operation.memory(arrays);
      operation.scratch(scratch);
      Value output = operation.output();
      if (output != null) {
        place(operation, i, output.layout().floats(shapes.get(output.name())));
      }
      release(operation, i);
    }
  }

  private void place(Operation operation, int index, int size) {
    Integer slot = null;
    for (Value value : operation.reads()) {
      if (lastRead.get(value) == index
          && operation.canOverwrite(value)
          && sizes.get(slots.get(value)) >= size
          && released.add(value)) {
        slot = slots.get(value);
        break;
      }
    }
    if (slot == null) {
      slot = free.isEmpty() ? sizes.size() : free.pop();
      if (slot == sizes.size()) {
        sizes.add(0);
      }
    }
    sizes.set(slot, Math.max(sizes.get(slot), size));
    slots.put(operation.output(), slot);
  }

  private void release(Operation operation, int index) {
    for (Value value : operation.reads()) {
      if (lastRead.get(value) == index && released.add(value)) {
        free.push(slots.get(value));
      }
    }
  }

  /** Slot of a value. */
  int slot(Value value) {
    return slots.get(value);
  }

  /** Working memory of a thread. */
  Scratch.Need scratch() {
    return scratch;
  }

  /** Allocates the memory of one session. */
  Buffers allocate(int threads) {
    List<float[]> arraysOfSlots = sizes.stream().map(size -> new float[size]).toList();
    Map<Value, float[]> values = new HashMap<>();
    slots.forEach((value, slot) -> values.put(value, arraysOfSlots.get(slot)));
    return new Buffers(values, arrays, threads);
  }

  /** Bytes that {@link #allocate} allocates. */
  long bytes() {
    return arrays.bytes() + sizes.stream().mapToLong(size -> (long) Float.BYTES * size).sum();
  }
}
