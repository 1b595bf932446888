"""Writes the files made-*.pth here: the network of a-plain.pth in other wrappings. Needs PyTorch and NumPy."""

import argparse
import collections
import dataclasses
import datetime
import pathlib
import pickle
import sys
import types

import numpy as np
import torch
from torch import nn

plain = torch.load("a-plain.pth")


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 8, 3, padding=1)
        self.bn1 = nn.BatchNorm2d(8)
        self.conv2 = nn.Conv2d(8, 16, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(16)
        self.fc = nn.Linear(16, 5)
        self.register_buffer("grid", torch.zeros(3), persistent=False)


class Config(dict):
    def __getattr__(self, name):
        return self[name]


@dataclasses.dataclass
class Options:
    lr: float
    when: object


# As if the classes lived in a module that readers do not have.
models = types.ModuleType("models")
sys.modules["models"] = models
for cls in (Net, Config, Options):
    cls.__module__ = "models"
    setattr(models, cls.__name__, cls)


def net():
    network = Net()
    network.load_state_dict(plain)
    return network.eval()


def prefixed(prefix):
    return collections.OrderedDict((prefix + k, v) for k, v in plain.items())


def as_numpy():
    return {k: v.numpy() for k, v in plain.items()}


other = collections.OrderedDict((k, v + 1) for k, v in plain.items())
optimizer = {"state": {0: {"exp_avg": torch.zeros(4)}}, "param_groups": [{"lr": 0.1, "params": [0]}]}
named_optimizer = {"state": {"conv1.weight": {"exp_avg": torch.zeros(4)}}, "param_groups": []}

torch.save(net(), "made-whole-legacy.pth", _use_new_zipfile_serialization=False)
torch.save(nn.DataParallel(net()), "made-whole-parallel.pth", pickle_protocol=5)
torch.save(
    {"epoch": -1, "model": net(), "ema": None, "updates": None, "optimizer": None, "date": datetime.datetime(2026, 1, 2),
     "train_args": {"imgsz": 8}, "train_metrics": {"fitness": np.float64(0.5)}},
    "made-yolo.pt",
)
torch.save(
    {"epoch": 3, "state_dict": prefixed("model."), "optimizer_states": [optimizer], "lr_schedulers": [{"base": [0.1]}],
     "hyper_parameters": Config(lr=0.1), "callbacks": {"ModelCheckpoint": {"best_model_score": torch.tensor(0.5)}},
     "loops": {}},
    "made-lightning.ckpt",
)
torch.save(
    {"epoch": 1, "arch": "t", "state_dict": plain, "state_dict_ema": other, "optimizer": named_optimizer,
     "args": argparse.Namespace(lr=0.1, when=datetime.timedelta(seconds=1)), "amp_scaler": {"scale": torch.ones(2)}},
    "made-timm.pth.tar",
)
torch.save(
    {"model": prefixed("module._orig_mod."), "options": Options(0.1, np.arange(6, dtype=np.float32).reshape(2, 3)),
     "names": np.array(["a", "b"]), "counter": collections.Counter("abca"), "frozen": frozenset([1]), "z": 1 + 2j},
    "made-objects.pth", pickle_protocol=4,
)
torch.save({"classes": torch.arange(3), "nested": {"deeper": [{"weights": Config(plain)}]}}, "made-deep.pth")
torch.save({"model": as_numpy()}, "made-numpy.pth")
torch.save({"model": as_numpy()}, "made-numpy-protocol5.pth", pickle_protocol=5)
with open("made-plain-pickle.pkl", "wb") as f:
    pickle.dump({"model": as_numpy(), "__author__": "nobody"}, f, protocol=4)
torch.save({**plain, "c64": torch.zeros(2, dtype=torch.complex64), "u16": torch.zeros(2, dtype=torch.uint16),
            "csr": torch.eye(3).to_sparse_csr(), "meta": torch.zeros(3, device="meta"), "conj": torch.zeros(2, dtype=torch.complex64).conj()},
           "made-types.pth")
