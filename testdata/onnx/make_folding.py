"""Makes folding-opset*.onnx: nodes on constants, and beside each what ONNX Runtime makes of them.

Each file is one graph of unrelated nodes. Their inputs are initializers; the result of the node with
output NAME is the initializer "expected:NAME". The quantizers of QONNX are computed with NumPy from
the formulas of github.com/fastmachinelearning/qonnx, docs/qonnx-custom-ops.

Needs onnx, onnxruntime and numpy; run in this folder.
"""

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

rng = np.random.default_rng(12)
F = lambda *shape: rng.uniform(-3, 3, shape).astype(np.float32)
I = lambda *values: np.array(values, np.int64)
TIES = np.array([-2.5, -1.5, -0.5, -0.25, 0, 0.5, 1.5, 2.5, 3.25], np.float32)


def standard(opset):
    """(operator, inputs, attributes) of ONNX's own operators."""
    a, b, row, column = F(2, 3, 4), F(2, 3, 4), F(4), F(3, 1)
    positive = np.abs(F(2, 5)) + np.float32(0.1)
    whole = rng.integers(-9, 9, (2, 3)).astype(np.int64)
    divisor = np.array([[2, -3, 5]], np.int64)
    truth, other = rng.random((2, 3)) < 0.5, rng.random((3,)) < 0.5
    axes_are_inputs = opset >= 18
    yield from ((op, [a, row], {}) for op in ("Add", "Sub", "Mul", "Div", "Less", "Greater"))
    yield from ((op, [a, column], {}) for op in ("Add", "Mul", "Max", "Min", "Sum", "Mean"))
    yield from ((op, [whole, divisor], {}) for op in ("Add", "Sub", "Mul", "Div", "Less", "Equal"))
    yield from ((op, [truth, other], {}) for op in ("And", "Or", "Xor"))
    yield "Not", [truth], {}
    yield from ((op, [a], {}) for op in ("Abs", "Neg", "Exp", "Ceil", "Floor", "Tanh", "Sigmoid"))
    yield from ((op, [a], {}) for op in ("Erf", "Sign", "Reciprocal", "Softplus", "HardSigmoid"))
    yield from ((op, [a], {}) for op in ("Relu", "LeakyRelu", "Elu", "Selu", "ThresholdedRelu"))
    yield "PRelu", [a, F(3, 1)], {}
    yield "LeakyRelu", [a], {"alpha": 0.3}
    yield from ((op, [positive], {}) for op in ("Sqrt", "Log"))
    yield "Pow", [positive, np.float32([0.5])], {}
    yield "Pow", [a, np.float32(2)], {}
    yield "Abs", [whole], {}
    yield "Neg", [whole], {}
    yield "Sign", [whole], {}
    yield "Where", [truth, F(2, 1), F(3)], {}
    yield "Where", [truth, whole, divisor], {}
    yield "Cast", [np.float32([-2.7, -0.5, 0, 0.9, 300.2])], {"to": TensorProto.INT64}
    yield "Cast", [I(-1, 0, 255, 300)], {"to": TensorProto.UINT8}
    yield "Cast", [I(-1, 0, 127, 300)], {"to": TensorProto.INT8}
    yield "Cast", [np.float32([-2, 0, 0.5])], {"to": TensorProto.BOOL}
    yield "Cast", [truth], {"to": TensorProto.FLOAT}
    yield "MatMul", [F(2, 3, 4), F(4, 5)], {}
    yield "MatMul", [F(4), F(4, 5)], {}
    yield "MatMul", [F(2, 1, 3, 4), F(3, 4, 2)], {}
    yield "MatMul", [F(3, 4), F(4)], {}
    yield "Gemm", [F(4, 3), F(5, 4), F(5)], {"transA": 1, "transB": 1, "alpha": 0.5, "beta": 2.0}
    yield "Transpose", [a], {}
    yield "Transpose", [a], {"perm": [1, 2, 0]}
    yield "Transpose", [F(2, 3, 2, 2)], {"perm": [3, 2, 0, 1]}
    yield "Expand", [F(3, 1), I(2, 1, 4)], {}
    yield "Tile", [F(2, 3), I(2, 2)], {}
    yield "Reshape", [a, I(0, -1, 2)], {}
    yield "Flatten", [a], {"axis": 1}
    yield "Gather", [a, np.array([[0, 2], [1, -1]], np.int64)], {"axis": 2}
    yield "Gather", [I(5, 6, 7), np.array(1, np.int64)], {}
    yield "Concat", [F(2, 1, 3), F(2, 2, 3)], {"axis": 1}
    yield "Concat", [I(1), I(2, 3)], {"axis": 0}
    yield "Shape", [a], {}
    yield "Size", [a], {}
    yield "ConstantOfShape", [I(2, 2)], {"value": helper.make_tensor("v", 1, [1], [0.5])}
    yield "BatchNormalization", [F(2, 3, 2), F(3), F(3), F(3), np.abs(F(3)) + 0.5], {}
    yield "Softmax", [a], {"axis": 1}
    yield "LogSoftmax", [a], {"axis": 2}
    yield "ArgMax", [a], {"axis": 1}
    yield "ArgMin", [np.float32([[1, 0, 0], [2, 2, 3]])], {"axis": -1, "keepdims": 0}
    reductions = ("Mean", "Sum", "Max", "Min", "L1", "L2", "Prod", "SumSquare", "LogSumExp")
    for name in reductions:
        op = "Reduce" + name
        in_input = axes_are_inputs or op == "ReduceSum" and opset >= 13
        for axes, keep in (([1, 2], 1), ([-1], 0)):
            if in_input:
                yield op, [a, I(*axes)], {"keepdims": keep}
            else:
                yield op, [a], {"axes": axes, "keepdims": keep}
        yield op, [a], {}
        yield op, [a], {"keepdims": 0}
        if in_input:
            yield op, [a, I()], {"noop_with_empty_axes": 1}
            yield op, [a], {"noop_with_empty_axes": 1}
    yield "ReduceLogSum", [positive], {}
    yield "ReduceSum", [whole], {"keepdims": 0}
    yield "ReduceMax", [whole], {"keepdims": 0}
    if opset >= 13:
        yield "Squeeze", [F(1, 3, 1), I(0)], {}
        yield "Unsqueeze", [F(3), I(0, -1)], {}
    else:
        yield "Squeeze", [F(1, 3, 1)], {"axes": [0]}
        yield "Unsqueeze", [F(3)], {"axes": [0, 2]}
    if opset >= 10:
        yield "Slice", [a, I(1, 3), I(9, -9), I(1, 2), I(1, -2)], {}
        yield "Mod", [whole, divisor], {}
        yield "Mod", [a, row], {"fmod": 1}
        zero = np.array([3, 0, 250], np.uint8)
        yield "QuantizeLinear", [F(3, 5), np.float32(0.1), np.array(-7, np.int8)], {}
        yield "QuantizeLinear", [TIES, np.float32(1)], {}
        yield "DequantizeLinear", [np.array([[0, 9, 255]], np.uint8), np.float32(0.5)], {}
        if opset >= 13:
            scales = np.float32([0.1, 0.5, 2])
            yield "QuantizeLinear", [F(2, 3, 2), scales, zero], {"axis": 1}
            stored = rng.integers(0, 255, (3, 2)).astype(np.uint8)
            yield "DequantizeLinear", [stored, scales, zero], {"axis": 0}
            yield "DequantizeLinear", [stored.astype(np.int32), scales], {"axis": -2}
    else:
        yield "Slice", [a], {"starts": [1, 0], "ends": [9, -1], "axes": [1, 2]}
    if opset >= 11:
        yield "Round", [TIES], {}
        yield "Clip", [a, np.float32(-1), np.float32(0.5)], {}
        yield "Clip", [a], {}
        yield "Range", [I(3)[0], I(-8)[0], I(-3)[0]], {}
        yield "Range", [np.float32(1), np.float32(2), np.float32(0.3)], {}
        yield "CumSum", [a, np.array(1, np.int64)], {}
        yield "CumSum", [a, np.array(-1, np.int64)], {"exclusive": 1, "reverse": 1}
    else:
        yield "Clip", [a], {"min": -1.0, "max": 0.5}
    if opset >= 12:
        yield "Less", [I(2**40), I(2**40 + 1)], {}
        yield "LessOrEqual", [a, row], {}
        yield "GreaterOrEqual", [whole, divisor], {}
        yield "Min", [whole, divisor], {}
        yield "ArgMax", [np.float32([[3, 1, 3]])], {"axis": 1, "select_last_index": 1}
    if opset >= 13:
        yield "Clip", [whole, I(-2)[0], I(4)[0]], {}
    if opset >= 14:
        yield "HardSwish", [a], {}
    if opset >= 15:
        yield "Shape", [a], {"start": 1, "end": -1}
    if opset >= 21:
        yield "DequantizeLinear", [helper.make_tensor("", TensorProto.INT4, [3], [3, -8, 7]),
                                   np.float32(0.25)], {}
        yield "QuantizeLinear", [TIES, np.float32(0.01)], {"output_dtype": TensorProto.INT8}


