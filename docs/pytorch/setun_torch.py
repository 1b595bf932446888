# SPDX-License-Identifier: Apache-2.0
# Copyright The Setun project. Licensed under the Apache License, Version 2.0.
"""Ternary and binary layers for PyTorch, and the way from a trained module to a file that Setun reads.

Copy this file into your project; it needs PyTorch and nothing else.

    model = convert_module(model, "sttn")        # swaps convolutions and linear layers
    train(model)                                 # yours; call clamp_latents(model) before each step
    export_for_setun(model, "model.safetensors", input_shape=(3, 32, 32))

    $ setun convert model.safetensors -o model.setun
"""

from __future__ import annotations

import copy
import json
import math
import operator
import struct
from pathlib import Path
from typing import Any, Callable, Iterator, Sequence

import torch
import torch.fx
import torch.nn as nn
import torch.nn.functional as F
from torch import Tensor

METHODS = ("sttn", "twn", "xnor", "ttq")
ACTIVATIONS = ("ternary", "sign", "binary", "float")


# --- what becomes of activations -----------------------------------------------------------------


class _Ternarize(torch.autograd.Function):
    """STTN's rule: below -0.5 is -1, below 0.5 is 0, else +1. The gradient passes within [-1, 1]."""

    @staticmethod
    def forward(ctx: Any, x: Tensor) -> Tensor:
        ctx.save_for_backward(x)
        return (x >= 0.5).to(x.dtype) - (x < -0.5).to(x.dtype)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> Tensor:
        (x,) = ctx.saved_tensors
        return gradient * (x.abs() <= 1)


