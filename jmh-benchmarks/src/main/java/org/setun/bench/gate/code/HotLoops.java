// SPDX-License-Identifier: Apache-2.0
package org.setun.bench.gate.code;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The loops of a method's machine code in which its time goes, and what they keep on the stack.
 *
 * <p>A loop is found as compilers do: a jump back to a block that every way to the jump goes
 * through. Blocks that C2 moved out of a loop's line belong to it if they lead back. A call ends a
 * way: C2 puts what is rare, such as deoptimization, behind one, and stores what it needs on the
 * stack before.
 *
 * <p>Hot are the innermost loops, and those with at least as many vector instructions of their own
 * as in the loops inside them: an accumulation of many steps with a short loop of carries at its
 * end is hot, the loop that C2 puts around a loop for its safepoint is not.
 *
 * @param count hot loops that hold vector instructions
 * @param vectorInstructions in these loops
 * @param stackOperands vector instructions among them with an operand on the stack
 */
record HotLoops(int count, int vectorInstructions, int stackOperands) {
  /** Finds them. */
  static HotLoops of(List<Instruction> code) {
    if (code.isEmpty()) {
      return new HotLoops(0, 0, 0);
    }
    return new Finder(code).find();
  }

  /** Blocks of instructions without jumps into or out of their middle, by number, and the ways. */
  private static final class Finder {
    private final List<Instruction> code;

    /** The number of each block's first instruction; past the last block, all instructions. */
    private final List<Integer> starts = new ArrayList<>();

    private final List<BitSet> successors = new ArrayList<>();
    private final List<BitSet> predecessors = new ArrayList<>();
    private final BitSet reached = new BitSet();

    Finder(List<Instruction> code) {
      this.code = code;
      Map<Long, Integer> positions = new HashMap<>();
      for (int i = 0; i < code.size(); i++) {
        positions.put(code.get(i).address(), i);
      }
      findBlocks(positions);
      findWays(positions);
      reach(0);
    }

    private void findBlocks(Map<Long, Integer> positions) {
      BitSet first = new BitSet();
      first.set(0);
      for (int i = 0; i < code.size(); i++) {
        Instruction each = code.get(i);
        Integer target = each.isJump() ? positions.get(each.jumpTarget()) : null;
        if (target != null) {
          first.set(target);
        }
        if (each.isJump() || !continues(each)) {
          first.set(i + 1);
        }
      }
      first.clear(code.size());
      first.stream().forEach(starts::add);
      starts.add(code.size());
    }

    private void findWays(Map<Long, Integer> positions) {
      int blocks = starts.size() - 1;
      for (int b = 0; b < blocks; b++) {
        successors.add(new BitSet());
        predecessors.add(new BitSet());
      }
      for (int b = 0; b < blocks; b++) {
        Instruction last = code.get(starts.get(b + 1) - 1);
        Integer target = last.isJump() ? positions.get(last.jumpTarget()) : null;
        if (target != null) {
          connect(b, starts.indexOf(target));
        }
        if (continues(last) && b + 1 < blocks) {
          connect(b, b + 1);
        }
      }
    }

    private static boolean continues(Instruction instruction) {
      return instruction.fallsThrough() && !instruction.isCall();
    }

    private void connect(int from, int to) {
      successors.get(from).set(to);
      predecessors.get(to).set(from);
    }

    private void reach(int block) {
      if (!reached.get(block)) {
        reached.set(block);
        successors.get(block).stream().forEach(this::reach);
      }
    }

    HotLoops find() {
      Map<Integer, BitSet> loops = loops();
      int count = 0;
      BitSet hot = new BitSet();
      for (Map.Entry<Integer, BitSet> loop : loops.entrySet()) {
        BitSet own = (BitSet) loop.getValue().clone();
        for (Map.Entry<Integer, BitSet> other : loops.entrySet()) {
          if (!other.getKey().equals(loop.getKey()) && loop.getValue().get(other.getKey())) {
            own.andNot(other.getValue());
          }
        }
        BitSet inner = (BitSet) loop.getValue().clone();
        inner.andNot(own);
        long vectors = vectors(own, false);
        if (vectors > 0 && vectors >= vectors(inner, false)) {
          count++;
          hot.or(own);
        }
      }
      return new HotLoops(count, vectors(hot, false), vectors(hot, true));
    }

    /** All blocks of each loop, by the block that the loop begins with. */
    private Map<Integer, BitSet> loops() {
      List<BitSet> dominators = dominators();
      Map<Integer, BitSet> loops = new TreeMap<>();
      for (int b = reached.nextSetBit(0); b >= 0; b = reached.nextSetBit(b + 1)) {
        int from = b;
        successors.get(b).stream()
            .filter(head -> dominators.get(from).get(head))
            .forEach(
                head -> {
                  BitSet body = loops.computeIfAbsent(head, key -> new BitSet());
                  body.set(head);
                  collect(from, body);
                });
      }
      return loops;
    }

    /** Adds a block, and all from which it is reached before the blocks that are there already. */
    private void collect(int block, BitSet body) {
      if (reached.get(block) && !body.get(block)) {
        body.set(block);
        predecessors.get(block).stream().forEach(before -> collect(before, body));
      }
    }

    /** For each block those that every way to it goes through; all, if there is no way. */
    private List<BitSet> dominators() {
      int blocks = successors.size();
      List<BitSet> dominators = new ArrayList<>();
      for (int b = 0; b < blocks; b++) {
        BitSet all = new BitSet();
        all.set(0, b == 0 ? 1 : blocks);
        dominators.add(all);
      }
      boolean changed = true;
      while (changed) {
        changed = false;
        for (int b = 1; b < blocks; b++) {
          BitSet now = new BitSet();
          now.set(0, blocks);
          predecessors.get(b).stream().forEach(before -> now.and(dominators.get(before)));
          now.set(b);
          changed |= !now.equals(dominators.set(b, now));
        }
      }
      return dominators;
    }

    private int vectors(BitSet blocks, boolean onStack) {
      int count = 0;
      for (int b = blocks.nextSetBit(0); b >= 0; b = blocks.nextSetBit(b + 1)) {
        for (Instruction each : code.subList(starts.get(b), starts.get(b + 1))) {
          if (each.isVector() && (!onStack || each.touchesStack())) {
            count++;
          }
        }
      }
      return count;
    }
  }
}
