package org.setun.loader.checkpoint;

import java.util.HashMap;
import java.util.Map;

/**
 * The names that a torch pickle may refer to: exactly these, all others are refused. Storage
 * classes stand for element types; the rest are functions that {@link TensorUnpickler} carries out.
 */
enum TorchGlobal {
  /** An empty dictionary, or one from a list of pairs (Python 2). */
  ORDERED_DICT("collections", "OrderedDict"),
  /** (storage, offset, size, stride): before torch 0.4. */
  REBUILD_TENSOR("torch._utils", "_rebuild_tensor"),
  /** (storage, offset, size, stride, requires_grad, backward_hooks[, metadata]). */
  REBUILD_TENSOR_V2("torch._utils", "_rebuild_tensor_v2"),
  /** (tensor, requires_grad, backward_hooks). */
  REBUILD_PARAMETER("torch._utils", "_rebuild_parameter"),
  /** (tuple). */
  SIZE("torch", "Size"),

  FLOAT_STORAGE(DType.F32, "FloatStorage"),
  HALF_STORAGE(DType.F16, "HalfStorage"),
  BFLOAT16_STORAGE(DType.BF16, "BFloat16Storage"),
  DOUBLE_STORAGE(DType.F64, "DoubleStorage"),
  LONG_STORAGE(DType.I64, "LongStorage"),
  INT_STORAGE(DType.I32, "IntStorage"),
  SHORT_STORAGE(DType.I16, "ShortStorage"),
  CHAR_STORAGE(DType.I8, "CharStorage"),
  BYTE_STORAGE(DType.U8, "ByteStorage"),
  BOOL_STORAGE(DType.BOOL, "BoolStorage");

  private static final Map<String, TorchGlobal> BY_NAME = new HashMap<>();

  static {
    for (TorchGlobal global : values()) {
      BY_NAME.put(key(global.module, global.globalName), global);
    }
  }

  private final String module;
  private final String globalName;
  private final DType dtype;

  TorchGlobal(String module, String globalName) {
    this.module = module;
    this.globalName = globalName;
    this.dtype = null;
  }

  TorchGlobal(DType dtype, String globalName) {
    this.module = "torch";
    this.globalName = globalName;
    this.dtype = dtype;
  }

  /** The global of a module and name, or null when it is not one of the allowed. */
  static TorchGlobal find(String module, String name) {
    return BY_NAME.get(key(module, name));
  }

  /** Not joined by a dot: torch and _utils.x are not torch._utils and x. */
  private static String key(String module, String name) {
    return module + '\n' + name;
  }

  /** The element type of a storage class, null for a function. */
  DType dtype() {
    return dtype;
  }
}
