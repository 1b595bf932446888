package org.setun.loader.checkpoint;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import net.razorvine.pickle.Opcodes;
import net.razorvine.pickle.PickleUtils;
import net.razorvine.pickle.Unpickler;
import org.setun.loader.checkpoint.CheckpointException.Kind;
import org.setun.loader.checkpoint.PickledTensor.StorageRef;

/**
 * An unpickler that can build plain values, containers and tensor descriptions, and nothing else.
 *
 * <p>A pickle is a program, and the library's unpickler runs any: its registry of constructors is
 * static and open to all, {@code BUILD} calls {@code __setstate__} by reflection, strings are
 * allocated by the length they claim, dictionaries are hashed and lose their order. So every opcode
 * passes an allow-list here. Those that only push or regroup small values go to the library; those
 * that name globals, call, fill containers or allocate are carried out in this class. The result
 * consists of {@link PickledDict}, {@link PickledTensor}, {@link StorageRef}, {@link TorchGlobal},
 * List, Object[] (tuples), String, Number, Boolean and null; it may contain itself.
 */
final class TensorUnpickler extends Unpickler {
  /** Longest name of a module or global, in characters; torch's have about 30. */
  private static final int MAX_NAME = 256;

  /**
   * Heap that the values may take: this much at once, so much per byte of the pickle, and never
   * more than the last. A training checkpoint takes about 8 bytes a byte; a pickle that is nothing
   * but opcodes that allocate would take 60.
   */
  private static final long FREE_BYTES = 1 << 16;

  private static final long BYTES_PER_BYTE = 24;
  private static final long MAX_BYTES = 64 << 20;

  /** What things take in heap, roughly, in bytes. */
  private static final int SLOT = 8;

  private static final int OBJECT = 24;
  private static final int CONTAINER = 56;

  /** Told of every storage that a pickle refers to. */
  interface StorageListener {
    void seen(StorageRef reference) throws CheckpointException;
  }

  private final MappedFile file;
  private final SegmentInputStream bytes;
  private final StorageListener storages;
  private final long start;
  private long used;

  private TensorUnpickler(MappedFile file, SegmentInputStream bytes, StorageListener storages) {
    this.file = file;
    this.bytes = bytes;
    this.storages = storages;
    this.start = bytes.position();
  }

  /** Runs the pickle that starts at the stream's position; leaves the stream behind its end. */
  static Object load(MappedFile file, SegmentInputStream bytes, StorageListener storages)
      throws CheckpointException {
    TensorUnpickler unpickler = new TensorUnpickler(file, bytes, storages);
    try {
      return unpickler.load(bytes);
    } catch (CheckpointException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      // The library checks little: a stack that is empty, or holds another type than the opcode
      // wants, shows as IndexOutOfBounds, ClassCast and others.
      throw new CheckpointException(
          Kind.MALFORMED,
          file.path(),
          null,
          "the pickle is damaged near its byte " + unpickler.position(),
          e);
    }
  }

  @Override
  protected Object dispatch(short opcode) throws IOException {
    switch (opcode) {
      case Opcodes.PROTO, Opcodes.FRAME, Opcodes.STOP -> {
        return super.dispatch(opcode);
      }
      case Opcodes.MARK,
          Opcodes.POP,
          Opcodes.NONE,
          Opcodes.NEWTRUE,
          Opcodes.NEWFALSE,
          Opcodes.BINGET,
          Opcodes.LONG_BINGET ->
          delegate(opcode, SLOT);
      case Opcodes.BININT,
          Opcodes.BININT1,
          Opcodes.BININT2,
          Opcodes.BINFLOAT,
          Opcodes.EMPTY_TUPLE,
          Opcodes.TUPLE,
          Opcodes.TUPLE1,
          Opcodes.TUPLE2,
          Opcodes.TUPLE3 ->
          delegate(opcode, OBJECT + SLOT);
      case Opcodes.LONG1, Opcodes.BINPUT, Opcodes.LONG_BINPUT, Opcodes.MEMOIZE ->
          delegate(opcode, CONTAINER);
      case Opcodes.SHORT_BINUNICODE -> string(bytes.read(), StandardCharsets.UTF_8);
      case Opcodes.BINUNICODE -> string(unsignedInt(), StandardCharsets.UTF_8);
      case Opcodes.SHORT_BINSTRING -> string(bytes.read(), StandardCharsets.ISO_8859_1);
      case Opcodes.BINSTRING -> string(unsignedInt(), StandardCharsets.ISO_8859_1);
      case Opcodes.EMPTY_DICT -> push(new PickledDict(), CONTAINER);
      case Opcodes.EMPTY_LIST -> push(new ArrayList<>(0), CONTAINER);
      case Opcodes.SETITEM -> setItems(pop(2));
      case Opcodes.SETITEMS -> setItems(stack.pop_all_since_marker());
      case Opcodes.APPEND -> append(pop(1));
      case Opcodes.APPENDS -> append(stack.pop_all_since_marker());
      case Opcodes.GLOBAL -> pushGlobal(readLine(), readLine());
      case Opcodes.STACK_GLOBAL -> {
        List<Object> names = pop(2);
        pushGlobal((String) names.getFirst(), (String) names.getLast());
      }
      case Opcodes.BINPERSID -> {
        StorageRef reference = storage(stack.pop());
        storages.seen(reference);
        push(reference, 2 * CONTAINER);
      }
      case Opcodes.REDUCE -> {
        List<Object> call = pop(2);
        push(call(call.getFirst(), (Object[]) call.getLast()), CONTAINER);
      }
      case Opcodes.BUILD -> build();
      case Opcodes.INST,
          Opcodes.OBJ,
          Opcodes.NEWOBJ,
          Opcodes.NEWOBJ_EX,
          Opcodes.EXT1,
          Opcodes.EXT2,
          Opcodes.EXT4,
          Opcodes.PERSID,
          Opcodes.NEXT_BUFFER ->
          throw unsafe("builds an object with opcode 0x" + Integer.toHexString(opcode));
      default ->
          throw malformed(
              "has opcode 0x" + Integer.toHexString(opcode) + ", unknown to torch.save");
    }
    return NO_RETURN_VALUE;
  }