ROUNDINGS = {
    "ROUND": np.round,
    "CEIL": np.ceil,
    "FLOOR": np.floor,
    "UP": lambda x: np.sign(x) * np.ceil(np.abs(x)),
    "DOWN": np.trunc,
    "HALF_UP": lambda x: np.sign(x) * np.floor(np.abs(x) + 0.5),
    "HALF_DOWN": lambda x: np.sign(x) * np.ceil(np.abs(x) - 0.5),
}


def bounds(bits, signed, narrow):
    if signed:
        return -(2 ** (bits - 1)) + narrow, 2 ** (bits - 1) - 1
    return 0, 2**bits - 1 - narrow


def quant(x, scale, zero, bits, signed, narrow, mode):
    y = x / scale + zero
    if bits == 1 and signed:
        y = np.where(y >= 0, np.float32(1), np.float32(-1))
    else:
        y = ROUNDINGS[mode](np.clip(y, *bounds(bits, signed, narrow)))
    return ((y - zero) * scale).astype(np.float32)


def qonnx():
    """(domain, operator, inputs, attributes, result)."""
    x = np.concatenate([TIES, F(7)])
    one, zero = np.float32(1), np.float32(0)
    domains = ("onnx.brevitas", "qonnx.custom_op.general", "finn.custom_op.general")
    cases = [(b, s, n, m) for b in (2, 4) for s in (0, 1) for n in (0, 1) for m in ("ROUND",)]
    cases += [(3, 1, 0, m) for m in ROUNDINGS] + [(1, 1, 0, "ROUND"), (1, 0, 0, "ROUND")]
    for i, (bits, signed, narrow, mode) in enumerate(cases):
        for scale, at in ((one, zero), (np.float32(0.375), np.float32(1))):
            yield (domains[i % 3], ("Quant", "IntQuant")[i % 2],
                   [x, scale, at, np.float32(bits)],
                   {"signed": signed, "narrow": narrow, "rounding_mode": mode},
                   quant(x, scale, at, bits, signed, narrow, mode))
    rows = F(3, 4)
    scales = np.float32([[0.5], [1], [0.1]])
    yield (domains[0], "Quant", [rows, scales, zero, np.float32(4)], {"signed": 1, "narrow": 1},
           quant(rows, scales, zero, 4, 1, 1, "ROUND"))
    for domain in domains:
        yield (domain, "BipolarQuant", [x, np.float32(0.25)], {},
               np.where(x >= 0, np.float32(0.25), np.float32(-0.25)))
    y = np.round(x / np.float32(0.125)) / 8
    yield (domains[1], "Trunc", [x, np.float32(0.125), zero, np.float32(8), np.float32(5)],
           {"rounding_mode": "FLOOR"}, np.floor(y) * np.float32(0.125))
    yield (domains[1], "Trunc",
           [x, np.float32(0.125), zero, np.float32(8), np.float32(0.5), np.float32(3)],
           {"rounding_mode": "ROUND", "signed": 1, "narrow": 0},
           np.round(np.clip(np.round(x / np.float32(0.125)) / 4, -4, 3)) * np.float32(0.5))