class _Sign(torch.autograd.Function):
    """torch.sign, 0 stays 0; or with ``binary`` 0 becomes +1. The gradient passes within [-1, 1]."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, binary: bool) -> Tensor:
        ctx.save_for_backward(x)
        return torch.where(x < 0, -1.0, 1.0).to(x.dtype) if binary else x.sign()

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None]:
        (x,) = ctx.saved_tensors
        return gradient * (x.abs() <= 1), None


def quantize_activations(x: Tensor, rule: str) -> Tensor:
    """Applies one of ``ACTIVATIONS``, with a straight-through gradient."""
    if rule == "ternary":
        return _Ternarize.apply(x)
    if rule in ("sign", "binary"):
        return _Sign.apply(x, rule == "binary")
    return x


# --- what becomes of weights ---------------------------------------------------------------------


def _per_output(values: Tensor, weight: Tensor) -> Tensor:
    return values.reshape(-1, *[1] * (weight.dim() - 1))


class _SumOfTwoBinary(torch.autograd.Function):
    """STTN: a (sign V + sign W) with a = (sum |V| + sum |W|) / 2n for each output channel."""

    @staticmethod
    def forward(ctx: Any, first: Tensor, second: Tensor) -> Tensor:
        ctx.save_for_backward(first, second)
        both = (first.abs() + second.abs()).flatten(1).mean(1) / 2
        return _per_output(both, first) * (first.sign() + second.sign())

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, ...]:
        return tuple(_through_sign(gradient, latent) for latent in ctx.saved_tensors)


class _ScaledSign(torch.autograd.Function):
    """XNOR-Net: a sign W with a = mean |W| for each output channel."""

    @staticmethod
    def forward(ctx: Any, latent: Tensor) -> Tensor:
        ctx.save_for_backward(latent)
        return _per_output(latent.abs().flatten(1).mean(1), latent) * latent.sign()

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> Tensor:
        return _through_sign(gradient, ctx.saved_tensors[0])


def _through_sign(gradient: Tensor, latent: Tensor) -> Tensor:
    sign = latent.sign()
    return gradient + sign * _per_output((sign * gradient).flatten(1).mean(1), latent)


class _TernaryWeights(torch.autograd.Function):
    """TWN: +a above D, -a below -D, else 0; D = 0.75 mean |W|, a the mean of |W| above D."""

    @staticmethod
    def forward(ctx: Any, latent: Tensor) -> Tensor:
        magnitude = latent.abs()
        kept = magnitude > 0.75 * magnitude.mean()
        scale = (magnitude * kept).sum() / kept.sum().clamp(min=1)
        return scale * latent.sign() * kept

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> Tensor:
        return gradient


class _TrainedTernary(torch.autograd.Function):
    """TTQ: +wp above D, -wn below -D, else 0; D = 0.05 max |W|, wp and wn are trained."""

    @staticmethod
    def forward(ctx: Any, latent: Tensor, wp: Tensor, wn: Tensor) -> Tensor:
        bound = 0.05 * latent.abs().max()
        plus, minus = (latent > bound).to(latent.dtype), (latent < -bound).to(latent.dtype)
        ctx.save_for_backward(plus, minus, wp, wn)
        return wp * plus - wn * minus

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        plus, minus, wp, wn = ctx.saved_tensors
        latent = gradient * (wp * plus + wn * minus + (1 - plus - minus))
        return latent, (gradient * plus).sum().reshape(1), -(gradient * minus).sum().reshape(1)


class _QuantizedLayer(nn.Module):
    """What the convolution and the linear layer share: latents, their method, and the rule of the input."""

    def __init__(self, method: str, activations: str, shape: Sequence[int], bias: bool):
        super().__init__()
        if method not in METHODS:
            raise ValueError(f"method {method!r} is none of {', '.join(METHODS)}")
        if activations not in ACTIVATIONS:
            raise ValueError(f"activations {activations!r} is none of {', '.join(ACTIVATIONS)}")
        self.method, self.activations = method, activations
        # Standard deviation 1 / sqrt(n): with the published 1 / n the two latents of a pair soon agree, and few weights are 0.
        self.weight = nn.Parameter(torch.randn(*shape) / math.sqrt(math.prod(shape[1:])))
        self.second = nn.Parameter(torch.randn(*shape) / math.sqrt(math.prod(shape[1:]))) if method == "sttn" else None
        self.wp = nn.Parameter(torch.ones(1)) if method == "ttq" else None
        self.wn = nn.Parameter(torch.ones(1)) if method == "ttq" else None
        self.bias = nn.Parameter(torch.zeros(shape[0])) if bias else None

    def quantized_weight(self) -> Tensor:
        """The ternary or binary weights that the layer computes with."""
        if self.method == "sttn":
            # Setun clamps too: a checkpoint saved right after a step may hold latents beyond 1.
            return _SumOfTwoBinary.apply(self.weight.clamp(-1, 1), self.second.clamp(-1, 1))
        if self.method == "xnor":
            return _ScaledSign.apply(self.weight)
        if self.method == "twn":
            return _TernaryWeights.apply(self.weight)
        return _TrainedTernary.apply(self.weight, self.wp, self.wn)

    def clamp_latents(self) -> None:
        """Limits the latents to [-1, 1], as STTN and XNOR-Net do before each step and before evaluation."""
        if self.method in ("sttn", "xnor"):
            with torch.no_grad():
                self.weight.clamp_(-1, 1)
                if self.second is not None:
                    self.second.clamp_(-1, 1)

    def start_from(self, weight: Tensor, bias: Tensor | None) -> None:
        """Takes over trained fp32 weights; of a pair, the second latent gets noise, or no weight would be 0."""
        with torch.no_grad():
            self.weight.copy_(weight)
            if self.second is not None:
                self.second.copy_(weight + torch.randn_like(weight) * weight.std())
            if self.wp is not None and self.wn is not None:
                self.wp.fill_(weight.abs().mean())
                self.wn.fill_(weight.abs().mean())
            if self.bias is not None and bias is not None:
                self.bias.copy_(bias)

    def setun_tensors(self, key: str) -> dict[str, Tensor]:
        """The tensors that Setun reads, by the keys that it looks for (METHODS.md)."""
        tensors: dict[str, Tensor] = {}
        if self.second is not None:
            # The whole bias goes to the first of the pair: Setun adds the two.
            tensors[f"{key}_1.weight"], tensors[f"{key}_2.weight"] = self.weight, self.second
            if self.bias is not None:
                tensors[f"{key}_1.bias"], tensors[f"{key}_2.bias"] = self.bias, torch.zeros_like(self.bias)
            return tensors
        # TWN's and TTQ's kernels are given as they are run, so that no option (threshold, scale per layer) can differ.
        tensors[f"{key}.weight"] = self.weight if self.method == "xnor" else self.quantized_weight()
        if self.bias is not None:
            tensors[f"{key}.bias"] = self.bias
        return tensors

    def setun_method(self) -> str:
        """The method under which Setun reads these tensors."""
        return {"sttn": "sttn", "xnor": "xnor", "twn": "ternary", "ttq": "ttq"}[self.method]


class QuantizedConv2d(_QuantizedLayer):
    """A convolution with ternary or binary weights, and the rule that is applied to its input first."""

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | tuple[int, int],
        stride: int | tuple[int, int] = 1,
        padding: int | tuple[int, int] = 0,
        dilation: int | tuple[int, int] = 1,
        groups: int = 1,
        bias: bool = True,
        method: str = "sttn",
        activations: str = "ternary",
    ):
        kernel = _pair(kernel_size)
        super().__init__(method, activations, (out_channels, in_channels // groups, *kernel), bias)
        self.in_channels, self.out_channels, self.groups = in_channels, out_channels, groups
        self.kernel_size, self.stride, self.padding, self.dilation = kernel, _pair(stride), _pair(padding), _pair(dilation)

    def forward(self, x: Tensor) -> Tensor:
        x = quantize_activations(x, self.activations)
        return F.conv2d(x, self.quantized_weight(), self.bias, self.stride, self.padding, self.dilation, self.groups)


class QuantizedLinear(_QuantizedLayer):
    """A fully connected layer with ternary or binary weights, and the rule that is applied to its input first."""

    def __init__(
        self, in_features: int, out_features: int, bias: bool = True, method: str = "sttn", activations: str = "ternary"
    ):
        super().__init__(method, activations, (out_features, in_features), bias)
        self.in_features, self.out_features = in_features, out_features

    def forward(self, x: Tensor) -> Tensor:
        return F.linear(quantize_activations(x, self.activations), self.quantized_weight(), self.bias)


def _pair(value: int | Sequence[int]) -> tuple[int, int]:
    return (value, value) if isinstance(value, int) else (int(value[0]), int(value[1]))


def quantized_layers(model: nn.Module) -> Iterator[_QuantizedLayer]:
    """The layers of this file in a model."""
    return (module for module in model.modules() if isinstance(module, _QuantizedLayer))


def clamp_latents(model: nn.Module) -> None:
    """Call before every training step and before every evaluation."""
    for layer in quantized_layers(model):
        layer.clamp_latents()


def convert_module(
    model: nn.Module, method: str = "sttn", activations: str = "ternary", keep: Sequence[str] | None = None
) -> nn.Module:
    """A copy of a model whose convolutions and linear layers are quantized.

    The first and the last of them stay fp32, unless ``keep`` names others: what stays as it is, by the names of
    ``model.named_modules()``. Trained weights are taken over. Put a BatchNorm before each quantized layer.
    """
    model = copy.deepcopy(model)
    names = [name for name, module in model.named_modules() if isinstance(module, (nn.Conv2d, nn.Linear))]
    kept = {names[0], names[-1]} if keep is None and names else set(keep or ())
    unknown = kept - set(names)
    if unknown:
        raise ValueError(f"no convolution or linear layer is named {', '.join(sorted(unknown))}")
    for name in names:
        if name in kept:
            continue
        old = model.get_submodule(name)
        bias = old.bias is not None
        if isinstance(old, nn.Conv2d):
            if old.padding_mode != "zeros" or isinstance(old.padding, str):
                raise ValueError(f"{name}: give its padding as numbers, of zeros")
            new: _QuantizedLayer = QuantizedConv2d(
                old.in_channels, old.out_channels, old.kernel_size, old.stride, old.padding, old.dilation, old.groups,
                bias, method, activations,
            )
        else:
            new = QuantizedLinear(old.in_features, old.out_features, bias, method, activations)
        new.start_from(old.weight, old.bias)
        parent, _, child = name.rpartition(".")
        setattr(model.get_submodule(parent), child, new)
    return model


# --- the way to Setun ----------------------------------------------------------------------------


class NotDescribable(ValueError):
    """The network has a step that an architecture file cannot say."""

    def __init__(self, node: torch.fx.Node | str, reason: str):
        super().__init__(f"{node}: {reason}; export it as ONNX instead: torch.onnx.export(model, example, 'model.onnx')")


class _Tracer(torch.fx.Tracer):
    def is_leaf_module(self, module: nn.Module, qualified_name: str) -> bool:
        return isinstance(module, _QuantizedLayer) or super().is_leaf_module(module, qualified_name)


def export_for_setun(
    model: nn.Module,
    path: str | Path,
    input_shape: Sequence[int],
    name: str | None = None,
    labels: Sequence[str] = (),
    preprocessing: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Writes a safetensors file with the architecture inside: ``setun convert PATH -o MODEL.setun`` needs nothing else.

    ``input_shape`` is (channels, height, width), without the batch. ``preprocessing`` is the object of that name in an
    architecture file (``resize``, ``pad``, ``mean``, ``std``); with it, the network reads pictures. Returns the
    architecture. Raises NotDescribable where the network does something that an architecture cannot say.
    """
    training = model.training
    model = model.eval()
    try:
        description = _Description(model, tuple(input_shape))
    finally:
        model.train(training)
    architecture: dict[str, Any] = {"name": name or type(model).__name__.lower(), "input": list(input_shape)}
    if preprocessing:
        architecture["preprocessing"] = preprocessing
    if labels:
        architecture["labels"] = list(labels)
    architecture["layers"] = description.layers
    write_safetensors(Path(path), description.tensors, {"setun.architecture": json.dumps(architecture)})
    return architecture


