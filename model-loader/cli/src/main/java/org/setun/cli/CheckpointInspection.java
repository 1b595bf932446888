// SPDX-License-Identifier: Apache-2.0
package org.setun.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.setun.loader.arch.Architecture;
import org.setun.loader.arch.ArchitectureException;
import org.setun.loader.checkpoint.Checkpoint;
import org.setun.loader.checkpoint.CheckpointException;
import org.setun.loader.checkpoint.StateDict;
import org.setun.loader.checkpoint.Tensor;
import org.setun.loader.convert.ArchitectureChoice;

/** Prints what is in a checkpoint, and finds what looks wrong. */
final class CheckpointInspection {
  /** Tensors above this share of the heap are listed and not read. */
  private static final int HEAP_SHARE = 8;

  private static final String FIRST = "_1.weight";
  private static final String SECOND = "_2.weight";

  private final Checkpoint checkpoint;
  private final StateDict state;
  private final PrintWriter out;
  private final List<String> problems = new ArrayList<>();

  CheckpointInspection(Checkpoint checkpoint, PrintWriter out) {
    this.checkpoint = checkpoint;
    this.state = checkpoint.stateDict();
    this.out = out;
  }

  /** Prints the checkpoint and returns what looks wrong. */
  List<String> print() throws IOException {
    out.println(
        "checkpoint    "
            + checkpoint.path()
            + ", "
            + checkpoint.format()
            + ", "
            + Units.bytes(checkpoint.byteSize()));
    checkpoint.metadata().forEach((name, value) -> out.println(name + "  " + value));
    Table table = new Table("tensor", "type", "shape", "bytes>", "zeros>");
    long bytes = 0;
    for (String name : state.names()) {
      Tensor tensor = state.tensor(name);
      bytes += tensor.byteSize();
      table.row(
          name,
          tensor.dtype().toString(),
          Arrays.stream(tensor.shape()).mapToObj(Long::toString).collect(Collectors.joining("x")),
          Long.toString(tensor.byteSize()),
          zeros(tensor));
      checkPair(name);
    }
    table.print(out);
    out.println(state.size() + " tensors, " + Units.bytes(bytes));
    try {
      Architecture architecture = ArchitectureChoice.detect(checkpoint);
      out.println("architecture  " + architecture.name());
      for (String problem : ArchitectureChoice.problems(architecture, checkpoint)) {
        problems.add("for the architecture " + architecture.name() + ", keys are " + problem);
      }
    } catch (ArchitectureException e) {
      out.println("architecture  unknown: " + e.getMessage());
    }
    return problems;
  }

  /** The share of zeros; notes values that no network has. */
  private String zeros(Tensor tensor) throws CheckpointException {
    if (tensor.elementCount() == 0) {
      problems.add(tensor.name() + " is empty");
      return "";
    }
    if (tensor.elementCount() > Runtime.getRuntime().maxMemory() / HEAP_SHARE / Float.BYTES) {
      return "not read";
    }
    float[] values = tensor.toFloats();
    int zeros = 0;
    int wild = 0;
    int negative = 0;
    for (float value : values) {
      zeros += value == 0 ? 1 : 0;
      wild += Float.isFinite(value) ? 0 : 1;
      negative += value < 0 ? 1 : 0;
    }
    String name = tensor.name();
    if (wild > 0) {
      problems.add(name + " has " + wild + " values that are not finite");
    }
    if (negative > 0 && name.endsWith(".running_var")) {
      problems.add(name + " has " + negative + " negative variances");
    }
    if (zeros > 0 && isOfPair(name)) {
      problems.add(name + " has " + zeros + " latents that are exactly 0: see convert --zeros");
    }
    return Units.percent((double) zeros / values.length);
  }

  private boolean isOfPair(String name) {
    return name.endsWith(FIRST) && state.contains(twin(name, FIRST, SECOND))
        || name.endsWith(SECOND) && state.contains(twin(name, SECOND, FIRST));
  }

  private void checkPair(String name) throws CheckpointException {
    if (name.endsWith(FIRST) && isOfPair(name)) {
      Tensor second = state.tensor(twin(name, FIRST, SECOND));
      if (!Arrays.equals(state.tensor(name).shape(), second.shape())) {
        problems.add(name + " and " + second.name() + " have different shapes");
      }
    }
  }

  private static String twin(String name, String suffix, String other) {
    return name.substring(0, name.length() - suffix.length()) + other;
  }
}
