// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.checkpoint;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigInteger;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.setun.loader.checkpoint.CheckpointException.Kind;
import org.setun.loader.checkpoint.PickledTensor.StorageRef;

/**
 * The stack machine that a pickle is a program for, protocols 0 to 5. It builds plain values,
 * containers and descriptions of tensors, and runs nothing: classes and functions are names, and
 * what they are asked to build becomes a {@link PickledObject} that keeps what it was given.
 *
 * <p>The result consists of {@link PickledDict}, {@link PickledTensor}, {@link UnreadableTensor},
 * {@link NumpyArray}, {@link NumpyDtype}, {@link StorageRef}, {@link TorchGlobal}, {@link
 * PickledGlobal}, {@link PickledObject}, List (sets too), Object[] (tuples), {@link MemorySegment}
 * (bytes), String, Number, Boolean and null; it may contain itself.
 *
 * @see <a href="https://github.com/python/cpython/blob/main/Lib/pickletools.py">The opcodes</a>
 */
final class PickleMachine {
  private static final int HIGHEST_PROTOCOL = 5;

  /** Longest name of a module or global and longest number as text; torch's have about 30. */
  private static final int MAX_LINE = 256;

  /** Longest integer, in bytes; more are of no use, and slow to print. */
  private static final int MAX_INTEGER_BYTES = 256;

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
  private static final int INERT = 160;

  /** Told of every storage that a pickle refers to. */
  interface StorageListener {
    void seen(StorageRef reference) throws CheckpointException;
  }

  private final MappedFile file;
  private final SegmentInputStream bytes;
  private final StorageListener storages;
  private final PickleCalls calls;
  private final long start;
  private final List<Object> stack = new ArrayList<>();
  private final Map<Long, Object> memo = new HashMap<>();
  private int[] marks = new int[16];
  private int markCount;
  private long used;

  private PickleMachine(MappedFile file, SegmentInputStream bytes, StorageListener storages) {
    this.file = file;
    this.bytes = bytes;
    this.storages = storages;
    this.calls = new PickleCalls(this);
    this.start = bytes.position();
  }

  /** Runs the pickle that starts at the stream's position; leaves the stream past its end. */
  static Object load(MappedFile file, SegmentInputStream bytes, StorageListener storages)
      throws CheckpointException {
    return new PickleMachine(file, bytes, storages).run();
  }

  private Object run() throws CheckpointException {
    for (int opcode = bytes.read(); opcode != '.'; opcode = bytes.read()) {
      step(opcode);
    }
    return pop();
  }

