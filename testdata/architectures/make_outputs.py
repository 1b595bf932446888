# Copyright The Setun project. Licensed under the Apache License, Version 2.0.
"""Outputs of the built-in architectures, computed by PyTorch with weights that anyone can make again.

    python make_outputs.py        # needs torch and numpy; writes NAME.txt and NAME.npy into this folder

Every tensor's values follow from its key and the seed alone (`values`), so no weights are kept: NAME.txt lists seed, keys and
shapes, NAME.npy is the output for the input that is made in the same way. The Java test makes the same tensors and compares.

A trit whose input lies within rounding of its threshold may turn, and then moves the outputs by more than rounding does: of
the seeds 1, 2, 3 … each network has the first for which PyTorch's own fp32 and fp64 agree, so that the comparison is about meaning.
"""

import math
import sys
from pathlib import Path

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

HERE = Path(__file__).parent


def values(key: str, seed: int, shape: tuple[int, ...]) -> np.ndarray:
    """Uniform numbers: SplitMix64 from the FNV-1a hash of the key, and what range suits the kind of tensor."""
    state = 0xCBF29CE484222325 ^ seed
    for byte in key.encode():
        state = (state ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    count = math.prod(shape)
    with np.errstate(over="ignore"):
        z = np.uint64(state) + np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z ^= z >> np.uint64(31)
    # Odd multiples of 2^-24, so that no latent is 0, which has no sign.
    uniform = (z >> np.uint64(40) | np.uint64(1)).astype(np.float32) * np.float32(2.0**-24)
    if key == "input":
        uniform = uniform * np.float32(4) - np.float32(2)
    elif key.endswith("running_var"):
        uniform = uniform + np.float32(0.5)
    elif len(shape) == 1 and key.endswith(".weight"):  # of BatchNorm and PReLU
        uniform = uniform * np.float32(1.25) - np.float32(0.25)
    elif len(shape) == 1 or key.endswith(".bias"):
        uniform = uniform - np.float32(0.5)
    else:  # a power of two beside 1 / sqrt(weights of one output)
        inputs = math.prod(shape[1:]) if shape[1:] != (1,) else 576
        uniform = (uniform - np.float32(0.5)) * np.float32(2.0 ** (2 - int(math.log2(inputs)) // 2))
    return uniform.reshape(shape)


class Column(nn.Module):
    """A binary convolution as Bi-Real-Net keeps it: all latents in one column."""

    def __init__(self, inputs: int, outputs: int, kernel: int = 3, stride: int = 1, padding: int = 1):
        super().__init__()
        self.shape, self.stride, self.padding = (outputs, inputs, kernel, kernel), stride, padding
        self.weights = nn.Parameter(torch.empty(outputs * inputs * kernel * kernel, 1))

    def forward(self, x):
        latent = self.weights.view(self.shape)
        scale = latent.abs().mean((1, 2, 3), keepdim=True)
        return F.conv2d(torch.sign(x), scale * torch.sign(latent), None, self.stride, self.padding)


def binarized(latent):
    scale = latent.abs().flatten(1).mean(1).reshape(-1, *[1] * (latent.dim() - 1))
    return scale * torch.sign(latent)


def centred(latent):
    return (latent - latent.mean(1, keepdim=True)).clamp(-1, 1)


def ternarized(x):
    return (x >= 0.5).to(x.dtype) - (x < -0.5).to(x.dtype)


def summed(first, second):
    scale = (first.abs() + second.abs()).flatten(1).mean(1) / 2
    return scale.reshape(-1, *[1] * (first.dim() - 1)) * (torch.sign(first) + torch.sign(second))


class SttnBlock(nn.Module):
    def __init__(self, inputs: int, outputs: int, stride: int):
        super().__init__()
        self.stride, self.grows = stride, outputs > inputs
        for half, (a, s) in enumerate(((inputs, stride), (outputs, 1)), 1):
            self.add_module(f"bn{half}", nn.BatchNorm2d(a))
            for twin in (1, 2):
                self.add_module(f"conv{half}_{twin}", nn.Conv2d(a, outputs, 3, s, 1))
            self.add_module(f"bn_add{half}", nn.BatchNorm2d(outputs))
            self.add_module(f"prelu{half}", nn.PReLU(outputs))

    def forward(self, x):
        for half in (1, 2):
            layer = lambda name: self.get_submodule(name)
            first, second = (layer(f"conv{half}_{twin}") for twin in (1, 2))
            trits = ternarized(layer(f"bn{half}")(x))
            y = F.conv2d(trits, summed(first.weight, second.weight), first.bias + second.bias, first.stride, 1)
            shortcut = F.max_pool2d(x, 2) if half == 1 and self.stride == 2 else x
            if half == 1 and self.grows:
                shortcut = torch.cat([shortcut, shortcut * 0], 1)
            x = layer(f"prelu{half}")(layer(f"bn_add{half}")(y) + shortcut)
        return x


class SttnResNet(nn.Module):
    def __init__(self, blocks):
        super().__init__()
        layers = [nn.Conv2d(3, 64, 7, 2, 3, bias=False), nn.BatchNorm2d(64), nn.PReLU(64), nn.MaxPool2d(3, 2, 1)]
        inputs = 64
        for stage, count in enumerate(blocks):
            for block in range(count):
                layers.append(SttnBlock(inputs, 64 << stage, 2 if stage and block == 0 else 1))
                inputs = 64 << stage
        self.features = nn.Sequential(*layers)
        self.fc = nn.Linear(512, 1000)

    def forward(self, x):
        return self.fc(F.avg_pool2d(self.features(x), 7).flatten(1))


class BiRealBlock(nn.Module):
    def __init__(self, inputs: int, outputs: int, stride: int):
        super().__init__()
        self.binary_conv, self.bn1 = Column(inputs, outputs, stride=stride), nn.BatchNorm2d(outputs)
        self.downsample = None
        if stride == 2:
            self.downsample = nn.Sequential(
                nn.AvgPool2d(2), nn.Conv2d(inputs, outputs, 1, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        return self.bn1(self.binary_conv(x)) + (x if self.downsample is None else self.downsample(x))


class BiRealNet18(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(3, 64, 7, 2, 3, bias=False), nn.BatchNorm2d(64)
        for stage in range(4):
            outputs = 64 << stage
            first = BiRealBlock(outputs // 2 if stage else 64, outputs, 2 if stage else 1)
            rest = (BiRealBlock(outputs, outputs, 1) for _ in range(3))
            self.add_module(f"layer{stage + 1}", nn.Sequential(first, *rest))
        self.fc = nn.Linear(512, 1000)

    def forward(self, x):
        x = F.max_pool2d(self.bn1(self.conv1(x)), 3, 2, 1)
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return self.fc(x.mean((2, 3)))


class Move(nn.Module):
    def __init__(self, channels: int):
        super().__init__()
        self.bias = nn.Parameter(torch.empty(1, channels, 1, 1))

    def forward(self, x):
        return x + self.bias


class ReActBlock(nn.Module):
    def __init__(self, inputs: int, outputs: int, stride: int):
        super().__init__()
        self.stride, self.grows = stride, outputs > inputs
        self.move11, self.binary_3x3, self.bn1 = Move(inputs), Column(inputs, inputs, stride=stride), nn.BatchNorm2d(inputs)
        self.move12, self.prelu1, self.move13 = Move(inputs), nn.PReLU(inputs), Move(inputs)
        self.move21 = Move(inputs)
        if self.grows:
            self.binary_pw_down1, self.binary_pw_down2 = (Column(inputs, inputs, 1, 1, 0) for _ in range(2))
            self.bn2_1, self.bn2_2 = nn.BatchNorm2d(inputs), nn.BatchNorm2d(inputs)
        else:
            self.binary_pw, self.bn2 = Column(inputs, outputs, 1, 1, 0), nn.BatchNorm2d(outputs)
        self.move22, self.prelu2, self.move23 = Move(outputs), nn.PReLU(outputs), Move(outputs)

    def forward(self, x):
        y = self.bn1(self.binary_3x3(self.move11(x))) + (F.avg_pool2d(x, 2) if self.stride == 2 else x)
        y = self.move13(self.prelu1(self.move12(y)))
        z = self.move21(y)
        if self.grows:
            z = torch.cat([self.bn2_1(self.binary_pw_down1(z)) + y, self.bn2_2(self.binary_pw_down2(z)) + y], 1)
        else:
            z = self.bn2(self.binary_pw(z)) + y
        return self.move23(self.prelu2(self.move22(z)))


class ReActNetA(nn.Module):
    def __init__(self):
        super().__init__()
        stem = nn.Sequential()
        stem.add_module("conv1", nn.Conv2d(3, 32, 3, 2, 1, bias=False))
        stem.add_module("bn1", nn.BatchNorm2d(32))
        channels = [32, 64, 128, 128, 256, 256, 512, 512, 512, 512, 512, 512, 1024, 1024]
        blocks = (ReActBlock(a, b, 2 if a != b and b != 64 else 1) for a, b in zip(channels, channels[1:]))
        self.feature = nn.Sequential(stem, *blocks)
        self.fc = nn.Linear(1024, 1000)

    def forward(self, x):
        return self.fc(self.feature(x).mean((2, 3)))


class VggSmall(nn.Module):
    def __init__(self):
        super().__init__()
        channels = [3, 128, 128, 256, 256, 512, 512]
        for i, (a, b) in enumerate(zip(channels, channels[1:])):
            self.add_module(f"conv{i}", nn.Conv2d(a, b, 3, padding=1, bias=False))
            self.add_module(f"bn{i}", nn.BatchNorm2d(b))
        self.fc = nn.Linear(512 * 4 * 4, 10)

    def forward(self, x):
        x = F.hardtanh(self.bn0(self.conv0(x)))
        for i in range(1, 6):
            x = F.conv2d(torch.sign(x), binarized(self.get_submodule(f"conv{i}").weight), padding=1)
            if i % 2 == 1:
                x = F.max_pool2d(x, 2)
            x = F.hardtanh(self.get_submodule(f"bn{i}")(x))
        return self.fc(x.flatten(1))


class XnorLayer(nn.Module):
    """XNOR-Net's order; its latents are centred and clamped before each step of the training."""

    def __init__(self, inputs: int, outputs: int, kernel: int, padding: int = 0):
        super().__init__()
        norm, layer, name = nn.BatchNorm2d, nn.Conv2d(inputs, outputs, kernel or 1, padding=padding), "conv"
        if kernel == 0:
            norm, layer, name = nn.BatchNorm1d, nn.Linear(inputs, outputs), "linear"
        self.bn, self.padding = norm(inputs, eps=1e-4), padding
        self.add_module(name, layer)

    def forward(self, x):
        signs = torch.sign(self.bn(x))
        if hasattr(self, "linear"):
            return F.relu(F.linear(signs, binarized(centred(self.linear.weight)), self.linear.bias))
        return F.relu(F.conv2d(signs, binarized(centred(self.conv.weight)), self.conv.bias, padding=self.padding))


class SttnLayer(nn.Module):
    def __init__(self, inputs: int, outputs: int, kernel: int, padding: int = 0):
        super().__init__()
        self.name = "conv" if kernel else "linear"
        self.bn = nn.BatchNorm2d(inputs) if kernel else nn.BatchNorm1d(inputs)
        for twin in (1, 2):
            layer = nn.Conv2d(inputs, outputs, kernel, padding=padding) if kernel else nn.Linear(inputs, outputs)
            self.add_module(f"{self.name}_{twin}", layer)
        self.prelu = nn.PReLU(outputs)
        self.padding = padding

    def forward(self, x):
        first, second = (self.get_submodule(f"{self.name}_{twin}") for twin in (1, 2))
        weight, bias = summed(first.weight, second.weight), first.bias + second.bias
        trits = ternarized(self.bn(x))
        y = F.conv2d(trits, weight, bias, padding=self.padding) if self.name == "conv" else F.linear(trits, weight, bias)
        return self.prelu(y)


class AlexNet(nn.Module):
    def __init__(self, layer, first, epsilon: float, last_epsilon: float):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, 96, 11, 4), nn.BatchNorm2d(96, eps=epsilon), first, nn.MaxPool2d(3, 2),
            layer(96, 256, 5, 2), nn.MaxPool2d(3, 2), layer(256, 384, 3, 1), layer(384, 384, 3, 1), layer(384, 256, 3, 1),
            nn.MaxPool2d(3, 2))
        self.classifier = nn.Sequential(
            layer(256 * 6 * 6, 4096, 0), layer(4096, 4096, 0), nn.BatchNorm1d(4096, eps=last_epsilon), nn.Dropout(),
            nn.Linear(4096, 1000))

    def forward(self, x):
        return self.classifier(self.features(x).flatten(1))


NETWORKS = {
    "resnet18": (lambda: SttnResNet([2, 2, 2, 2]), (3, 224, 224)),
    "resnet34": (lambda: SttnResNet([3, 4, 6, 3]), (3, 224, 224)),
    "sttn-alexnet": (lambda: AlexNet(SttnLayer, nn.PReLU(96), 1e-5, 1e-5), (3, 227, 227)),
    "vgg-small": (VggSmall, (3, 32, 32)),
    "bi-real-net18": (BiRealNet18, (3, 224, 224)),
    "reactnet-a": (ReActNetA, (3, 224, 224)),
    "xnor-alexnet": (lambda: AlexNet(XnorLayer, nn.ReLU(), 1e-4, 1e-3), (3, 227, 227)),
}


def run(make, shape, seed: int, dtype: torch.dtype) -> np.ndarray:
    model = make().eval()
    for key, tensor in model.state_dict().items():
        if not key.endswith("num_batches_tracked"):
            tensor.copy_(torch.from_numpy(values(key, seed, tuple(tensor.shape))))
    image = torch.from_numpy(values("input", seed, shape)).to(dtype)
    with torch.no_grad():
        return model.to(dtype)(image[None])[0].double().numpy()


def main() -> None:
    for name in sys.argv[1:] or NETWORKS:
        make, shape = NETWORKS[name]
        for seed in range(1, 100):
            single, double = (run(make, shape, seed, dtype) for dtype in (torch.float32, torch.float64))
            difference = abs(single - double).max() / abs(double).max()
            print(f"{name}, seed {seed}: fp32 is {difference:.1e} from fp64", flush=True)
            if difference < 2e-5:
                break
        lines = [f"seed {seed}"]
        for key, tensor in make().state_dict().items():
            if not key.endswith("num_batches_tracked"):
                lines.append(" ".join([key, *map(str, tensor.shape)]))
        (HERE / f"{name}.txt").write_text("\n".join(lines) + "\n")
        np.save(HERE / f"{name}.npy", single.astype(np.float32))


if __name__ == "__main__":
    main()