  private void delegate(short opcode, int cost) throws IOException {
    charge(cost);
    super.dispatch(opcode);
  }

  private void push(Object value, long cost) throws CheckpointException {
    charge(cost + SLOT);
    stack.add(value);
  }

  /** The topmost values, the deepest first. */
  private List<Object> pop(int count) {
    Object[] values = new Object[count];
    for (int i = count - 1; i >= 0; i--) {
      values[i] = stack.pop();
    }
    return Collections.unmodifiableList(Arrays.asList(values));
  }

  private long position() {
    return bytes.position() - start;
  }

  private void charge(long cost) throws CheckpointException {
    used += cost;
    long allowed = FREE_BYTES + BYTES_PER_BYTE * position();
    if (used > Math.min(allowed, MAX_BYTES)) {
      throw malformed("builds more objects than a checkpoint of its size has");
    }
  }

  private void string(long length, Charset charset) throws IOException {
    bytes.require(length);
    charge(OBJECT + OBJECT + 2 * length);
    push(new String(PickleUtils.readbytes(bytes, length), charset), 0);
  }

  private long unsignedInt() throws IOException {
    return PickleUtils.bytes_to_uint(PickleUtils.readbytes(bytes, Integer.BYTES), 0);
  }

  private String readLine() throws CheckpointException {
    StringBuilder line = new StringBuilder();
    for (int c = bytes.read(); c != '\n'; c = bytes.read()) {
      if (line.length() == MAX_NAME) {
        throw malformed("has a global whose name does not end");
      }
      line.append((char) c);
    }
    return line.toString();
  }

  private void setItems(List<Object> keysAndValues) throws CheckpointException {
    if (!(stack.peek() instanceof PickledDict dict) || keysAndValues.size() % 2 != 0) {
      throw malformed("sets items of something that is no dictionary");
    }
    charge((long) (OBJECT + 2 * SLOT) * keysAndValues.size() / 2);
    for (int i = 0; i < keysAndValues.size(); i += 2) {
      dict.add(keysAndValues.get(i), keysAndValues.get(i + 1));
    }
  }

  private void append(List<Object> values) throws CheckpointException {
    if (!(stack.peek() instanceof ArrayList<?>)) {
      throw malformed("appends to something that is no list");
    }
    charge((long) 2 * SLOT * values.size());
    @SuppressWarnings("unchecked")
    List<Object> list = (List<Object>) stack.peek();
    list.addAll(values);
  }

  private void pushGlobal(String module, String name) throws CheckpointException {
    TorchGlobal global = TorchGlobal.find(module, name);
    if (global == null && module.equals("torch") && name.endsWith("Storage")) {
      throw file.error(
          Kind.UNSUPPORTED, "element type of " + CheckpointException.quote("torch." + name));
    }
    if (global == null) {
      throw unsafe("asks for " + CheckpointException.quote(module + "." + name));
    }
    push(global, 0);
  }

