"""Small networks of many kinds, exported by both of PyTorch's exporters, with the outputs of ONNX Runtime.

    python make_cases.py cases        # needs torch, onnx, onnxruntime, onnxscript, safetensors

Made with torch 2.13 and onnxruntime 1.30. Random weights; BatchNorms have statistics of their own.
"""

import sys
from pathlib import Path

import numpy as np
import onnxruntime
import torch
import torch.nn as nn
import torch.nn.functional as F
from safetensors.torch import save_file


class SqueezeExcitation(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.down, self.up = nn.Linear(channels, channels // 4), nn.Linear(channels // 4, channels)

    def forward(self, x):
        gate = torch.sigmoid(self.up(F.relu(self.down(x.mean((2, 3))))))
        return x * gate.view(x.shape[0], -1, 1, 1).expand_as(x)


class Shuffle(nn.Module):
    def __init__(self, groups):
        super().__init__()
        self.groups = groups

    def forward(self, x):
        n, c, h, w = x.shape
        return x.view(n, self.groups, c // self.groups, h, w).transpose(1, 2).reshape(n, c, h, w)


class HalfConvolved(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv = nn.Conv2d(channels // 2, channels // 2, 3, padding=1)

    def forward(self, x):
        left, right = x.chunk(2, 1)
        return torch.cat([left, self.conv(right)], 1)


class RSign(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.shift = nn.Parameter(torch.randn(1, channels, 1, 1) * 0.3)

    def forward(self, x):
        return (x + self.shift).sign()


class RPReLU(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.before = nn.Parameter(torch.randn(1, channels, 1, 1) * 0.3)
        self.after = nn.Parameter(torch.randn(1, channels, 1, 1) * 0.3)
        self.prelu = nn.PReLU(channels)

    def forward(self, x):
        return self.prelu(x - self.before) + self.after


class BinaryConv(nn.Module):
    def __init__(self, inputs, outputs, groups=1):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(outputs, inputs // groups, 3, 3) * 0.1)
        self.groups = groups

    def forward(self, x):
        weight = self.weight.abs().mean((1, 2, 3), keepdim=True) * self.weight.sign()
        return F.conv2d(x, weight, None, 1, 1, 1, self.groups)


class BinaryLinear(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(outputs, inputs) * 0.1)
        self.bias = nn.Parameter(torch.randn(outputs))

    def forward(self, x):
        return F.linear(x.sign(), self.weight.abs().mean(1, keepdim=True) * self.weight.sign(), self.bias)


class Quantizer(nn.Module):
    def __init__(self, bits, scale, zero):
        super().__init__()
        self.highest, self.scale, self.zero = 2**bits - 1, scale, zero

    def forward(self, x):
        level = torch.clamp(torch.round(x / self.scale) + self.zero, 0, self.highest)
        return (level - self.zero) * self.scale


class AveragedResponse(nn.Module):
    """Local response normalization as it was written before PyTorch had a layer for it."""

    def __init__(self, size, alpha, beta):
        super().__init__()
        self.average = nn.AvgPool3d((size, 1, 1), 1, (size // 2, 0, 0))
        self.alpha, self.beta = alpha, beta

    def forward(self, x):
        mean = self.average(x.pow(2).unsqueeze(1)).squeeze(1)
        return x.div(mean.mul(self.alpha).add(1.0).pow(self.beta))


class Of(nn.Module):
    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, x):
        return self.function(x)


def block(inputs, outputs, kernel=3, groups=1, act=nn.ReLU):
    conv = nn.Conv2d(inputs, outputs, kernel, 1, kernel // 2, groups=groups, bias=False)
    return [conv, nn.BatchNorm2d(outputs), act()]


def tail(channels):
    return [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, 5)]


SMOOTH = [nn.SiLU, nn.Hardswish, nn.GELU, lambda: nn.GELU("tanh"), nn.ELU, nn.Softplus, nn.Tanh, nn.Hardsigmoid, nn.Sigmoid]
RECTIFIED = [nn.Hardtanh, lambda: nn.LeakyReLU(0.2), nn.SELU, nn.Mish, nn.ReLU6]

NETWORKS = {
    "mobile": lambda: [*block(3, 8, act=nn.ReLU6), *block(8, 8, groups=8, act=nn.ReLU6), *block(8, 12, 1), *tail(12)],
    "multiplier": lambda: [*block(3, 4), nn.Conv2d(4, 12, 3, 2, 1, groups=4), nn.SiLU(), *tail(12)],
    "groups": lambda: [*block(3, 36), *block(36, 96, 1, groups=4), *block(96, 8, 1, groups=8), *tail(8)],
    "binary-groups": lambda: [*block(3, 24), RSign(24), BinaryConv(24, 16, 4), nn.BatchNorm2d(16), RPReLU(16), RSign(16),
                              BinaryConv(16, 16, 16), nn.BatchNorm2d(16), *tail(16)],
    "squeeze": lambda: [*block(3, 8), SqueezeExcitation(8), *tail(8)],
    "shuffle": lambda: [*block(3, 12), nn.Conv2d(12, 12, 1, groups=3), Shuffle(3), HalfConvolved(12), *tail(12)],
    "smooth": lambda: [layer for i, act in enumerate(SMOOTH) for layer in block(4 if i else 3, 4, act=act)] + tail(4),
    "rectified": lambda: [layer for i, act in enumerate(RECTIFIED) for layer in block(4 if i else 3, 4, act=act)] + tail(4),
    "pools": lambda: [*block(3, 4), nn.AvgPool2d(3, 2, 1, count_include_pad=False), nn.MaxPool2d(2, 2, ceil_mode=True),
                      nn.AvgPool2d(2, 2, ceil_mode=True), *tail(4)],
    "perceptron": lambda: [*block(3, 4), RSign(4), BinaryConv(4, 6), nn.MaxPool2d(2), nn.BatchNorm2d(6), nn.Flatten(),
                           nn.BatchNorm1d(6 * 36), BinaryLinear(6 * 36, 20), nn.BatchNorm1d(20), nn.Hardtanh(),
                           BinaryLinear(20, 5), nn.BatchNorm1d(5), nn.LogSoftmax(1)],
    "quantizers": lambda: [*block(3, 4), Quantizer(4, 0.13, 3), nn.Conv2d(4, 4, 3, padding=1), Quantizer(8, 0.05, 128), *tail(4)],
    "levels": lambda: [nn.Conv2d(3, 4, 3), Of(lambda x: torch.where(x > 0.1, 0.7, 0.2)), nn.Conv2d(4, 4, 3), *tail(4)],
    "bounds": lambda: [nn.Conv2d(3, 4, 3), Of(lambda x: torch.maximum(x.abs(), torch.tensor([0.1, 0.2, 0.3, 0.4]).view(1, 4, 1, 1))), *tail(4)],
    "probabilities": lambda: [*block(3, 4), *tail(4), nn.Softmax(1)],
    "response": lambda: [*block(3, 8), nn.LocalResponseNorm(5, 0.5), *block(8, 8), AveragedResponse(3, 0.3, 0.5), *tail(8)],
    "response-unsqueezed": lambda: [*block(3, 8), nn.LocalResponseNorm(5, 0.5, 0.6, 2), AveragedResponse(3, 0.3, 0.5), *tail(8)],
    "scaled": lambda: [*block(3, 4, act=lambda: nn.CELU(0.7)), *block(4, 4, act=nn.LogSigmoid),
                       *block(4, 4, act=lambda: nn.Softplus(2)), nn.Conv2d(4, 4, 1), Of(lambda x: x * torch.sigmoid(1.702 * x)), *tail(4)],
    "scaled-functions": lambda: [*block(3, 4, act=lambda: nn.CELU(1.5)), *block(4, 4, act=nn.LogSigmoid),
                                 nn.Conv2d(4, 4, 1), Of(lambda x: -F.elu(-2 * x)), *tail(4)],
}


def export(name, network, folder, dynamo):
    for module in network.modules():
        if isinstance(module, (nn.BatchNorm1d, nn.BatchNorm2d)):
            module.running_mean.normal_(0, 0.3)
            module.running_var.uniform_(0.5, 2)
            nn.init.uniform_(module.weight, 0.5, 1.5)
            nn.init.normal_(module.bias, std=0.3)
    images = torch.randn(3, 3, 12, 12)
    folder.mkdir(parents=True, exist_ok=True)
    file = str(folder / "model.onnx")
    if dynamo:
        torch.onnx.export(network, (images[:1],), file, dynamo=True, external_data=False)
    else:
        torch.onnx.export(network, (images[:1],), file, dynamo=False, opset_version=13, dynamic_axes={"x": {0: "n"}},
                          input_names=["x"], output_names=["y"])
    session = onnxruntime.InferenceSession(file)
    inputs = session.get_inputs()[0].name
    outputs = [session.run(None, {inputs: image[None].numpy()})[0] for image in images]
    save_file({"input": images}, folder / "input.safetensors")
    save_file({"logits": torch.from_numpy(np.concatenate(outputs))}, folder / "expected.safetensors")


if __name__ == "__main__":
    torch.manual_seed(3)
    for i, (name, layers) in enumerate(NETWORKS.items()):
        export(name, nn.Sequential(*layers()).eval(), Path(sys.argv[1]) / name, dynamo=i % 2 == 1)
