// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.model;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.setun.kernels.TernaryKernel;
import org.setun.loader.checkpoint.Checkpoint;
import org.setun.loader.checkpoint.CheckpointException;
import org.setun.loader.checkpoint.CheckpointException.Kind;
import org.setun.loader.checkpoint.DType;
import org.setun.loader.checkpoint.Tensor;
import org.setun.loader.json.JsonFormatException;
import org.setun.loader.json.JsonObject;

/** The tensors of an exported model. */
final class ExportedTensors implements ArraySource {
  private final Checkpoint checkpoint;
  private final Set<String> used = new HashSet<>();

  ExportedTensors(Checkpoint checkpoint) {
    this.checkpoint = checkpoint;
  }

  @Override
  public float[] floats(JsonObject json, String field)
      throws JsonFormatException, CheckpointException {
    return take(json, field, DType.F32).toFloats();
  }

  @Override
  public boolean[] flags(JsonObject json, String field)
      throws JsonFormatException, CheckpointException {
    return ArraySource.flags(take(json, field, DType.I8).toBytes(), json, field);
  }

  @Override
  public TernaryKernel trits(
      JsonObject json, int outputChannels, int inputChannels, int kernelHeight, int kernelWidth)
      throws JsonFormatException, CheckpointException {
    Tensor tensor = take(json, "trits", DType.I8);
    long[] expected = {outputChannels, inputChannels, kernelHeight, kernelWidth};
    if (!Arrays.equals(tensor.shape(), expected)) {
      throw wrong(tensor, "has not the shape " + Arrays.toString(expected));
    }
    return TernaryKernel.ofTrits(
        tensor.toBytes(), outputChannels, inputChannels, kernelHeight, kernelWidth);
  }

  /** Checks that every tensor was taken. */
  void finish() throws CheckpointException {
    for (String name : checkpoint.stateDict().names()) {
      if (!used.contains(name)) {
        throw wrong(checkpoint.stateDict().tensor(name), "is not referred to");
      }
    }
  }

  private Tensor take(JsonObject json, String field, DType type)
      throws JsonFormatException, CheckpointException {
    String fullName = json.string(field);
    String prefix = checkpoint.stateDict().strippedPrefix();
    if (!fullName.startsWith(prefix)) {
      throw json.error(field, "refers to a tensor that the file does not have");
    }
    String name = fullName.substring(prefix.length());
    Tensor tensor = checkpoint.stateDict().tensor(name);
    if (!used.add(name)) {
      throw json.error(field, "refers to a tensor that is taken");
    }
    if (tensor.dtype() != type) {
      throw wrong(tensor, "holds " + tensor.dtype() + ", not " + type);
    }
    return tensor;
  }

  private CheckpointException wrong(Tensor tensor, String detail) {
    return new CheckpointException(Kind.BAD_TENSOR, checkpoint.path(), tensor.name(), detail, null);
  }
}