  /**
   * A persistent id: ('storage', class, key, location, size), with the view (key, offset, size) or
   * None as a sixth before torch 1.6. The location is a device of the machine that saved it.
   */
  private StorageRef storage(Object id) throws CheckpointException {
    if (!(id instanceof Object[] fields)
        || (fields.length != 5 && fields.length != 6)
        || !"storage".equals(fields[0])
        || !(fields[1] instanceof TorchGlobal type)
        || type.dtype() == null
        || !(fields[2] instanceof String key)) {
      throw malformed("has a persistent id that is no storage");
    }
    long size = integer(fields[4]);
    if (fields.length == 6 && fields[5] != null) {
      if (!(fields[5] instanceof Object[] view) || view.length != 3) {
        throw malformed("has a view that is no triple");
      }
      return new StorageRef(type.dtype(), key, size, integer(view[1]), integer(view[2]));
    }
    return new StorageRef(type.dtype(), key, size, 0, size);
  }

  private Object call(Object function, Object[] args) throws CheckpointException {
    if (!(function instanceof TorchGlobal global) || global.dtype() != null) {
      throw unsafe("calls something that is no function");
    }
    return switch (global) {
      case ORDERED_DICT -> orderedDict(args);
      case REBUILD_TENSOR -> tensor(global, args, 4, 4);
      case REBUILD_TENSOR_V2 -> tensor(global, args, 6, 7);
      case REBUILD_PARAMETER -> {
        if (args.length != 3 || !(args[0] instanceof PickledTensor tensor)) {
          throw badArguments(global);
        }
        yield tensor;
      }
      case SIZE -> {
        if (args.length != 1 || !(args[0] instanceof Object[] extents)) {
          throw badArguments(global);
        }
        yield extents;
      }
      default -> throw badArguments(global);
    };
  }

  private PickledDict orderedDict(Object[] args) throws CheckpointException {
    PickledDict dict = new PickledDict();
    if (args.length == 0) {
      return dict;
    }
    if (args.length != 1 || !(args[0] instanceof List<?> pairs)) {
      throw badArguments(TorchGlobal.ORDERED_DICT);
    }
    charge((long) (OBJECT + 2 * SLOT) * pairs.size());
    for (Object pair : pairs) {
      switch (pair) {
        case Object[] tuple when tuple.length == 2 -> dict.add(tuple[0], tuple[1]);
        case List<?> list when list.size() == 2 -> dict.add(list.getFirst(), list.getLast());
        case null, default -> throw badArguments(TorchGlobal.ORDERED_DICT);
      }
    }
    return dict;
  }

  private PickledTensor tensor(TorchGlobal function, Object[] args, int least, int most)
      throws CheckpointException {
    if (args.length < least
        || args.length > most
        || !(args[0] instanceof StorageRef storage)
        || !(args[2] instanceof Object[] shape)
        || !(args[3] instanceof Object[] strides)) {
      throw badArguments(function);
    }
    if (args.length == 7 && args[6] instanceof PickledDict flags && !flags.items().isEmpty()) {
      throw file.error(Kind.UNSUPPORTED, "a tensor that is conjugated or negated when read");
    }
    return new PickledTensor(storage, integer(args[1]), integers(shape), integers(strides));
  }

  private long[] integers(Object[] values) throws CheckpointException {
    charge((long) Long.BYTES * values.length);
    long[] integers = new long[values.length];
    for (int i = 0; i < values.length; i++) {
      integers[i] = integer(values[i]);
    }
    return integers;
  }

  private long integer(Object value) throws CheckpointException {
    return switch (value) {
      case Integer i -> i;
      case Long l -> l;
      case null, default -> throw malformed("has something else where a 64-bit integer belongs");
    };
  }

  /**
   * State of an ordered dictionary: its Python attributes, of which torch sets {@code _metadata},
   * the versions of the modules. Nothing here needs them.
   */
  private void build() throws CheckpointException {
    List<Object> targetAndState = pop(2);
    if (!(targetAndState.getFirst() instanceof PickledDict target)
        || !(targetAndState.getLast() instanceof PickledDict)) {
      throw unsafe("sets the state of something that is no dictionary");
    }
    push(target, 0);
  }

  private CheckpointException badArguments(TorchGlobal function) {
    return malformed("calls " + function + " with arguments that do not fit");
  }

  private CheckpointException malformed(String what) {
    return file.error(Kind.MALFORMED, "the pickle " + what + ", near its byte " + position());
  }

  private CheckpointException unsafe(String what) {
    return file.error(
        Kind.UNSAFE_PICKLE,
        "the pickle "
            + what
            + ": refused, as no tensor needs it; a state_dict() saved alone does not");
  }
}
