"""The PyTorch side of step.mjs: answers one JSON request per line on stdin with one on stdout.

It computes only between a request and its answer, so that the two sides never run at once.
"""

import base64
import inspect
import json
import re
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

LOSSES = {
    "ce": F.cross_entropy,
    "sgce:q=0.4": lambda scores, labels: sgce(scores, labels, 0.4),
}
SGD_CAN_FUSE = "fused" in inspect.signature(torch.optim.SGD).parameters


def sgce(scores, labels, q):
    powers = torch.exp(q * F.log_softmax(scores, -1))
    own = powers.gather(1, labels[:, None])[:, 0]
    return ((powers.mean(-1) - own) / q).mean()


def floats(text, shape):
    return torch.frombuffer(bytearray(base64.b64decode(text)), dtype=torch.float32).reshape(shape)


class Bench:
    def __init__(self, request):
        widths = request["widths"]
        self.settings = request
        self.batches = [
            (floats(batch["features"], (-1, widths[0])), torch.tensor(batch["labels"]))
            for batch in request["batches"]
        ]
        # ours are [inputs, units], nn.Linear holds [units, inputs]
        self.weights = [
            floats(text, (inputs, units)).T.contiguous()
            for text, inputs, units in zip(request["weights"], widths, widths[1:])
        ]

    def begin(self, config):
        """A model with the initial weights, and the function that does step i with it."""
        torch.set_num_threads(config["threads"])
        layers = []
        for weight in self.weights:
            units, inputs = weight.shape
            layer = nn.Linear(inputs, units)
            with torch.no_grad():
                layer.weight.copy_(weight)
                layer.bias.zero_()
            layers += [layer, nn.ReLU()]
        model = nn.Sequential(*layers[:-1])
        parameters = list(model.parameters())
        optimizer = torch.optim.SGD(
            parameters,
            lr=self.settings["learningRate"],
            momentum=self.settings["momentum"],
            weight_decay=self.settings["weightDecay"],
            **({"fused": True} if config["fused"] else {}),
        )
        loss_of, clip = LOSSES[config["loss"]], config["clipNorm"]

        def step(i):
            features, labels = self.batches[i % len(self.batches)]
            loss = loss_of(model(features), labels)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            if clip is not None:
                nn.utils.clip_grad_norm_(parameters, clip)
            optimizer.step()
            return loss.item()

        return step

    def losses(self, request):
        step = self.begin(request["config"])
        return {"losses": [step(i) for i in range(request["steps"])]}

    def time(self, request):
        step = self.begin(request["config"])
        for i in range(request["warmUp"]):
            step(i)
        start = time.perf_counter()
        for i in range(request["steps"]):
            step(i)
        return {"seconds": (time.perf_counter() - start) / request["steps"]}


def mat_mul(request):
    torch.set_num_threads(request["threads"])
    a, b = torch.rand(request["size"], request["size"]), torch.rand(request["size"], request["size"])
    torch.mm(a, b)
    start = time.perf_counter()
    for _ in range(request["times"]):
        torch.mm(a, b)
    return {"seconds": (time.perf_counter() - start) / request["times"]}


def versions():
    blas = re.search(r"BLAS_INFO=(\w+)", torch.__config__.show())
    return {
        "version": torch.__version__,
        "blas": blas[1] if blas else "unknown",
        "canFuse": SGD_CAN_FUSE,
    }


def main():
    bench = None
    for line in sys.stdin:
        request = json.loads(line)
        kind = request["kind"]
        if kind == "setup":
            bench, answer = Bench(request), versions()
        elif kind == "matMul":
            answer = mat_mul(request)
        else:
            answer = getattr(bench, kind)(request)
        print(json.dumps(answer), flush=True)


main()
