# SPDX-License-Identifier: Apache-2.0
# Copyright The Setun project. Licensed under the Apache License, Version 2.0.
"""Tests of setun_torch.py: python -m unittest (needs PyTorch).

With SETUN set to the launcher, exported networks are also converted and run by Setun and compared with PyTorch:

    SETUN=../../setun python -m unittest
    python test_setun_torch.py ../../testdata/pytorch     # writes the fixture that the Java tests read
"""

import json
import os
import struct
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import torch
import torch.nn as nn
import torch.nn.functional as F

from setun_torch import (
    ACTIVATIONS, METHODS, NotDescribable, QuantizedConv2d, QuantizedLinear, clamp_latents, convert_module,
    export_for_setun, quantized_layers, write_safetensors,
)


class Block(nn.Module):
    """A half-block with STTN's shortcut without parameters."""

    def __init__(self, inputs: int, outputs: int, stride: int, method: str, activations: str):
        super().__init__()
        self.stride, self.grows = stride, outputs != inputs
        self.bn = nn.BatchNorm2d(inputs)
        self.conv = QuantizedConv2d(inputs, outputs, 3, stride, 1, method=method, activations=activations)
        self.bn_add = nn.BatchNorm2d(outputs)
        self.prelu = nn.PReLU(outputs)

    def forward(self, x):
        shortcut = F.max_pool2d(x, 2) if self.stride == 2 else x
        if self.grows:
            shortcut = torch.cat([shortcut, shortcut * 0.0], 1)
        return self.prelu(self.bn_add(self.conv(self.bn(x))) + shortcut)


class Residual(nn.Module):
    def __init__(self, method: str, activations: str):
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(3, 8, 3, padding=1, bias=False), nn.BatchNorm2d(8), nn.ReLU(), nn.MaxPool2d(2))
        self.block1 = Block(8, 8, 1, method, activations)
        self.block2 = Block(8, 16, 2, method, activations)
        self.dropout = nn.Dropout()
        self.fc = nn.Linear(16, 5)

    def forward(self, x):
        x = self.block2(self.block1(self.stem(x)))
        return self.fc(self.dropout(torch.flatten(F.adaptive_avg_pool2d(x, 1), 1)))


class Mixed(nn.Module):
    """Grouped and depthwise convolutions, squeeze and excitation, shuffling, and fully connected layers of trits."""

    def __init__(self, method: str, activations: str):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 8, 3, padding=1, groups=1), nn.BatchNorm2d(8), nn.Hardswish())
        self.depthwise = nn.Conv2d(8, 8, 3, padding=1, groups=8, bias=False)
        self.act = nn.LeakyReLU(0.2)
        self.shuffle = nn.ChannelShuffle(2)
        self.squeeze, self.excite = nn.Conv2d(8, 4, 1), nn.Conv2d(4, 8, 1)
        self.grouped = QuantizedConv2d(8, 12, 3, 2, 1, groups=4, method=method, activations=activations)
        self.pool = nn.AvgPool2d(3, 2, 1, ceil_mode=False, count_include_pad=False)
        self.norm = nn.BatchNorm1d(12 * 3 * 3)
        self.fc1 = QuantizedLinear(12 * 3 * 3, 10, method=method, activations=activations)
        self.fc2 = nn.Linear(10, 5)

    def forward(self, x):
        x = self.shuffle(self.act(self.depthwise(self.stem(x))))
        x = x * torch.sigmoid(self.excite(F.relu(self.squeeze(F.adaptive_avg_pool2d(x, 1)))))
        x = F.hardtanh(self.pool(self.grouped(x)))
        return self.fc2(self.fc1(self.norm(x.flatten(1))))


def with_random_norms(model: nn.Module) -> nn.Module:
    for module in model.modules():
        if isinstance(module, (nn.BatchNorm1d, nn.BatchNorm2d)):
            nn.init.normal_(module.weight)
            nn.init.normal_(module.bias, std=0.3)
            module.running_mean.normal_(0, 0.3)
            module.running_var.uniform_(0.5, 2)
    return model.eval()


def read_safetensors(path: Path) -> tuple[dict[str, torch.Tensor], dict[str, str]]:
    raw = path.read_bytes()
    (length,) = struct.unpack_from("<Q", raw)
    header = json.loads(raw[8 : 8 + length])
    metadata = header.pop("__metadata__", {})
    tensors = {}
    for key, entry in header.items():
        begin, end = (8 + length + offset for offset in entry["data_offsets"])
        tensors[key] = torch.frombuffer(bytearray(raw[begin:end]), dtype=torch.float32).reshape(entry["shape"])
    return tensors, metadata