  private void step(int opcode) throws CheckpointException {
    switch (opcode) {
      case 0x80 -> protocol(); // PROTO
      case 0x95 -> unsigned(Long.BYTES); // FRAME
      case '(' -> mark(); // MARK
      case '0' -> popOrUnmark(); // POP
      case '1' -> sinceMark(); // POP_MARK
      case '2' -> push(peek(), 0); // DUP
      case 'N' -> push(null, 0); // NONE
      case 0x88 -> push(true, 0); // NEWTRUE
      case 0x89 -> push(false, 0); // NEWFALSE
      case 'I' -> push(intOrBool(line()), OBJECT); // INT
      case 'L' -> push(decimal(line().replaceFirst("L$", "")), OBJECT); // LONG
      case 'J' -> push((int) unsigned(Integer.BYTES), OBJECT); // BININT
      case 'K' -> push(bytes.read(), OBJECT); // BININT1
      case 'M' -> push((int) unsigned(Short.BYTES), OBJECT); // BININT2
      case 0x8a -> push(integer(bytes.read()), CONTAINER); // LONG1
      case 0x8b -> push(integer(unsigned(Integer.BYTES)), CONTAINER); // LONG4
      case 'F' -> push(number(line()), OBJECT); // FLOAT
      case 'G' -> // BINFLOAT, big-endian unlike all others
          push(Double.longBitsToDouble(Long.reverseBytes(unsigned(Long.BYTES))), OBJECT);
      case 'S' -> push(PickleText.string(textLine()), 0); // STRING
      case 'V' -> push(PickleText.unicode(textLine()), 0); // UNICODE
      case 0x8c -> string(bytes.read(), StandardCharsets.UTF_8); // SHORT_BINUNICODE
      case 'X' -> string(unsigned(Integer.BYTES), StandardCharsets.UTF_8); // BINUNICODE
      case 0x8d -> string(unsigned(Long.BYTES), StandardCharsets.UTF_8); // BINUNICODE8
      case 'U' -> string(bytes.read(), StandardCharsets.ISO_8859_1); // SHORT_BINSTRING
      case 'T' -> string(unsigned(Integer.BYTES), StandardCharsets.ISO_8859_1); // BINSTRING
      case 'C' -> data(bytes.read()); // SHORT_BINBYTES
      case 'B' -> data(unsigned(Integer.BYTES)); // BINBYTES
      case 0x8e, 0x96 -> data(unsigned(Long.BYTES)); // BINBYTES8, BYTEARRAY8
      case 0x98 -> peek(); // READONLY_BUFFER
      case ')' -> push(new Object[0], OBJECT); // EMPTY_TUPLE
      case 't' -> tuple(sinceMark()); // TUPLE
      case 0x85 -> tuple(pop(1)); // TUPLE1
      case 0x86 -> tuple(pop(2)); // TUPLE2
      case 0x87 -> tuple(pop(3)); // TUPLE3
      case ']', 0x8f -> push(new ArrayList<>(0), CONTAINER); // EMPTY_LIST, EMPTY_SET
      case 'l', 0x91 -> list(sinceMark()); // LIST, FROZENSET
      case 'a' -> append(pop(1)); // APPEND
      case 'e', 0x90 -> append(sinceMark()); // APPENDS, ADDITEMS
      case '}' -> push(new PickledDict(), CONTAINER); // EMPTY_DICT
      case 'd' -> dict(sinceMark()); // DICT
      case 's' -> setItems(pop(2)); // SETITEM
      case 'u' -> setItems(sinceMark()); // SETITEMS
      case 'p' -> memoize(index(line())); // PUT
      case 'q' -> memoize(bytes.read()); // BINPUT
      case 'r' -> memoize(unsigned(Integer.BYTES)); // LONG_BINPUT
      case 0x94 -> memoize(memo.size()); // MEMOIZE
      case 'g' -> recall(index(line())); // GET
      case 'h' -> recall(bytes.read()); // BINGET
      case 'j' -> recall(unsigned(Integer.BYTES)); // LONG_BINGET
      case 'c' -> pushGlobal(line(), line()); // GLOBAL
      case 0x93 -> stackGlobal(pop(2)); // STACK_GLOBAL
      case 0x82 -> extension(bytes.read()); // EXT1
      case 0x83 -> extension(unsigned(Short.BYTES)); // EXT2
      case 0x84 -> extension(unsigned(Integer.BYTES)); // EXT4
      case 'P' -> persistent(line()); // PERSID
      case 'Q' -> persistent(pop()); // BINPERSID
      case 'R', 0x81 -> call(pop(2)); // REDUCE, NEWOBJ
      case 0x92 -> call(pop(3)); // NEWOBJ_EX; its keywords come last
      case 'i' -> instance(global(line(), line()), sinceMark()); // INST
      case 'o' -> instance(sinceMark()); // OBJ
      case 'b' -> build(pop(2)); // BUILD
      case 0x97 ->
          throw file.error(
              Kind.UNSUPPORTED, "the pickle has buffers outside itself, which no file holds");
      default -> throw malformed("has opcode 0x" + Integer.toHexString(opcode) + ", which is none");
    }
  }

  private void protocol() throws CheckpointException {
    int version = bytes.read();
    if (version > HIGHEST_PROTOCOL) {
      throw malformed("has protocol " + version);
    }
  }

  private long position() {
    return bytes.position() - start;
  }

  /** Counts heap that the values take. */
  void charge(long cost) throws CheckpointException {
    used += cost;
    long allowed = FREE_BYTES + BYTES_PER_BYTE * position();
    if (used > Math.min(allowed, MAX_BYTES)) {
      throw malformed("builds more objects than a checkpoint of its size has");
    }
  }

  // The stack.

  private void push(Object value, long cost) throws CheckpointException {
    charge(cost + SLOT);
    stack.add(value);
  }

  private int floor() {
    return markCount == 0 ? 0 : marks[markCount - 1];
  }

  private Object peek() throws CheckpointException {
    if (stack.size() <= floor()) {
      throw malformed("takes from an empty stack");
    }
    return stack.getLast();
  }

  private Object pop() throws CheckpointException {
    peek();
    return stack.removeLast();
  }

  /** The topmost values, the deepest first. */
  private Object[] pop(int count) throws CheckpointException {
    Object[] values = new Object[count];
    for (int i = count - 1; i >= 0; i--) {
      values[i] = pop();
    }
    return values;
  }

  private void popOrUnmark() throws CheckpointException {
    if (markCount > 0 && stack.size() == floor()) {
      markCount--;
    } else {
      pop();
    }
  }

