// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.checkpoint;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.setun.loader.checkpoint.PickledTensor.StorageRef;

/** What the calls in a pickle mean: those of torch and NumPy that make values, no others. */
final class PickleCalls {
  /** Calls within calls: a tensor of a subclass within a parameter. */
  private static final int MAX_NESTING = 4;

  private final PickleMachine machine;

  PickleCalls(PickleMachine machine) {
    this.machine = machine;
  }

  /** The value of a call: an inert object if the function has no meaning here. */
  Object call(Object function, Object[] args) throws CheckpointException {
    return call(function, args, 0);
  }

  private Object call(Object function, Object[] args, int nesting) throws CheckpointException {
    if (!(function instanceof TorchGlobal global) || global.elementType() != null) {
      return new PickledObject(nameOf(function), args);
    }
    return switch (global) {
      case ORDERED_DICT -> orderedDict(args);
      case DEFAULT_DICT -> new PickledDict();
      case ENCODE -> encode(args);
      case SET -> args.length == 1 && args[0] instanceof List<?> l ? l : new ArrayList<>(0);
      case REBUILD_TENSOR -> tensor(global, args, 4, 4);
      case REBUILD_TENSOR_V2 -> tensor(global, args, 6, 7);
      case REBUILD_TENSOR_V3 -> tensor(global, args, 7, 8);
      case REBUILD_PARAMETER -> first(global, args, 3);
      case REBUILD_PARAMETER_WITH_STATE -> first(global, args, 4);
      case REBUILD_FROM_CPU, REBUILD_FROM_NUMPY, REBUILD_XLA, PARAMETER -> first(global, args, 1);
      case REBUILD_FROM_TYPE -> {
        if (args.length < 3 || !(args[2] instanceof Object[] inner) || nesting == MAX_NESTING) {
          throw badArguments(global);
        }
        yield call(args[0], inner, nesting + 1);
      }
      case REBUILD_QUANTIZED ->
          new UnreadableTensor(
              "is quantized"
                  + (args.length > 0 && args[0] instanceof StorageRef storage
                      ? " (" + storage.type().name() + ")"
                      : "")
                  + "; save it dequantized");
      case REBUILD_SPARSE, REBUILD_SPARSE_CSR ->
          new UnreadableTensor("is sparse; save it with to_dense()");
      case REBUILD_NESTED -> new UnreadableTensor("is a nested tensor");
      case REBUILD_META -> new UnreadableTensor("is on the meta device and has no values");
      case REBUILD_WRAPPER ->
          new UnreadableTensor(
              "is of a class that keeps no values itself"
                  + (args.length > 0 ? ": " + CheckpointException.quote(nameOf(args[0])) : ""));
      case SIZE -> {
        if (args.length != 1 || !(args[0] instanceof Object[] extents)) {
          throw badArguments(global);
        }
        yield extents;
      }
      case NUMPY_RECONSTRUCT -> new NumpyArray();
      case NUMPY_DTYPE -> new NumpyDtype(args.length > 0 && args[0] instanceof String s ? s : "?");
      case NUMPY_SCALAR -> scalar(args);
      case NUMPY_FROM_BUFFER -> fromBuffer(args);
      default -> throw badArguments(global);
    };
  }