def write_safetensors(path: Path, tensors: dict[str, Tensor], metadata: dict[str, str]) -> None:
    """Writes fp32 tensors as https://github.com/huggingface/safetensors describes the format."""
    header: dict[str, Any] = {"__metadata__": metadata}
    blobs, offset = [], 0
    for key, tensor in tensors.items():
        values = tensor.detach().to("cpu", torch.float32).contiguous()
        blob = values.numpy().astype("<f4", copy=False).tobytes()
        header[key] = {"dtype": "F32", "shape": list(values.shape), "data_offsets": [offset, offset + len(blob)]}
        blobs.append(blob)
        offset += len(blob)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        file.writelines(blobs)


class _Description:
    """Walks the traced graph once; each node becomes no layer, one, or a few."""

    def __init__(self, model: nn.Module, input_shape: tuple[int, ...]):
        self.model = model
        self.layers: list[dict[str, Any]] = []
        self.tensors: dict[str, Tensor] = {}
        self.value: dict[torch.fx.Node, str] = {}
        self.shape: dict[torch.fx.Node, tuple[int, ...]] = {}
        graph = _Tracer().trace(model)
        _record_shapes(torch.fx.GraphModule(model, graph), torch.zeros(1, *input_shape), self.shape)
        self.folded: set[torch.fx.Node] = set()
        for node in graph.nodes:
            if node not in self.folded:
                self._add(node)

    def _add(self, node: torch.fx.Node) -> None:
        if node.op == "placeholder":
            self.value[node] = "input"
        elif node.op == "call_module":
            self._add_module(node, self.model.get_submodule(str(node.target)))
        elif node.op in ("call_function", "call_method"):
            self._add_function(node)
        elif node.op == "output":
            if not isinstance(node.args[0], torch.fx.Node):
                raise NotDescribable("output", "one tensor is wanted")
        else:
            raise NotDescribable(node, "a tensor of the model is used outside a layer")

    # One layer of the architecture, named after the module or the traced node.
    def _layer(self, node: torch.fx.Node, type_: str, *inputs: torch.fx.Node, name: str | None = None, **fields: Any) -> None:
        name = name or (str(node.target) if node.op == "call_module" else str(node))
        while any(layer["name"] == name for layer in self.layers) or name == "input":
            name += "_"
        layer: dict[str, Any] = {"type": type_, "name": name}
        sources = [self._source(node, value) for value in inputs]
        layer |= {"inputs": sources} if type_ in ("add", "concat", "multiply") else {"input": sources[0]}
        self.layers.append(layer | fields)
        self.value[node] = name

    def _source(self, node: torch.fx.Node, value: Any) -> str:
        if not isinstance(value, torch.fx.Node) or value not in self.value:
            raise NotDescribable(node, f"its operand {value} is no value of the network")
        return self.value[value]

    def _same(self, node: torch.fx.Node) -> None:
        self.value[node] = self._source(node, node.args[0])

    def _add_module(self, node: torch.fx.Node, module: nn.Module) -> None:
        x = node.args[0]
        key = str(node.target)
        if isinstance(module, _QuantizedLayer):
            self._add_quantized(node, module, x)
        elif isinstance(module, nn.Conv2d):
            if module.padding_mode != "zeros" or isinstance(module.padding, str):
                raise NotDescribable(key, "its padding is not a number of zeros")
            self._tensors(key, weight=module.weight, bias=module.bias)
            self._layer(node, "convolution", x, key=key, output_channels=module.out_channels, **_window(module),
                        **_groups(module), bias=module.bias is not None)
        elif isinstance(module, nn.Linear):
            self._check_flat(node, x)
            self._tensors(key, weight=module.weight, bias=module.bias)
            self._layer(node, "linear", x, key=key, outputs=module.out_features, bias=module.bias is not None)
        elif isinstance(module, (nn.BatchNorm2d, nn.BatchNorm1d)):
            self._norm(key, module)
            reader = next(iter(x.users)) if len(x.users) == 1 else None
            if self._folds_into_next(node):
                self.value[node] = self._source(node, x)  # the quantized layer after it takes it up
            elif reader is node and self._folds_into_last(x, key, module.eps):
                self.value[node] = self._source(node, x)
            else:
                self._layer(node, "batch_norm", x, key=key, epsilon=module.eps, affine=module.affine)
        elif isinstance(module, nn.PReLU):
            self._tensors(key, weight=module.weight)
            self._layer(node, "prelu", x, key=key)
        elif isinstance(module, (nn.Dropout, nn.Dropout2d, nn.AlphaDropout, nn.Identity)):
            self._same(node)
        elif isinstance(module, nn.Flatten):
            self._flatten(node, module.start_dim, module.end_dim)
        elif isinstance(module, (nn.MaxPool2d, nn.AvgPool2d)):
            self._pool(node, x, module)
        elif isinstance(module, (nn.AdaptiveAvgPool2d, nn.AdaptiveMaxPool2d)):
            if _pair(module.output_size or 0) != (1, 1):
                raise NotDescribable(key, "adaptive pooling to other sizes than 1 is not supported")
            average = isinstance(module, nn.AdaptiveAvgPool2d)
            self._layer(node, "global_average_pool" if average else "global_max_pool", x)
        elif type(module) in _ELEMENTWISE:
            type_, fields = _ELEMENTWISE[type(module)](module)
            self._layer(node, type_, x, **fields)
        else:
            raise NotDescribable(key, f"{type(module).__name__} has no layer in an architecture file")

    def _tensors(self, key: str, **named: Tensor | None) -> None:
        for name, tensor in named.items():
            if tensor is not None:
                self.tensors[f"{key}.{name}"] = tensor

    def _norm(self, key: str, module: nn.BatchNorm1d | nn.BatchNorm2d) -> None:
        if module.running_mean is None:
            raise NotDescribable(key, "it keeps no running statistics")
        self._tensors(key, weight=module.weight, bias=module.bias, running_mean=module.running_mean,
                      running_var=module.running_var)

    def _quantized(self, node: torch.fx.Node) -> _QuantizedLayer | None:
        module = self.model.get_submodule(str(node.target)) if node.op == "call_module" else None
        return module if isinstance(module, _QuantizedLayer) else None

    def _folds_into_next(self, node: torch.fx.Node) -> bool:
        users = list(node.users)
        layer = self._quantized(users[0]) if len(users) == 1 else None
        return layer is not None and layer.activations != "float"

    def _folds_into_last(self, x: torch.fx.Node, key: str, epsilon: float) -> bool:
        if self._quantized(x) is None or "output_norm" in self.layers[-1] or self.layers[-1]["name"] != self.value[x]:
            return False
        if self.layers[-1].setdefault("epsilon", epsilon) != epsilon:
            return False
        self.layers[-1]["output_norm"] = key
        return True

    def _add_quantized(self, node: torch.fx.Node, module: _QuantizedLayer, x: torch.fx.Node) -> None:
        key = str(node.target)
        self.tensors |= module.setun_tensors(key)
        fields: dict[str, Any] = {"key": key, "bias": module.bias is not None}
        fields |= {"activations": module.activations, "method": module.setun_method()}
        before = self.model.get_submodule(str(x.target)) if x.op == "call_module" else None
        if isinstance(before, (nn.BatchNorm2d, nn.BatchNorm1d)) and self._folds_into_next(x):
            fields |= {"input_norm": str(x.target), "epsilon": before.eps}
        if isinstance(module, QuantizedConv2d):
            self._layer(node, "ternary_convolution", x, output_channels=module.out_channels, **_window(module),
                        **_groups(module), **fields)
        elif isinstance(module, QuantizedLinear):
            self._check_flat(node, x)
            self._layer(node, "ternary_linear", x, outputs=module.out_features, **fields)

    def _check_flat(self, node: torch.fx.Node, x: torch.fx.Node) -> None:
        if len(self.shape[x]) != 2:
            raise NotDescribable(node, f"a linear layer over a tensor of {len(self.shape[x])} dimensions")

    def _flatten(self, node: torch.fx.Node, start: int, end: int) -> None:
        x = node.args[0]
        rank = len(self.shape[x])
        if start != 1 or end not in (-1, rank - 1):
            raise NotDescribable(node, "only all dimensions behind the batch can be flattened")
        # Linear layers flatten by themselves; others see features as channels.
        flat = rank == 2 or self.shape[x][2:] == (1, 1)
        if flat or all(self._is_linear(user) for user in node.users):
            self._same(node)
        else:
            self._layer(node, "flatten", x)

    def _is_linear(self, node: torch.fx.Node) -> bool:
        if node.op == "output":
            return False
        module = self.model.get_submodule(str(node.target)) if node.op == "call_module" else None
        if isinstance(module, (nn.Dropout, nn.Identity)):
            return all(self._is_linear(user) for user in node.users)
        return isinstance(module, nn.Linear)

    def _pool(self, node: torch.fx.Node, x: torch.fx.Node, module: nn.MaxPool2d | nn.AvgPool2d) -> None:
        if getattr(module, "return_indices", False):
            raise NotDescribable(node, "pooling with return_indices is not supported")
        average = isinstance(module, nn.AvgPool2d)
        if average and module.divisor_override:
            raise NotDescribable(node, "an average with a divisor of its own is not supported")
        fields: dict[str, Any] = {"ceil": True} if module.ceil_mode else {}
        if average and not module.count_include_pad:
            fields["count_padding"] = False
        self._layer(node, "average_pool" if average else "max_pool", x, **_window(module), **fields)

    def _add_function(self, node: torch.fx.Node) -> None:
        target, arguments = node.target, node.args
        name = target if isinstance(target, str) else getattr(target, "__name__", str(target))
        if name in ("add", "iadd", "add_") and len(arguments) == 2:
            self._layer(node, "add", *arguments)
        elif name == "cat" and node.kwargs.get("dim", arguments[1] if len(arguments) > 1 else 0) in (1, -3):
            self._concat(node, list(arguments[0]))
        elif name in ("mul", "imul") and len(arguments) == 2 and 0 in arguments:
            self.value[node] = ""  # zeros, which the joining of channels takes up
        elif name == "flatten":
            named = dict(zip(("start_dim", "end_dim"), arguments[1:])) | node.kwargs
            self._flatten(node, named.get("start_dim", 0), named.get("end_dim", -1))
        elif name in ("view", "reshape") and len(self.shape[node]) == 2 and self.shape[node][0] == 1:
            self._flatten(node, 1, -1)
        elif name in ("mul", "imul") and len(arguments) == 2:
            self._multiply(node, *arguments)
        elif name in _FUNCTIONS:
            module = _FUNCTIONS[name](*arguments[1:], **node.kwargs)
            type_, fields = _ELEMENTWISE[type(module)](module)
            self._layer(node, type_, arguments[0], **fields)
        elif name == "dropout":
            self._same(node)
        elif name == "max_pool2d":
            self._pool(node, arguments[0], nn.MaxPool2d(*arguments[1:], **node.kwargs))
        elif name == "avg_pool2d":
            self._pool(node, arguments[0], nn.AvgPool2d(*arguments[1:], **node.kwargs))
        elif name == "adaptive_avg_pool2d" and _pair(arguments[1]) == (1, 1):
            self._layer(node, "global_average_pool", arguments[0])
        elif name == "mean" and _is_spatial(arguments[1] if len(arguments) > 1 else node.kwargs.get("dim")):
            self._layer(node, "global_average_pool", arguments[0])
        else:
            raise NotDescribable(node, f"{name} has no layer in an architecture file")

    def _multiply(self, node: torch.fx.Node, left: Any, right: Any) -> None:
        if not isinstance(left, torch.fx.Node) or not isinstance(right, torch.fx.Node):
            raise NotDescribable(node, "a product with a number has no layer in an architecture file")
        if self.shape[left] != self.shape[node]:
            left, right = right, left  # the second value is the one that is repeated
        self._layer(node, "multiply", left, right)

    def _concat(self, node: torch.fx.Node, parts: list[torch.fx.Node]) -> None:
        last = parts[-1]
        if len(parts) == 2 and self.value.get(last) == "":
            self._layer(node, "channel_pad", parts[0], output_channels=self.shape[node][1])
        else:
            self._layer(node, "concat", *parts)


