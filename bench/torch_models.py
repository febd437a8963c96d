"""The models of step.mjs in PyTorch, sized by the weights that they start from."""

import torch
from torch import nn
from torch.nn import functional as F


def build(spec, weights):
    """weights: name → tensor, named and laid out as in symloss."""
    if spec.startswith("mlp:"):
        return mlp(weights)
    if spec.startswith("cnn"):
        return Plain(weights)
    return ResNet(weights)


def mlp(weights):
    names = [name.removesuffix("/weight") for name in weights if name.endswith("/weight")]
    layers = []
    for name in names:
        layers += [dense(weights, name), nn.ReLU(inplace=True)]
    return nn.Sequential(*layers[:-1])


class Plain(nn.Module):
    """Convolutions with batch norm and relu, some pooled, and one hidden dense layer."""

    pooled = {2: {1, 2}, 6: {2, 4, 6}}

    def __init__(self, weights):
        super().__init__()
        count = sum(name.startswith("conv") and name.endswith("/weight") for name in weights)
        layers = []
        for i in range(1, count + 1):
            layers += [conv_norm(weights, f"conv{i}"), nn.ReLU(inplace=True)]
            if i in self.pooled[count]:
                layers.append(nn.MaxPool2d(2))
        self.features = nn.Sequential(*layers)
        self.hidden = nn.Sequential(
            dense(weights, "hidden"), norm(nn.BatchNorm1d, weights, "hidden"), nn.ReLU(inplace=True)
        )
        self.output = dense(weights, "output")

    def forward(self, x):
        return self.output(self.hidden(self.features(x).flatten(1)))


class ResNet(nn.Module):
    def __init__(self, weights):
        super().__init__()
        self.stem = conv_norm(weights, "stem")
        names = dict.fromkeys(
            "/".join(name.split("/")[:2]) for name in weights if name.startswith("stage")
        )
        self.blocks = nn.Sequential(*(BasicBlock(weights, name) for name in names))
        self.output = dense(weights, "output")

    def forward(self, x):
        x = self.blocks(F.relu(self.stem(x), inplace=True))
        return self.output(F.adaptive_avg_pool2d(x, 1).flatten(1))


class BasicBlock(nn.Module):
    def __init__(self, weights, name):
        super().__init__()
        projected = f"{name}/shortcut/weight" in weights
        stride = 2 if projected else 1
        self.conv1 = conv_norm(weights, f"{name}/conv1", stride)
        self.conv2 = conv_norm(weights, f"{name}/conv2")
        self.shortcut = (
            conv_norm(weights, f"{name}/shortcut", stride) if projected else nn.Identity()
        )

    def forward(self, x):
        y = self.conv2(F.relu(self.conv1(x), inplace=True))
        return F.relu(y + self.shortcut(x), inplace=True)


def conv_norm(weights, name, stride=1):
    weight = weights[f"{name}/weight"]
    channels, inputs, kernel, _ = weight.shape
    conv = nn.Conv2d(inputs, channels, kernel, stride, padding=kernel // 2, bias=False)
    assign(conv.weight, weight)
    return nn.Sequential(conv, norm(nn.BatchNorm2d, weights, name))


def norm(kind, weights, name):
    layer = kind(len(weights[f"{name}/scale"]), eps=1e-5, momentum=0.1)
    assign(layer.weight, weights[f"{name}/scale"])
    assign(layer.bias, weights[f"{name}/shift"])
    return layer


def dense(weights, name):
    # ours are [inputs, units], nn.Linear holds [units, inputs]
    weight, bias = weights[f"{name}/weight"].T, weights.get(f"{name}/bias")
    layer = nn.Linear(weight.shape[1], weight.shape[0], bias=bias is not None)
    assign(layer.weight, weight)
    if bias is not None:
        assign(layer.bias, bias)
    return layer


def assign(parameter, value):
    with torch.no_grad():
        parameter.copy_(value)
