// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.checkpoint;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.setun.loader.checkpoint.CheckpointException.Kind;
import org.setun.loader.checkpoint.PickledTensor.StorageRef;

/** Makes the network's tensors and the plain values of what a torch file's pickle gave. */
final class TorchDictionary {
  /**
   * Elements that all tensors together may have per byte of the file: tied fp32 weights may occur 8
   * times. Each view is bounded by itself, but a pickle has room for thousands of one storage.
   */
  private static final int ELEMENTS_PER_BYTE = 2;

  /** Finds a storage's bytes; called for the network's tensors only. */
  interface Storages {
    /**
     * The bytes, exactly as many as the reference says.
     *
     * @param tensor names the tensor that needs them, for errors
     */
    MemorySegment find(String tensor, StorageRef reference) throws CheckpointException;
  }

  private final MappedFile file;
  private final ByteOrder order;
  private final Storages storages;

  TorchDictionary(MappedFile file, ByteOrder order, Storages storages) {
    this.file = file;
    this.order = order;
    this.storages = storages;
  }

  /**
   * The contents of a file whose pickle gave {@code root}.
   *
   * @param state the key of the state dict; null for the only one
   */
  Checkpoint.Contents read(String format, Object root, String state) throws CheckpointException {
    if (root instanceof PickledTensor || root instanceof NumpyArray) {
      throw file.error(Kind.UNSUPPORTED, "holds a single tensor, where a state dict is expected");
    }
    if (!(root instanceof PickledDict) && !(root instanceof PickledObject)) {
      throw file.error(Kind.UNSUPPORTED, "holds no dictionary, where a state dict is expected");
    }
    StateSearch.Candidate network = StateSearch.find(file, root, state);
    SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
    SequencedMap<String, String> unreadable = new LinkedHashMap<>();
    addTensors(network.tensors(), tensors, unreadable);
    SequencedMap<String, String> metadata = new LinkedHashMap<>();
    if (root instanceof PickledDict dictionary) {
      boolean bare = network.key().equals(StateSearch.ROOT);
      for (var item : StateSearch.named(dictionary).entrySet()) {
        if (!bare || !(item.getValue() instanceof PickledTensor)) {
          addPlainValue(item.getKey(), item.getValue(), metadata);
        }
      }
    }
    return new Checkpoint.Contents(format, tensors, unreadable, metadata, network.key());
  }

  private void addTensors(
      SequencedMap<String, Object> items,
      SequencedMap<String, Tensor> tensors,
      SequencedMap<String, String> unreadable)
      throws CheckpointException {
    long elements = 0;
    for (var item : items.entrySet()) {
      String name = item.getKey();
      String reason = unreadableReason(item.getValue());
      if (reason != null) {
        unreadable.put(name, reason);
        continue;
      }
      Tensor tensor =
          item.getValue() instanceof NumpyArray array
              ? array.tensor(file, name)
              : tensor(name, (PickledTensor) item.getValue());
      tensors.put(name, tensor);
      elements += tensor.elementCount();
      if (elements > Tensor.SMALL_VIEW + ELEMENTS_PER_BYTE * file.capacity()) {
        throw file.error(
            Kind.BAD_TENSOR, name, "one of views that together repeat the file's bytes");
      }
    }
  }

  private static String unreadableReason(Object tensor) {
    return switch (tensor) {
      case UnreadableTensor unreadable -> unreadable.reason();
      case PickledTensor pickled when pickled.type().dtype() == null ->
          ElementType.unreadable(pickled.type().name());
      case NumpyArray array when !array.isReadable() ->
          "a NumPy array of " + ElementType.unreadable(array.typeName());
      case null, default -> null;
    };
  }

  private Tensor tensor(String name, PickledTensor pickled) throws CheckpointException {
    StorageRef reference = pickled.storage();
    int elementBytes = reference.type().byteSize();
    // The first test keeps the sizes in bytes, here and in the readers, from overflowing.
    if (elementBytes == 0
        || reference.size() < 0
        || reference.size() > file.capacity() / elementBytes
        || reference.viewOffset() < 0
        || reference.viewSize() < 0
        || reference.viewOffset() > reference.size() - reference.viewSize()) {
      throw file.error(
          Kind.BAD_TENSOR,
          name,
          "its storage of %d elements, of which %d from %d on are meant, does not fit a file of %d"
              .formatted(
                  reference.size(), reference.viewSize(), reference.viewOffset(), file.size()));
    }
    MemorySegment view =
        storages
            .find(name, reference)
            .asSlice(reference.viewOffset() * elementBytes, reference.viewSize() * elementBytes);
    Storage storage = new Storage(file, view, pickled.type().dtype(), order);
    return Tensor.view(name, storage, pickled.offset(), pickled.shape(), pickled.strides());
  }

  private void addPlainValue(String key, Object value, SequencedMap<String, String> metadata)
      throws CheckpointException {
    switch (value) {
      case String text -> metadata.put(key, text);
      case Number number -> metadata.put(key, number.toString());
      case Boolean bool -> metadata.put(key, bool.toString());
      case PickledTensor pickled
          when StateSearch.isNumber(pickled) && pickled.type().dtype() != null ->
          metadata.put(key, scalar(tensor(key, pickled)));
      case null, default -> {
        // An optimizer, a scheduler, the arguments of the training script.
      }
    }
  }

  private static String scalar(Tensor tensor) throws CheckpointException {
    return tensor.dtype().isFloating()
        ? Float.toString(tensor.toFloats()[0])
        : Long.toString(tensor.toLongs()[0]);
  }
}