  private static String nameOf(Object function) {
    return switch (function) {
      case PickledGlobal global -> global.toString();
      case TorchGlobal global -> global.toString();
      case PickledObject object -> object.type();
      case null, default -> "something that is no function";
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
    machine.charge(40L * pairs.size());
    for (Object pair : pairs) {
      switch (pair) {
        case Object[] tuple when tuple.length == 2 -> dict.add(tuple[0], tuple[1]);
        case List<?> list when list.size() == 2 -> dict.add(list.getFirst(), list.getLast());
        case null, default -> throw badArguments(TorchGlobal.ORDERED_DICT);
      }
    }
    return dict;
  }

  private static Object encode(Object[] args) {
    return args.length == 2 && args[0] instanceof String text && "latin1".equals(args[1])
        ? latin1(text)
        : new PickledObject("_codecs.encode", args);
  }

  private static MemorySegment latin1(String text) {
    return MemorySegment.ofArray(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** The tensor that a function wraps: its first argument. */
  private Object first(TorchGlobal function, Object[] args, int least) throws CheckpointException {
    if (args.length < least) {
      throw badArguments(function);
    }
    return switch (args[0]) {
      case PickledTensor tensor -> tensor;
      case UnreadableTensor tensor -> tensor;
      case NumpyArray array -> array;
      case PickledObject object -> hangingOn(object);
      case null, default -> throw badArguments(function);
    };
  }

  private static UnreadableTensor hangingOn(PickledObject object) {
    return new UnreadableTensor(
        "is made by "
            + CheckpointException.quote(object.type())
            + ", which is not run; save its state_dict() with torch.save");
  }

  private Object tensor(TorchGlobal function, Object[] args, int least, int most)
      throws CheckpointException {
    if (args.length < least || args.length > most) {
      throw badArguments(function);
    }
    if (args[0] instanceof PickledObject object) {
      return hangingOn(object);
    }
    if (!(args[0] instanceof StorageRef storage)
        || !(args[2] instanceof Object[] shape)
        || !(args[3] instanceof Object[] strides)) {
      throw badArguments(function);
    }
    boolean typed = function == TorchGlobal.REBUILD_TENSOR_V3;
    Object flags = args.length == most && most > 6 ? args[most - 1] : null;
    if (flags instanceof PickledDict set && !set.items().isEmpty()) {
      return new UnreadableTensor("is conjugated or negated when read");
    }
    ElementType type = typed ? elementType(function, args[6]) : storage.type();
    return new PickledTensor(
        storage, type, machine.integer64(args[1]), integers(shape), integers(strides));
  }

  private ElementType elementType(TorchGlobal function, Object dtype) throws CheckpointException {
    if (!(dtype instanceof PickledGlobal(String module, String name)) || !module.equals("torch")) {
      throw badArguments(function);
    }
    return ElementType.ofTorch(name);
  }

  private long[] integers(Object[] values) throws CheckpointException {
    machine.charge((long) Long.BYTES * values.length);
    long[] integers = new long[values.length];
    for (int i = 0; i < values.length; i++) {
      integers[i] = machine.integer64(values[i]);
    }
    return integers;
  }

  /** A scalar as a plain number; of types that no tensor has, an inert object. */
  private static Object scalar(Object[] args) {
    if (args.length != 2
        || !(args[0] instanceof NumpyDtype type)
        || !(args[1] instanceof MemorySegment bytes)
        || type.dtype() == null
        || bytes.byteSize() != type.dtype().byteSize()) {
      return new PickledObject("numpy scalar", args);
    }
    ByteBuffer value = bytes.asByteBuffer().order(type.order());
    return switch (type.dtype()) {
      case F64 -> (Object) value.getDouble();
      case F32 -> value.getFloat();
      case F16 -> Float.float16ToFloat(value.getShort());
      case BF16 -> Float.intBitsToFloat(value.getShort() << Short.SIZE);
      case I64 -> value.getLong();
      case I32 -> value.getInt();
      case I16 -> (int) value.getShort();
      case I8 -> (int) value.get();
      case U8 -> Byte.toUnsignedInt(value.get());
      case BOOL -> value.get() != 0;
    };
  }

  private Object fromBuffer(Object[] args) throws CheckpointException {
    if (args.length != 4
        || !(args[0] instanceof MemorySegment bytes)
        || !(args[1] instanceof NumpyDtype type)
        || !(args[2] instanceof Object[] shape)) {
      return new PickledObject("numpy array", args);
    }
    NumpyArray array = new NumpyArray();
    array.set(type, integers(shape), "F".equals(args[3]), bytes);
    return array;
  }

  /**
   * State of an object: (version, shape, dtype, column-major, bytes) of an array, (version, order,
   * …) of a dtype, and whatever it is of an inert object. That of a dictionary or tensor, its
   * Python attributes, says nothing that is needed.
   */
  void setState(Object target, Object state) throws CheckpointException {
    switch (target) {
      case PickledObject object -> object.setState(state);
      case NumpyDtype dtype -> {
        if (state instanceof Object[] fields
            && fields.length > 1
            && fields[1] instanceof String order) {
          dtype.setOrder(order);
        }
      }
      case NumpyArray array -> {
        if (state instanceof Object[] fields
            && fields.length == 5
            && fields[1] instanceof Object[] shape
            && fields[2] instanceof NumpyDtype dtype) {
          MemorySegment elements =
              switch (fields[4]) {
                case MemorySegment bytes -> bytes;
                // Python 2 had no bytes.
                case String text -> latin1(text);
                case null, default -> null; // objects
              };
          array.set(dtype, integers(shape), Boolean.TRUE.equals(fields[3]), elements);
        }
      }
      case PickledDict _, PickledTensor _, UnreadableTensor _, List<?> _ -> {
        // Attributes.
      }
      case null, default -> throw machine.malformed("sets the state of something that has none");
    }
  }

  private CheckpointException badArguments(TorchGlobal function) {
    return machine.malformed("calls " + function + " with arguments that do not fit");
  }
}
