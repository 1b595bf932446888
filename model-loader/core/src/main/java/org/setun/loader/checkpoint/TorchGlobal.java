// SPDX-License-Identifier: Apache-2.0
package org.setun.loader.checkpoint;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The names in a pickle that mean something here; all others are {@link PickledGlobal}s. Storage
 * classes stand for element types; the rest are functions that {@link PickleCalls} carries out.
 */
enum TorchGlobal {
  /** An empty dictionary, or one from a list of pairs (Python 2). */
  ORDERED_DICT("OrderedDict", "collections"),
  /** (factory): an empty dictionary. */
  DEFAULT_DICT("defaultdict", "collections"),
  /** (text, encoding): how protocol 2 writes bytes. */
  ENCODE("encode", "_codecs"),
  /** (list): how protocol 2 writes a set. */
  SET("set", "builtins", "__builtin__"),

  /** (storage, offset, size, stride): before torch 0.4. */
  REBUILD_TENSOR("_rebuild_tensor", "torch._utils"),
  /** (storage, offset, size, stride, requires_grad, backward_hooks[, metadata]). */
  REBUILD_TENSOR_V2("_rebuild_tensor_v2", "torch._utils"),
  /** (storage, offset, size, stride, requires_grad, backward_hooks, dtype[, metadata]). */
  REBUILD_TENSOR_V3("_rebuild_tensor_v3", "torch._utils"),
  /** (tensor, requires_grad, backward_hooks). */
  REBUILD_PARAMETER("_rebuild_parameter", "torch._utils"),
  /** (tensor, requires_grad, backward_hooks, state). */
  REBUILD_PARAMETER_WITH_STATE("_rebuild_parameter_with_state", "torch._utils"),
  /** (tensor[, requires_grad]). */
  PARAMETER("Parameter", "torch.nn.parameter", "torch.nn"),
  /** (function, class, arguments, state): a subclass of Tensor, or one with attributes. */
  REBUILD_FROM_TYPE("_rebuild_from_type_v2", "torch._tensor", "torch.tensor"),
  /** (tensor or array, dtype, device, requires_grad). */
  REBUILD_FROM_CPU("_rebuild_device_tensor_from_cpu_tensor", "torch._utils"),
  /** As above. */
  REBUILD_FROM_NUMPY("_rebuild_device_tensor_from_numpy", "torch._utils"),
  /** As above. */
  REBUILD_XLA("_rebuild_xla_tensor", "torch._utils"),
  /** (storage, offset, size, stride, quantizer_params, requires_grad, backward_hooks). */
  REBUILD_QUANTIZED("_rebuild_qtensor", "torch._utils"),
  /** (layout, data). */
  REBUILD_SPARSE("_rebuild_sparse_tensor", "torch._utils"),
  /** (layout, data), before torch 1.13. */
  REBUILD_SPARSE_CSR("_rebuild_sparse_csr_tensor", "torch._utils"),
  /** (buffer, sizes, strides, offsets). */
  REBUILD_NESTED("_rebuild_nested_tensor", "torch._utils"),
  /** (dtype, size, stride, requires_grad). */
  REBUILD_META("_rebuild_meta_tensor_no_storage", "torch._utils"),
  /** A tensor of a class without a storage. */
  REBUILD_WRAPPER("_rebuild_wrapper_subclass", "torch._utils"),
  /** (tuple). */
  SIZE("Size", "torch"),

  /** (ndarray, shape, code), followed by the state. */
  NUMPY_RECONSTRUCT("_reconstruct", "numpy.core.multiarray", "numpy._core.multiarray"),
  /** (dtype, bytes). */
  NUMPY_SCALAR("scalar", "numpy.core.multiarray", "numpy._core.multiarray"),
  /** (buffer, dtype, shape, order), of protocol 5. */
  NUMPY_FROM_BUFFER("_frombuffer", "numpy.core.numeric", "numpy._core.numeric"),
  /** (code, align, copy), followed by the state. */
  NUMPY_DTYPE("dtype", "numpy"),

  FLOAT_STORAGE(new ElementType(DType.F32), "FloatStorage"),
  HALF_STORAGE(new ElementType(DType.F16), "HalfStorage"),
  BFLOAT16_STORAGE(new ElementType(DType.BF16), "BFloat16Storage"),
  DOUBLE_STORAGE(new ElementType(DType.F64), "DoubleStorage"),
  LONG_STORAGE(new ElementType(DType.I64), "LongStorage"),
  INT_STORAGE(new ElementType(DType.I32), "IntStorage"),
  SHORT_STORAGE(new ElementType(DType.I16), "ShortStorage"),
  CHAR_STORAGE(new ElementType(DType.I8), "CharStorage"),
  BYTE_STORAGE(new ElementType(DType.U8), "ByteStorage"),
  BOOL_STORAGE(new ElementType(DType.BOOL), "BoolStorage"),
  /** Size and view count bytes; each tensor says its own type. */
  UNTYPED_STORAGE(new ElementType(DType.U8), "UntypedStorage"),
  COMPLEX_FLOAT_STORAGE(new ElementType("complex64", 8, null), "ComplexFloatStorage"),
  COMPLEX_DOUBLE_STORAGE(new ElementType("complex128", 16, null), "ComplexDoubleStorage"),
  QINT8_STORAGE(new ElementType("qint8", 1, null), "QInt8Storage"),
  QUINT8_STORAGE(new ElementType("quint8", 1, null), "QUInt8Storage"),
  QINT32_STORAGE(new ElementType("qint32", 4, null), "QInt32Storage"),
  QUINT4X2_STORAGE(new ElementType("quint4x2", 1, null), "QUInt4x2Storage"),
  QUINT2X4_STORAGE(new ElementType("quint2x4", 1, null), "QUInt2x4Storage");

  private static final Map<PickledGlobal, TorchGlobal> BY_NAME = new HashMap<>();

  static {
    for (TorchGlobal global : values()) {
      for (String module : global.modules) {
        BY_NAME.put(new PickledGlobal(module, global.globalName), global);
      }
    }
  }

  private final List<String> modules;
  private final String globalName;
  private final ElementType elementType;

  TorchGlobal(String globalName, String... modules) {
    this.modules = List.of(modules);
    this.globalName = globalName;
    this.elementType = null;
  }

  TorchGlobal(ElementType elementType, String globalName) {
    this.modules = List.of("torch", "torch.cuda", "torch.storage");
    this.globalName = globalName;
    this.elementType = elementType;
  }

  /** The global of a module and name, or null when it means nothing here. */
  static TorchGlobal find(PickledGlobal global) {
    return BY_NAME.get(global);
  }

  /** The element type of a storage class, null for a function. */
  ElementType elementType() {
    return elementType;
  }

  @Override
  public String toString() {
    return modules.getFirst() + "." + globalName;
  }
}