  private void mark() throws CheckpointException {
    charge(SLOT);
    if (markCount == marks.length) {
      marks = Arrays.copyOf(marks, 2 * markCount);
    }
    marks[markCount++] = stack.size();
  }

  private Object[] sinceMark() throws CheckpointException {
    if (markCount == 0) {
      throw malformed("takes up to a mark that was not set");
    }
    List<Object> above = stack.subList(marks[--markCount], stack.size());
    Object[] values = above.toArray();
    above.clear();
    return values;
  }

  private void memoize(long index) throws CheckpointException {
    charge(CONTAINER);
    memo.put(index, peek());
  }

  private void recall(long index) throws CheckpointException {
    if (!memo.containsKey(index)) {
      throw malformed("recalls what it did not store");
    }
    push(memo.get(index), 0);
  }

  private long index(String text) throws CheckpointException {
    if (!(decimal(text) instanceof Integer index) || index < 0) {
      throw malformed("stores at an index that is none");
    }
    return index;
  }

  // Numbers and text.

  private long unsigned(int count) throws CheckpointException {
    bytes.require(count);
    long value = 0;
    for (int i = 0; i < count; i++) {
      value |= (long) bytes.read() << Byte.SIZE * i;
    }
    return value;
  }

  /** Bytes stay where they are: an array may be larger than the heap. */
  private void data(long length) throws CheckpointException {
    push(bytes.slice(length), CONTAINER);
  }

  private void string(long length, Charset charset) throws CheckpointException {
    bytes.require(length);
    charge(OBJECT + OBJECT + 2 * length);
    push(new String(bytes.slice(length).toArray(ValueLayout.JAVA_BYTE), charset), 0);
  }

  private Number integer(long length) throws CheckpointException {
    if (length < 0 || length > MAX_INTEGER_BYTES) {
      throw malformed("has an integer of " + length + " bytes");
    }
    byte[] magnitude = bytes.slice(length).toArray(ValueLayout.JAVA_BYTE);
    for (int i = 0, j = magnitude.length - 1; i < j; i++, j--) {
      byte low = magnitude[i];
      magnitude[i] = magnitude[j];
      magnitude[j] = low;
    }
    return narrow(magnitude.length == 0 ? BigInteger.ZERO : new BigInteger(magnitude));
  }

  private static Number narrow(BigInteger value) {
    if (value.bitLength() < Integer.SIZE) {
      return value.intValueExact();
    }
    if (value.bitLength() < Long.SIZE) {
      return value.longValueExact();
    }
    return value;
  }

  private Number decimal(String text) throws CheckpointException {
    try {
      return narrow(new BigInteger(text));
    } catch (NumberFormatException e) {
      throw malformed("has an integer that is none");
    }
  }

  private Object intOrBool(String text) throws CheckpointException {
    return switch (text) {
      case "00" -> false;
      case "01" -> true;
      default -> decimal(text);
    };
  }

  private Double number(String text) throws CheckpointException {
    try {
      return switch (text) {
        case "inf" -> Double.POSITIVE_INFINITY;
        case "-inf" -> Double.NEGATIVE_INFINITY;
        case "nan" -> Double.NaN;
        default -> Double.valueOf(text);
      };
    } catch (NumberFormatException e) {
      throw malformed("has a number that is none");
    }
  }

  private String line() throws CheckpointException {
    StringBuilder line = new StringBuilder();
    for (int c = bytes.read(); c != '\n'; c = bytes.read()) {
      if (line.length() == MAX_LINE) {
        throw malformed("has a name or number that does not end");
      }
      line.append((char) c);
    }
    return line.toString();
  }

  private String textLine() throws CheckpointException {
    StringBuilder line = new StringBuilder();
    charge(2 * OBJECT);
    for (int c = bytes.read(); c != '\n'; c = bytes.read()) {
      charge(2);
      line.append((char) c);
    }
    return line.toString();
  }

  // Containers.

  private void tuple(Object[] values) throws CheckpointException {
    push(values, OBJECT + (long) SLOT * values.length);
  }

  private void list(Object[] values) throws CheckpointException {
    push(new ArrayList<>(Arrays.asList(values)), CONTAINER + (long) SLOT * values.length);
  }

  private void append(Object[] values) throws CheckpointException {
    charge((long) 2 * SLOT * values.length);
    switch (peek()) {
      case PickledObject object -> object.elements().addAll(Arrays.asList(values));
      case List<?> list -> {
        @SuppressWarnings("unchecked")
        List<Object> target = (List<Object>) list;
        target.addAll(Arrays.asList(values));
      }
      case null, default -> throw malformed("appends to something that is no list");
    }
  }