_ELEMENTWISE: dict[type, Callable[[Any], tuple[str, dict[str, Any]]]] = {
    nn.ReLU: lambda m: ("relu", {}),
    nn.ReLU6: lambda m: ("relu6", {}),
    nn.LeakyReLU: lambda m: ("leaky_relu", {"slope": m.negative_slope}),
    nn.Hardtanh: lambda m: ("clamp", {"low": m.min_val, "high": m.max_val}),
    nn.Sigmoid: lambda m: ("sigmoid", {}),
    nn.Tanh: lambda m: ("tanh", {}),
    nn.SiLU: lambda m: ("silu", {}),
    nn.Hardsigmoid: lambda m: ("hard_sigmoid", {}),
    nn.Hardswish: lambda m: ("hard_swish", {}),
    nn.GELU: lambda m: ("gelu", {"tanh": m.approximate == "tanh"}),
    nn.ELU: lambda m: ("elu", {"alpha": m.alpha}),
    nn.ChannelShuffle: lambda m: ("channel_shuffle", {"groups": m.groups}),
}

# Functions take the arguments of their modules.
_FUNCTIONS: dict[str, type] = {
    "relu": nn.ReLU, "relu_": nn.ReLU, "relu6": nn.ReLU6, "leaky_relu": nn.LeakyReLU, "hardtanh": nn.Hardtanh,
    "sigmoid": nn.Sigmoid, "tanh": nn.Tanh, "silu": nn.SiLU, "hardsigmoid": nn.Hardsigmoid, "hardswish": nn.Hardswish,
    "gelu": nn.GELU, "elu": nn.ELU,
}


