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

from torch_models import build

LOSSES = {
    "ce": F.cross_entropy,
    "sgce:q=0.4": lambda scores, labels: sgce(scores, labels, 0.4),
}
# float32 is what is compared, and what our side computes
torch.backends.cudnn.allow_tf32 = False
SGD_CAN_FUSE = "fused" in inspect.signature(torch.optim.SGD).parameters


def sgce(scores, labels, q):
    powers = torch.exp(q * F.log_softmax(scores, -1))
    own = powers.gather(1, labels[:, None])[:, 0]
    return ((powers.mean(-1) - own) / q).mean()


def tensor(packed):
    values = torch.frombuffer(bytearray(base64.b64decode(packed["data"])), dtype=torch.float32)
    return values.reshape(packed["shape"])


class Bench:
    def __init__(self, request):
        self.model, self.settings = request["model"], request["settings"]
        self.weights = {name: tensor(packed) for name, packed in request["weights"].items()}
        self.batches = [
            (tensor(batch["features"]), torch.tensor(batch["labels"]))
            for batch in request["batches"]
        ]

    def begin(self, config):
        """A model with the initial weights, and the function that does step i with it."""
        torch.set_num_threads(config["threads"])
        device = config["device"]
        model = build(self.model, self.weights).to(device)
        batches = self.batches
        if config["channelsLast"]:
            model = model.to(memory_format=torch.channels_last)
            batches = [
                (features.contiguous(memory_format=torch.channels_last), labels)
                for features, labels in batches
            ]
        parameters = list(model.parameters())
        optimizer = torch.optim.SGD(
            parameters,
            lr=config.get("learningRate", self.settings["learningRate"]),
            momentum=self.settings["momentum"],
            weight_decay=self.settings["weightDecay"],
            **({"fused": True} if config["fused"] else {}),
        )
        loss_of, clip = LOSSES[config["loss"]], config["clipNorm"]

        def forward(features, labels):
            return loss_of(model(features), labels)

        if config["compiled"]:
            # what was compiled of the models before counts towards the limit of recompilations
            torch._dynamo.reset()
            forward = torch.compile(forward)

        def step(i):
            features, labels = (part.to(device) for part in batches[i % len(batches)])
            loss = forward(features, labels)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            if clip is not None:
                nn.utils.clip_grad_norm_(parameters, clip)
            optimizer.step()
            return loss.item()

        return step

    def losses(self, request):
        step = self.begin(request["config"])
        losses, times = [], [time.perf_counter()]
        for i in range(request["steps"]):
            losses.append(step(i))
            times.append(time.perf_counter())
        return {"losses": losses, "seconds": [b - a for a, b in zip(times, times[1:])]}

    def time(self, request):
        step = self.begin(request["config"])
        for i in range(request["warmUp"]):
            step(i)
        start = time.perf_counter()
        for i in range(request["steps"]):
            step(request["warmUp"] + i)
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
        "card": torch.cuda.get_device_name(0) if torch.cuda.is_available() else None,
    }


def main():
    bench = None
    for line in sys.stdin:
        request = json.loads(line)
        kind = request["kind"]
        if kind == "versions":
            answer = versions()
        elif kind == "setup":
            bench, answer = Bench(request), {}
        elif kind == "matMul":
            answer = mat_mul(request)
        else:
            answer = getattr(bench, kind)(request)
        print(json.dumps(answer), flush=True)


main()