  private void dict(Object[] keysAndValues) throws CheckpointException {
    push(new PickledDict(), CONTAINER);
    setItems(keysAndValues);
  }

  private void setItems(Object[] keysAndValues) throws CheckpointException {
    PickledDict dict =
        switch (peek()) {
          case PickledDict plain -> plain;
          case PickledObject object -> object.items();
          case null, default -> throw malformed("sets items of something that is no dictionary");
        };
    if (keysAndValues.length % 2 != 0) {
      throw malformed("sets a key without a value");
    }
    charge((long) (OBJECT + 2 * SLOT) * keysAndValues.length / 2);
    for (int i = 0; i < keysAndValues.length; i += 2) {
      dict.add(keysAndValues[i], keysAndValues[i + 1]);
    }
  }

  // What would be classes, calls and objects.

  private static Object global(String module, String name) {
    PickledGlobal global = new PickledGlobal(module, name);
    TorchGlobal known = TorchGlobal.find(global);
    return known == null ? global : known;
  }

  private void pushGlobal(String module, String name) throws CheckpointException {
    push(global(module, name), 2 * OBJECT + 2L * (module.length() + name.length()));
  }

  private void stackGlobal(Object[] names) throws CheckpointException {
    if (!(names[0] instanceof String module) || !(names[1] instanceof String name)) {
      throw malformed("has a global whose name is no text");
    }
    push(global(module, name), OBJECT);
  }

  private void extension(long code) throws CheckpointException {
    push(new PickledGlobal("copyreg extension", Long.toString(code)), CONTAINER);
  }

  /** Function or class, positional arguments, and keywords, which nothing known has. */
  private void call(Object[] call) throws CheckpointException {
    if (!(call[1] instanceof Object[] arguments)) {
      throw malformed("makes a call without a tuple of arguments");
    }
    instance(call[0], arguments);
  }

  private void instance(Object[] classAndArguments) throws CheckpointException {
    if (classAndArguments.length == 0) {
      throw malformed("builds an object of no class");
    }
    instance(
        classAndArguments[0], Arrays.copyOfRange(classAndArguments, 1, classAndArguments.length));
  }

  private void instance(Object function, Object[] arguments) throws CheckpointException {
    push(calls.call(function, arguments), INERT);
  }

  /** Keeps the state of an object; of what is known, only NumPy's values have a use for it. */
  private void build(Object[] targetAndState) throws CheckpointException {
    Object target = targetAndState[0];
    calls.setState(target, targetAndState[1]);
    push(target, 0);
  }

  /**
   * A persistent id: ('storage', class, key, location, size), with the view (key, offset, size) or
   * None as a sixth before torch 1.6; or ('module', class, file, source) in place of the class of a
   * whole network, before torch 1.6. The location is a device of the machine that saved it.
   */
  private void persistent(Object id) throws CheckpointException {
    if (id instanceof Object[] fields && fields.length == 4 && "module".equals(fields[0])) {
      push(fields[1], 0);
      return;
    }
    if (!(id instanceof Object[] fields)
        || (fields.length != 5 && fields.length != 6)
        || !"storage".equals(fields[0])
        || !(fields[2] instanceof String key)) {
      throw malformed("has a persistent id that is no storage");
    }
    ElementType type =
        switch (fields[1]) {
          case TorchGlobal global when global.elementType() != null -> global.elementType();
          case PickledGlobal global when global.name().endsWith("Storage") ->
              new ElementType(global.toString(), 0, null);
          case null, default -> throw malformed("has a persistent id of no storage class");
        };
    long size = integer64(fields[4]);
    long viewOffset = 0;
    long viewSize = size;
    if (fields.length == 6 && fields[5] != null) {
      if (!(fields[5] instanceof Object[] view) || view.length != 3) {
        throw malformed("has a view that is no triple");
      }
      viewOffset = integer64(view[1]);
      viewSize = integer64(view[2]);
    }
    StorageRef reference = new StorageRef(type, key, size, viewOffset, viewSize);
    storages.seen(reference);
    push(reference, 2 * CONTAINER);
  }

  long integer64(Object value) throws CheckpointException {
    return switch (value) {
      case Integer i -> i;
      case Long l -> l;
      case null, default -> throw malformed("has something else where a 64-bit integer belongs");
    };
  }

  CheckpointException malformed(String what) {
    return file.error(Kind.MALFORMED, "the pickle " + what + ", near its byte " + position());
  }
}