def _is_spatial(dimensions: Any) -> bool:
    return isinstance(dimensions, (list, tuple)) and sorted(d % 4 for d in dimensions) == [2, 3]


def _window(module: Any) -> dict[str, Any]:
    fields = {"kernel": list(_pair(module.kernel_size))}
    stride = module.kernel_size if module.stride is None else module.stride
    fields |= {"stride": list(_pair(stride)), "pad": list(_pair(module.padding))}
    dilation = _pair(getattr(module, "dilation", 1))
    if isinstance(module, (nn.MaxPool2d, nn.AvgPool2d)):
        if dilation != (1, 1):
            raise NotDescribable(type(module).__name__, "dilated pooling is not supported")
        return fields
    return fields | {"dilation": list(dilation)}


def _groups(module: Any) -> dict[str, Any]:
    return {"groups": module.groups} if module.groups != 1 else {}


def _record_shapes(graph: torch.fx.GraphModule, example: Tensor, shapes: dict[torch.fx.Node, tuple[int, ...]]) -> None:
    class Recorder(torch.fx.Interpreter):
        def run_node(self, node: torch.fx.Node) -> Any:
            result = super().run_node(node)
            if isinstance(result, Tensor):
                shapes[node] = tuple(result.shape)
            return result

    with torch.no_grad():
        Recorder(graph).run(example)