def tensor(value, name):
    if isinstance(value, TensorProto):
        copy = TensorProto()
        copy.CopyFrom(value)
        copy.name = name
        return copy
    return numpy_helper.from_array(np.asarray(value), name)


def make(opset):
    nodes, initializers = [], []
    cases = [("", op, inputs, attributes, None) for op, inputs, attributes in standard(opset)]
    if opset == 9:
        cases = cases + list(qonnx())
    for i, (domain, op, inputs, attributes, expected) in enumerate(cases):
        name = f"{op}-{i}"
        names = [f"{name}:{k}" for k in range(len(inputs))]
        given = [tensor(value, k) for value, k in zip(inputs, names)]
        node = helper.make_node(op, names, [name], name, domain=domain, **attributes)
        if expected is None:
            output = helper.ValueInfoProto(name=name)
            graph = helper.make_graph([node], "one", [], [output], given)
            model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)])
            model.ir_version = 10
            expected = onnxruntime.InferenceSession(model.SerializeToString()).run(None, {})[0]
        nodes.append(node)
        initializers += given + [tensor(expected, "expected:" + name)]
    end = helper.ValueInfoProto(name=nodes[-1].output[0])
    graph = helper.make_graph(nodes, "folding", [], [end], initializers)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)])
    model.ir_version = 10
    onnx.save(model, f"folding-opset{opset}.onnx")


for version in (9, 13, 21):
    make(version)
