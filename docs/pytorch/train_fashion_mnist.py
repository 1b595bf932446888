# SPDX-License-Identifier: Apache-2.0
# Copyright The Setun project. Licensed under the Apache License, Version 2.0.
"""Trains a ternary network on Fashion-MNIST and exports it for Setun. One epoch takes some minutes on a core.

    python train_fashion_mnist.py DATA OUT.safetensors [EPOCHS]

DATA holds the four files of the data set (Debian: dataset-fashion-mnist).
"""

import gzip
import math
import sys
from pathlib import Path

import torch
import torch.nn as nn
import torch.nn.functional as F

from setun_torch import QuantizedConv2d, clamp_latents, export_for_setun

MEAN, STD, PAD = 0.2860, 0.3530, 2
LABELS = ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"]


class HalfBlock(nn.Module):
    """STTN's: BatchNorm, ternarizer, convolution, BatchNorm, a shortcut without parameters, PReLU."""

    def __init__(self, inputs: int, outputs: int, stride: int):
        super().__init__()
        self.stride = stride
        self.bn = nn.BatchNorm2d(inputs)
        self.conv = QuantizedConv2d(inputs, outputs, 3, stride, 1)
        self.bn_add = nn.BatchNorm2d(outputs)
        self.prelu = nn.PReLU(outputs)

    def forward(self, x):
        shortcut = x
        if self.stride == 2:
            shortcut = F.max_pool2d(x, 2)
            shortcut = torch.cat([shortcut, shortcut * 0.0], 1)
        return self.prelu(self.bn_add(self.conv(self.bn(x))) + shortcut)


def network(width: int = 32) -> nn.Module:
    layers = [nn.Conv2d(1, width, 3, 1, 1, bias=False), nn.BatchNorm2d(width), nn.PReLU(width), nn.MaxPool2d(3, 2, 1)]
    for channels, stride in ((width, 1), (2 * width, 2), (4 * width, 2)):
        layers += [HalfBlock(channels // stride, channels, stride), HalfBlock(channels, channels, 1)]
    return nn.Sequential(*layers, nn.AvgPool2d(4), nn.Flatten(), nn.Linear(4 * width, 10))


def images(path: Path) -> torch.Tensor:
    raw = bytearray(gzip.open(path).read()[16:])
    x = torch.frombuffer(raw, dtype=torch.uint8).reshape(-1, 1, 28, 28) / 255
    return F.pad((x - MEAN) / STD, (PAD,) * 4, value=-MEAN / STD)


def labels(path: Path) -> torch.Tensor:
    return torch.frombuffer(bytearray(gzip.open(path).read()[8:]), dtype=torch.uint8).long()


def accuracy(model: nn.Module, x: torch.Tensor, y: torch.Tensor) -> float:
    model.eval()
    clamp_latents(model)
    with torch.no_grad():
        return torch.cat([model(part).argmax(1) for part in x.split(500)]).eq(y).float().mean().item()


def main(data: Path, out: Path, epochs: int = 10, batch: int = 128) -> None:
    torch.manual_seed(7)
    x, y = images(data / "train-images-idx3-ubyte.gz"), labels(data / "train-labels-idx1-ubyte.gz")
    test_x, test_y = images(data / "t10k-images-idx3-ubyte.gz"), labels(data / "t10k-labels-idx1-ubyte.gz")
    model = network()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.005)
    for epoch in range(epochs):
        for group in optimizer.param_groups:
            group["lr"] = 0.0025 * (1 + math.cos(math.pi * epoch / epochs))
        model.train()
        for chosen in torch.randperm(len(x)).split(batch):
            picture = torch.where(torch.rand(len(chosen), 1, 1, 1) < 0.5, x[chosen].flip(3), x[chosen])
            clamp_latents(model)
            optimizer.zero_grad()
            F.cross_entropy(model(picture), y[chosen]).backward()
            optimizer.step()
        print(f"epoch {epoch + 1} of {epochs}: {100 * accuracy(model, test_x, test_y):.2f} % right", flush=True)
    preprocessing = {"resize": 28, "pad": PAD, "mean": [MEAN], "std": [STD]}
    export_for_setun(model, out, (1, 32, 32), "sttn-fmnist", LABELS, preprocessing)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), *map(int, sys.argv[3:4]))
