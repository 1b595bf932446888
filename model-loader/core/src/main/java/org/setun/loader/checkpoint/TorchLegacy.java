// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.checkpoint;

import java.lang.foreign.MemorySegment;
import java.math.BigInteger;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.setun.loader.checkpoint.CheckpointException.Kind;
import org.setun.loader.checkpoint.PickledTensor.StorageRef;

/**
 * The files that {@code torch.save} wrote before torch 1.6: five pickles one after the other (a
 * magic number, the protocol, facts about the machine, the object, the keys of its storages), then
 * the storages in the order of the keys, each an element count of 8 bytes and the elements.
 */
final class TorchLegacy {
  private static final BigInteger MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);
  private static final int PROTOCOL = 1001;

  /** First byte of a pickle of protocol 2 or later, the only ones torch writes. */
  private static final int PICKLE_PROTOCOL_OPCODE = 0x80;

  private final MappedFile file;
  private final SegmentInputStream pickles;

  /** The storages that the object refers to, whether a tensor of the network needs them or not. */
  private final Map<String, StorageRef> references = new HashMap<>();

  /** Where a storage's element count lies in the file. */
  private final Map<String, Long> positions = new HashMap<>();

  private TorchLegacy(MappedFile file) {
    this.file = file;
    this.pickles = new SegmentInputStream(file, file.bytes());
  }

  /** Whether the file may be of this format; a byte is all that is looked at. */
  static boolean mayBe(MappedFile file) throws CheckpointException {
    return new SegmentInputStream(file, file.bytes()).read() == PICKLE_PROTOCOL_OPCODE;
  }

  static Checkpoint.Contents read(MappedFile file, String state) throws CheckpointException {
    return new TorchLegacy(file).read(state);
  }

  private Checkpoint.Contents read(String state) throws CheckpointException {
    Object magic = unpickle();
    if (magic instanceof PickledDict) {
      return plainPickle(magic, state);
    }
    if (!MAGIC.equals(magic)) {
      throw file.error(Kind.NOT_A_CHECKPOINT, "a pickle, but not one of torch.save");
    }
    if (!(unpickle() instanceof Integer protocol) || protocol != PROTOCOL) {
      throw file.error(Kind.UNSUPPORTED, "torch's old format, but not its version " + PROTOCOL);
    }
    requireLittleEndian(unpickle());
    Object root = PickleMachine.load(file, pickles, this::remember);
    locateStorages(unpickle());
    return new TorchDictionary(file, ByteOrder.LITTLE_ENDIAN, this::storage)
        .read("torch legacy", root, state);
  }

  /** A dictionary that {@code pickle.dump} wrote: its arrays are in the pickle itself. */
  private Checkpoint.Contents plainPickle(Object root, String state) throws CheckpointException {
    if (!StateSearch.hasTensors(file, root)) {
      throw file.error(
          Kind.NOT_A_CHECKPOINT,
          "a pickle without arrays, as of Paddle or scikit-learn; save a state_dict() with"
              + " torch.save, or arrays with numpy.savez");
    }
    return new TorchDictionary(
            file,
            ByteOrder.LITTLE_ENDIAN,
            (tensor, reference) -> {
              throw file.error(Kind.MALFORMED, tensor, "its storage is not in the file");
            })
        .read("pickle", root, state);
  }

  private Object unpickle() throws CheckpointException {
    return PickleMachine.load(file, pickles, reference -> {});
  }

  private void requireLittleEndian(Object systemInfo) throws CheckpointException {
    if (!(systemInfo instanceof PickledDict facts)) {
      throw file.error(Kind.MALFORMED, "has no facts about the machine that saved it");
    }
    for (PickledDict.Item fact : facts.items()) {
      if ("little_endian".equals(fact.key()) && !Boolean.TRUE.equals(fact.value())) {
        throw file.error(Kind.UNSUPPORTED, "was saved on a big-endian machine");
      }
    }
  }

  private void remember(StorageRef reference) throws CheckpointException {
    StorageRef other = references.put(reference.key(), reference);
    if (other != null
        && (!other.type().equals(reference.type()) || other.size() != reference.size())) {
      throw file.error(
          Kind.MALFORMED,
          "storage " + CheckpointException.quote(reference.key()) + " has two types or sizes");
    }
  }

  /** Adds up the storages' sizes as the object's pickle gives them; reads none of them. */
  private void locateStorages(Object keys) throws CheckpointException {
    if (!(keys instanceof List<?> list)) {
      throw file.error(Kind.MALFORMED, "has no list of storages");
    }
    long position = pickles.position();
    for (Object key : list) {
      StorageRef reference = key instanceof String ? references.get(key) : null;
      if (reference == null || positions.put(reference.key(), position) != null) {
        throw file.error(Kind.MALFORMED, "lists a storage twice, or one that no tensor has");
      }
      if (reference.type().byteSize() == 0) {
        throw file.error(
            Kind.UNSUPPORTED,
            "has a storage of "
                + CheckpointException.quote(reference.type().name())
                + ", whose size is not known, before others; save it again with torch 1.6 or"
                + " later");
      }
      long left = file.size() - position - Long.BYTES;
      if (left < 0
          || reference.size() < 0
          || reference.size() > left / reference.type().byteSize()) {
        throw file.error(
            Kind.TRUNCATED,
            "ends inside storage "
                + CheckpointException.quote(reference.key())
                + ": the file is cut");
      }
      position += Long.BYTES + reference.size() * reference.type().byteSize();
    }
  }

  private MemorySegment storage(String tensor, StorageRef reference) throws CheckpointException {
    Long position = positions.get(reference.key());
    if (position == null) {
      throw file.error(
          Kind.MALFORMED,
          tensor,
          "its storage " + CheckpointException.quote(reference.key()) + " is not in the file");
    }
    long size = LittleEndian.i64(file.bytes(), position);
    if (size != reference.size()) {
      throw file.error(
          Kind.BAD_TENSOR,
          tensor,
          "its storage has " + size + " elements, the pickle says " + reference.size());
    }
    return file.bytes().asSlice(position + Long.BYTES, size * reference.type().byteSize());
  }
}
