package org.setun.loader.checkpoint;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.setun.loader.checkpoint.CheckpointException.Kind;
import org.setun.loader.checkpoint.PickledTensor.StorageRef;

/**
 * Finds the state dict and the plain values in what a torch file's pickle gave: a training
 * dictionary with the state dict under one of a few usual keys, or the bare state dict.
 */
final class TorchDictionary {
  /** Where training scripts put the network, in the order they are tried. */
  private static final List<String> NETWORK_KEYS =
      List.of("state_dict", "model_state_dict", "model", "net");

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

  /** The contents of a file whose pickle gave {@code root}. */
  Checkpoint.Contents read(String format, Object root) throws CheckpointException {
    if (!(root instanceof PickledDict dictionary)) {
      String what = root instanceof PickledTensor ? "a single tensor" : "no dictionary";
      throw file.error(Kind.UNSUPPORTED, "holds " + what + ", where a state dict is expected");
    }
    SequencedMap<String, Object> items = named(dictionary);
    SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
    SequencedMap<String, String> metadata = new LinkedHashMap<>();
    PickledDict network = network(items);
    if (network == null) {
      addTensors(items, tensors);
    } else {
      addTensors(named(network), tensors);
    }
    for (var item : items.entrySet()) {
      if (network != null || !(item.getValue() instanceof PickledTensor)) {
        addPlainValue(item.getKey(), item.getValue(), metadata);
      }
    }
    if (tensors.isEmpty()) {
      throw file.error(Kind.MALFORMED, "has no tensors");
    }
    return new Checkpoint.Contents(format, tensors, metadata);
  }

  private static PickledDict network(SequencedMap<String, Object> items) {
    for (String key : NETWORK_KEYS) {
      if (items.get(key) instanceof PickledDict network) {
        return network;
      }
    }
    return null;
  }

  /** The items with a string as key; others (an optimizer's numbers) name no tensor. */
  private static SequencedMap<String, Object> named(PickledDict dictionary) {
    SequencedMap<String, Object> named = new LinkedHashMap<>();
    for (PickledDict.Item item : dictionary.items()) {
      if (item.key() instanceof String key) {
        named.put(key, item.value());
      }
    }
    return named;
  }

  private void addTensors(SequencedMap<String, Object> items, SequencedMap<String, Tensor> tensors)
      throws CheckpointException {
    long elements = 0;
    for (var item : items.entrySet()) {
      if (item.getValue() instanceof PickledTensor pickled) {
        Tensor tensor = tensor(item.getKey(), pickled);
        tensors.put(item.getKey(), tensor);
        elements += tensor.elementCount();
        if (elements > Tensor.SMALL_VIEW + ELEMENTS_PER_BYTE * file.size()) {
          throw file.error(
              Kind.BAD_TENSOR, item.getKey(), "one of views that together repeat the file's bytes");
        }
      }
    }
  }

  private Tensor tensor(String name, PickledTensor pickled) throws CheckpointException {
    StorageRef reference = pickled.storage();
    int elementBytes = reference.dtype().byteSize();
    // The first test keeps the sizes in bytes, here and in the readers, from overflowing.
    if (reference.size() < 0
        || reference.size() > file.size() / elementBytes
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
    Storage storage = new Storage(file, view, reference.dtype(), order);
    return Tensor.view(name, storage, pickled.offset(), pickled.shape(), pickled.strides());
  }

  private void addPlainValue(String key, Object value, SequencedMap<String, String> metadata)
      throws CheckpointException {
    switch (value) {
      case String text -> metadata.put(key, text);
      case Number number -> metadata.put(key, number.toString());
      case Boolean bool -> metadata.put(key, bool.toString());
      case PickledTensor pickled when Arrays.stream(pickled.shape()).allMatch(n -> n == 1) ->
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