class QuantizersTest(unittest.TestCase):
    def test_levels_and_scales(self):
        torch.manual_seed(0)
        for method in METHODS:
            layer = QuantizedConv2d(5, 4, 3, method=method)
            for kernel in layer.quantized_weight():
                levels = kernel.detach().unique()
                self.assertLessEqual(len(levels), 3, method)
        pair = QuantizedConv2d(5, 4, 3, method="sttn")
        alpha = (pair.weight.clamp(-1, 1).abs() + pair.second.clamp(-1, 1).abs()).flatten(1).sum(1) / (2 * 45)
        torch.testing.assert_close(pair.quantized_weight().abs().amax((1, 2, 3)), 2 * alpha)

    def test_edges_of_the_rules(self):
        x = torch.tensor([-0.6, -0.5, 0.0, 0.49, 0.5])
        for rule, expected in (
            ("ternary", [-1, 0, 0, 0, 1]), ("sign", [-1, -1, 0, 1, 1]), ("binary", [-1, -1, 1, 1, 1])):
            layer = QuantizedLinear(1, 1, bias=False, method="xnor", activations=rule)
            nn.init.ones_(layer.weight)
            self.assertEqual(layer(x[:, None])[:, 0].tolist(), expected, rule)

    def test_latents_learn(self):
        torch.manual_seed(0)
        for method in METHODS:
            layer = QuantizedLinear(6, 3, method=method)
            layer(torch.randn(7, 6)).square().sum().backward()
            for name, parameter in layer.named_parameters():
                self.assertGreater(parameter.grad.abs().sum().item(), 0, f"{method} {name}")
            nn.init.constant_(layer.weight, 3)
            clamp_latents(layer)
            self.assertEqual(layer.weight.max().item(), 1 if method in ("sttn", "xnor") else 3)

    def test_conversion_of_a_module(self):
        model = nn.Sequential(nn.Conv2d(3, 4, 3), nn.Conv2d(4, 4, 3, groups=2), nn.Flatten(), nn.Linear(4, 4), nn.Linear(4, 2))
        converted = convert_module(model, "twn", "sign")
        self.assertEqual([type(m) for m in converted],
                         [nn.Conv2d, QuantizedConv2d, nn.Flatten, QuantizedLinear, nn.Linear])
        self.assertEqual(len(list(quantized_layers(model))), 0)
        torch.testing.assert_close(converted[1].weight, model[1].weight)
        with self.assertRaisesRegex(ValueError, "named fc"):
            convert_module(model, keep=["fc"])


class ExportTest(unittest.TestCase):
    def test_norms_fold_and_channels_pad(self):
        with tempfile.TemporaryDirectory() as folder:
            architecture = export_for_setun(Residual("sttn", "ternary"), Path(folder) / "a.safetensors", (3, 16, 16))
            tensors, metadata = read_safetensors(Path(folder) / "a.safetensors")
        self.assertEqual(json.loads(metadata["setun.architecture"]), architecture)
        types = [layer["type"] for layer in architecture["layers"]]
        self.assertEqual(types.count("batch_norm"), 1)  # the stem's alone
        self.assertEqual(types.count("channel_pad"), 1)
        self.assertIn("block1.conv_2.weight", tensors)

    def test_what_cannot_be_said_points_to_onnx(self):
        class Strange(nn.Module):
            def forward(self, x):
                return torch.fft.fft(x).real

        with tempfile.TemporaryDirectory() as folder, self.assertRaisesRegex(NotDescribable, "ONNX"):
            export_for_setun(Strange(), Path(folder) / "a", (3, 4, 4))

    @unittest.skipUnless("SETUN" in os.environ, "SETUN does not name the launcher")
    def test_setun_computes_the_same(self):
        torch.manual_seed(1)
        for method in METHODS:
            for activations in ACTIVATIONS:
                with self.subTest(method=method, activations=activations):
                    compare_with_setun(self, with_random_norms(Residual(method, activations)), torch.randn(3, 3, 16, 16))
                with self.subTest(method=method, activations=activations, network="mixed"):
                    compare_with_setun(self, with_random_norms(Mixed(method, activations)), torch.randn(3, 3, 12, 12))


def compare_with_setun(test: unittest.TestCase, model: nn.Module, x: torch.Tensor) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        export_for_setun(model, path / "model.safetensors", x.shape[1:])
        write_safetensors(path / "in.safetensors", {"input": x}, {})
        for arguments in (
            ("convert", path / "model.safetensors", "-o", path / "model.setun"),
            ("run", path / "model.setun", "--input", path / "in.safetensors", "--output", path / "out.safetensors")):
            subprocess.run([os.environ["SETUN"], *map(str, arguments)], check=True, capture_output=True)
        logits = read_safetensors(path / "out.safetensors")[0]["logits"]
    with torch.no_grad():
        expected = model(x)
    error = (logits.reshape(expected.shape) - expected).abs().max() / expected.abs().max()
    test.assertLess(error.item(), 1e-5)


if __name__ == "__main__" and len(sys.argv) == 2 and not sys.argv[1].startswith("-"):
    torch.manual_seed(1)
    out = Path(sys.argv[1])
    network, images = with_random_norms(Residual("sttn", "ternary")), torch.randn(3, 3, 16, 16)
    export_for_setun(network, out / "residual.safetensors", (3, 16, 16), labels=list("abcde"))
    with torch.no_grad():
        write_safetensors(out / "io.safetensors", {"input": images, "logits": network(images)}, {})
elif __name__ == "__main__":
    unittest.main()
