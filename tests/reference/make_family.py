"""Makes the reference cases of tests/reference/family with PyTorch and torchvision, independently of this project's code.

    python3 make_family.py family [CASE ...]

Each case is a folder with `checkpoint.safetensors` (the project's format) and `expected.safetensors` (input pictures or
event frames, and what the network answers). Neurons follow SpikingJelly's activation_based.neuron (IFNode, LIFNode,
ParametricLIFNode with decay_input=True); FPN, head, anchors, box coder and NMS are torchvision's own.

Backbone weights are whole numbers over powers of two and pixels are 0 or 255 with mean = std = 0.5, so that the membrane
potentials of spiking networks are exact in float32 in any order of summation. Made with PyTorch 1.13 and torchvision 0.14
(Debian 12: python3-torch, python3-torchvision).
"""
import itertools
import json
import math
import os
import struct
import sys
import zlib

import torch
import torch.nn.functional as F
from torch import nn
from torchvision.models.detection.anchor_utils import AnchorGenerator
from torchvision.models.detection.image_list import ImageList
from torchvision.models.detection._utils import BoxCoder
from torchvision.models.detection.retinanet import RetinaNetHead
from torchvision.ops import boxes as box_ops
from torchvision.ops.feature_pyramid_network import FeaturePyramidNetwork, LastLevelP6P7

DEPTHS = {10: (1, 1, 1, 1), 18: (2, 2, 2, 2), 34: (3, 4, 6, 3), 50: (3, 4, 6, 3)}


def save(path, tensors, metadata):
    header, data, offset = {"__metadata__": metadata}, [], 0
    names = {torch.float32: "F32", torch.uint8: "U8", torch.int64: "I64"}
    for name, tensor in tensors.items():
        raw = tensor.detach().contiguous().numpy().tobytes()
        header[name] = {"dtype": names[tensor.dtype], "shape": list(tensor.shape), "data_offsets": [offset, offset + len(raw)]}
        data.append(raw)
        offset += len(raw)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + b"".join(data))


class Neuron(nn.Module):
    """Current [T, N, C, H, W] to spikes; SpikingJelly's charge, fire and reset in turn."""

    calls = itertools.count()

    def __init__(self, spec):
        super().__init__()
        self.kind, self.threshold, self.reset = spec["type"], spec["v_threshold"], spec["v_reset"]
        self.tau = spec.get("tau")
        if self.kind == "plif":
            self.w = nn.Parameter(torch.tensor(-math.log(self.tau - 1.0)))
        self.rate = self.order = None

    def forward(self, current):
        v = torch.full_like(current[0], 0.0 if self.reset is None else self.reset)
        spikes = []
        for x in current:
            rest = 0.0 if self.reset is None else self.reset
            if self.kind == "if":
                v = v + x
            elif self.kind == "lif":
                v = v + (x - (v - rest)) / self.tau
            else:
                v = v + (x - (v - rest)) * self.w.sigmoid()
            s = (v >= self.threshold).to(v)
            v = v - s * self.threshold if self.reset is None else (1.0 - s) * v + s * self.reset
            spikes.append(s)
        out = torch.stack(spikes)
        self.rate, self.order = out.flatten(2).mean((0, 2)), next(Neuron.calls)  # of each picture
        return out


def seq(layer, x):
    """Applies a layer of one step to [T, N, ...]."""
    return layer(x.flatten(0, 1)).unflatten(0, x.shape[:2])


class Gate(nn.Module):
    def __init__(self, channels, threshold):
        super().__init__()
        self.weight, self.bias, self.threshold = nn.Parameter(torch.ones(channels)), nn.Parameter(torch.zeros(channels)), threshold

    def forward(self, h):
        shape = (1, 1, -1, 1, 1)
        return (self.weight.view(shape) * h + self.bias.view(shape) - self.threshold >= 0).to(h)


class Block(nn.Module):
    def __init__(self, backbone, inputs, width, stride, bottleneck):
        super().__init__()
        kind = self.kind = backbone["block"]
        outputs = width * 4 if bottleneck else width
        shapes = [(inputs, width, 1, 1), (width, width, 3, stride), (width, outputs, 1, 1)] if bottleneck else [
            (inputs, width, 3, stride), (width, width, 3, 1)]
        self.count = len(shapes)
        for i, (a, b, k, s) in enumerate(shapes, 1):
            setattr(self, f"conv{i}", nn.Conv2d(a, b, k, s, k // 2, bias=False))
            setattr(self, f"bn{i}", nn.BatchNorm2d(b))
            setattr(self, f"sn{i}", nn.ReLU() if kind == "ann" else Neuron(backbone["neuron"]))
        self.downsample = None
        if stride != 1 or inputs != outputs:
            parts = [nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs)]
            if kind not in ("spiking", "ann"):
                parts.append(Neuron(backbone["neuron"]))
            self.downsample = nn.ModuleList(parts)
        if kind == "sg" and backbone.get("gate") == "bsg_star":
            self.gate = Gate(outputs, backbone.get("gate_threshold", 0.5))

    def forward(self, x):
        identity = x
        if self.downsample is not None:
            identity = seq(nn.Sequential(*self.downsample[:2]), x)
            if len(self.downsample) == 3:
                identity = self.downsample[2](identity)
        h = x
        for i in range(1, self.count + 1):
            h = seq(nn.Sequential(getattr(self, f"conv{i}"), getattr(self, f"bn{i}")), h)
            neuron = getattr(self, f"sn{i}")
            if i == self.count and self.kind in ("spiking", "ann"):
                return neuron(h + identity)
            h = neuron(h)
        if self.kind == "sg":
            g = self.gate(h) if hasattr(self, "gate") else h
            return g * h + (1.0 - g) * identity
        return {"sew_add": lambda: h + identity, "sew_and": lambda: h * identity, "sew_iand": lambda: identity * (1.0 - h)}[self.kind]()


class Body(nn.Module):
    def __init__(self, spec):
        super().__init__()
        backbone = self.backbone = spec["backbone"]
        base, self.imagenet, self.steps = backbone["base_channels"], backbone["stem"] == "imagenet", backbone["time_steps"]
        ann, bottleneck = backbone["block"] == "ann", backbone["depth"] >= 50
        self.conv1 = nn.Conv2d(3, base, 7, 2, 3, bias=False) if self.imagenet else nn.Conv2d(3, base, 3, 1, 1, bias=False)
        self.bn1, self.sn1 = nn.BatchNorm2d(base), nn.ReLU() if ann else Neuron(backbone["neuron"])
        channels, self.channels = base, []
        for stage, blocks in enumerate(DEPTHS[backbone["depth"]]):
            layer = nn.ModuleList()
            for k in range(blocks):
                layer.append(Block(backbone, channels, base * 2 ** stage, 2 if stage and not k else 1, bottleneck))
                channels = base * 2 ** stage * (4 if bottleneck else 1)
            setattr(self, f"layer{stage + 1}", layer)
            self.channels.append(channels)

    def forward(self, pixels):
        x = (pixels.permute(0, 3, 1, 2).to(self.conv1.weight.dtype) / 255 - 0.5) / 0.5  # The specs' mean and std.
        x = x.unsqueeze(0).expand(self.steps, *x.shape)  # The same picture at every step.
        x = self.sn1(seq(nn.Sequential(self.conv1, self.bn1), x))
        if self.imagenet:
            x = seq(nn.MaxPool2d(3, 2, 1), x)
        stages = []
        for stage in range(1, 5):
            for block in getattr(self, f"layer{stage}"):
                x = block(x)
            stages.append(x)
        return stages


class SevenB(nn.Module):
    """7B-Net of the SEW paper: events [N, T, 2, H, W]; a 1x1 layer, 4 blocks, a 1x1 layer, 3 blocks, each block pooled."""

    def __init__(self, spec):
        super().__init__()
        backbone, base = spec["backbone"], spec["backbone"]["base_channels"]
        for i, (a, b) in enumerate(((2, base), (base, 2 * base)), 1):
            setattr(self, f"conv{i}", nn.Conv2d(a, b, 1, bias=False))
            setattr(self, f"bn{i}", nn.BatchNorm2d(b))
            setattr(self, f"sn{i}", Neuron(backbone["neuron"]))
        for stage in range(1, 8):
            width = base if stage < 5 else 2 * base
            setattr(self, f"layer{stage}", nn.ModuleList([Block(backbone, width, width, 1, False)]))
        self.decoder = decoder(spec, 2 * base)
        self.fc = nn.Linear(2 * base, len(spec["labels"]))

    def answer(self, events):
        x = self.sn1(seq(nn.Sequential(self.conv1, self.bn1), events.transpose(0, 1).to(self.conv1.weight.dtype)))
        for stage in range(1, 8):
            if stage == 5:
                x = self.sn2(seq(nn.Sequential(self.conv2, self.bn2), x))
            x = seq(nn.MaxPool2d(2), getattr(self, f"layer{stage}")[0](x))
        return {"logits": self.fc(self.decoder(x).mean((2, 3)))}


class Mlp(nn.Module):
    def __init__(self, n, middle):
        super().__init__()
        self.fc1, self.fc2 = nn.Conv2d(n, middle, 1, bias=False), nn.Conv2d(middle, n, 1, bias=False)

    def forward(self, x):
        return self.fc2(F.relu(self.fc1(x)))


class Attention(nn.Module):
    """ASD: [T, N, C, H, W] to [N, C, H, W]."""

    def __init__(self, steps, channels, decoder):
        super().__init__()
        self.temporal = Mlp(steps, steps // decoder["temporal_reduction"])
        self.channel = Mlp(channels, channels // decoder["channel_reduction"])
        self.spatial = nn.Module()
        self.spatial.conv = nn.Conv2d(2, 1, 7, padding=3, bias=False)

    def forward(self, x):
        weight = self.temporal(x.mean((2, 3, 4)).t()[:, :, None, None]).sigmoid()  # [N, T, 1, 1]
        y = (x * weight.transpose(0, 1).unsqueeze(-1)).mean(0)
        weight = (self.channel(F.adaptive_avg_pool2d(y, 1)) + self.channel(F.adaptive_max_pool2d(y, 1))).sigmoid()
        y = y * weight
        pooled = torch.cat([y.mean(1, keepdim=True), y.amax(1, keepdim=True)], 1)
        return y * self.spatial.conv(pooled).sigmoid() + x.mean(0)


class Rate(nn.Module):
    def forward(self, x):
        return x.mean(0)


def decoder(spec, channels):
    return Attention(spec["backbone"]["time_steps"], channels, spec["decoder"]) if spec["decoder"]["type"] == "asd" else Rate()


class Classifier(Body):
    def __init__(self, spec):
        super().__init__(spec)
        self.decoder = decoder(spec, self.channels[-1])
        self.fc = nn.Linear(self.channels[-1], len(spec["labels"]))

    def answer(self, pixels):
        return {"logits": self.fc(self.decoder(self(pixels)[-1]).mean((2, 3)))}


class Detector(nn.Module):
    def __init__(self, spec):
        super().__init__()
        d = self.d = spec["detector"]
        self.backbone = nn.Module()
        self.backbone.body = Body(spec)
        channels = self.backbone.body.channels[1:]
        self.backbone.decoders = nn.ModuleList([decoder(spec, c) for c in channels])
        width = d["fpn_channels"]
        source = channels[-1] if d["p6_source"] == "c5" else width
        self.backbone.fpn = FeaturePyramidNetwork(channels, width, LastLevelP6P7(source, width))
        self.head = RetinaNetHead(width, 9, len(spec["categories"]))
        for part in (self.head.classification_head, self.head.regression_head):
            part.conv = nn.Sequential(*part.conv[:d["head_convs"]])
        sizes = d.get("anchor_sizes", [32, 64, 128, 256, 512])
        self.anchors = AnchorGenerator(tuple((s, int(s * 2 ** (1 / 3)), int(s * 2 ** (2 / 3))) for s in sizes), ((0.5, 1.0, 2.0),) * 5)

    def answer(self, pixels):
        stages = self.backbone.body(pixels)[1:]
        features = list(self.backbone.fpn({str(i): dec(x) for i, (dec, x) in enumerate(zip(self.backbone.decoders, stages))}).values())
        out = self.head(features)
        size = tuple(pixels.shape[1:3])
        anchors = self.anchors(ImageList(torch.zeros(len(pixels), 3, *size), [size] * len(pixels)), features)[0]
        counts = [f.shape[2] * f.shape[3] * 9 for f in features]
        result = {"cls_logits": out["cls_logits"], "bbox_regression": out["bbox_regression"]}
        for n in range(len(pixels)):
            for key, value in zip(("boxes", "scores", "labels"), self.postprocess(
                    out["cls_logits"][n].split(counts), out["bbox_regression"][n].split(counts), anchors.split(counts), size)):
                result[f"{key}.{n}"] = value
        return result

    def postprocess(self, logits, deltas, anchors, size):
        """torchvision's RetinaNet.postprocess_detections for one picture."""
        coder, found = BoxCoder((1.0, 1.0, 1.0, 1.0)), []
        for cls, reg, anchor in zip(logits, deltas, anchors):
            scores = cls.sigmoid().flatten()
            keep = torch.where(scores > self.d["score_threshold"])[0]
            best, order = scores[keep].topk(min(self.d["candidates_per_level"], len(keep)))
            index = keep[order]
            row, label = torch.div(index, cls.shape[1], rounding_mode="floor"), index % cls.shape[1]
            boxes = box_ops.clip_boxes_to_image(coder.decode_single(reg[row], anchor[row]), size)
            found.append((boxes, best, label))
        boxes, scores, labels = (torch.cat(parts) for parts in zip(*found))
        keep = box_ops.batched_nms(boxes, scores, labels, self.d["nms_threshold"])[:self.d["max_detections"]]
        return boxes[keep], scores[keep], labels[keep]


def fill(model, generator, ann, gain):
    """Weights that keep every sum of a backbone exact; the rest is ordinary."""
    def whole(shape, low, high, unit):
        return torch.randint(low, high + 1, shape, generator=generator).float() * unit

    exact = {id(m) for name, m in model.named_modules() if not any(part in name for part in ("decoder", "fpn", "head", "fc"))}
    for module in model.modules():
        if isinstance(module, nn.Conv2d):
            w = module.weight
            if id(module) in exact:
                fan = w[0].numel()
                unit = gain * 2.0 ** (math.floor(math.log2((1.6 if ann else 6.0) / math.sqrt(fan))) - 7)
                w.data = whole(w.shape, -127, 127, unit)
                w.data[torch.arange(len(w)), torch.randint(w.shape[1], (len(w),), generator=generator), 0, 0] = 127 * unit
            else:
                w.data = torch.randn(w.shape, generator=generator) / math.sqrt(w[0].numel())
                if module.bias is not None:
                    module.bias.data = torch.randn(len(w), generator=generator) * 0.1
        elif isinstance(module, nn.BatchNorm2d):
            n = module.num_features
            module.weight.data = 0.5 * torch.randint(1, 3, (n,), generator=generator).float()
            module.bias.data = whole((n,), -8, 40, gain / 64)
            module.running_mean = whole((n,), -8, 8, 1 / 64)
            module.running_var = torch.full((n,), 0.99999)
        elif isinstance(module, nn.Linear):
            module.weight.data = torch.randn(module.weight.shape, generator=generator) / math.sqrt(module.in_features)
            module.bias.data = torch.randn(module.out_features, generator=generator) * 0.1
        elif isinstance(module, Gate):
            module.weight.data = whole(module.weight.shape, -4, 8, 1 / 8)
            module.bias.data = whole(module.bias.shape, -2, 6, 1 / 8)


def spec_of(name, task, backbone, dec, detector=None, size=(32, 32)):
    spec = {"format": "spiking-detector/1", "name": name, "task": task, "backbone": backbone, "decoder": dec}
    if task == "detection":
        spec["detector"] = {"fpn_channels": 16, "head_convs": 1, "p6_source": "c5", "score_threshold": 0.05,
                            "candidates_per_level": 1000, "nms_threshold": 0.5, "max_detections": 100, **detector}
        spec["categories"] = [{"id": i + 1, "name": f"thing{i}"} for i in range(3)]
    else:
        spec["labels"] = [f"class{i}" for i in range(10)]
    spec["input"] = {"height": size[0], "width": size[1]}
    spec["input"].update({"channels": 2} if backbone.get("family") == "7b" else {"mean": [0.5] * 3, "std": [0.5] * 3})
    return spec


def backbone(depth, block, stem="cifar", neuron="if", base=8, steps=4, tau=None, reset=0.0, threshold=1.0, **more):
    n = {"type": neuron, "v_threshold": threshold, "v_reset": reset}
    if tau:
        n["tau"] = tau
    return {"depth": depth, "base_channels": base, "stem": stem, "block": block, "neuron": n, "time_steps": steps, **more}


def sevenb(block, neuron="plif", steps=16, **more):
    b = backbone(None, block, None, neuron, steps=steps, **more)
    del b["depth"], b["stem"]
    return {"family": "7b", **b}


RATE = {"type": "rate"}


def asd(temporal=1, channel=16):
    return {"type": "asd", "channel_reduction": channel, "temporal_reduction": temporal}


def cases():
    c, d = "classification", "detection"
    yield spec_of("sg18_star_lif_asd2", c, backbone(18, "sg", "imagenet", "lif", tau=2.0, base=4, gate="bsg_star"), asd(2, 8), size=(64, 64))
    yield spec_of("sg10_star_quarter", c, backbone(10, "sg", gate="bsg_star", gate_threshold=0.25, base=4), RATE)
    yield spec_of("sg10_plif_soft", c, backbone(10, "sg", neuron="plif", tau=2.0, reset=None, base=4), asd(1, 4))
    yield spec_of("sg34_if", c, backbone(34, "sg", base=4), asd(4, 4))
    yield spec_of("sg50_asd2", c, backbone(50, "sg", base=2), asd(2))
    yield spec_of("sg50_star_imagenet", c, backbone(50, "sg", "imagenet", base=2, gate="bsg_star"), RATE, size=(64, 96))
    yield spec_of("spiking18_if", c, backbone(18, "spiking", base=4), RATE)
    yield spec_of("spiking10_plif", c, backbone(10, "spiking", "imagenet", "plif", tau=2.0, base=4), asd(2, 4), size=(64, 64))
    yield spec_of("spiking50_lif", c, backbone(50, "spiking", neuron="lif", tau=2.0, base=2), RATE)
    yield spec_of("sew10_add_t6", c, backbone(10, "sew_add", steps=6, base=4), asd(3, 4))
    yield spec_of("sew18_add_lif", c, backbone(18, "sew_add", "imagenet", "lif", tau=4.0, base=4), RATE, size=(64, 64))
    yield spec_of("sew10_and_soft", c, backbone(10, "sew_and", reset=None, base=4), RATE)
    yield spec_of("sew10_and_below", c, backbone(10, "sew_and", neuron="lif", tau=2.0, reset=-0.25, threshold=0.75, base=4), asd(2, 4))
    yield spec_of("sew10_iand_plif", c, backbone(10, "sew_iand", neuron="plif", tau=2.0, reset=0.125, base=4), asd(1, 4))
    yield spec_of("sew50_iand", c, backbone(50, "sew_iand", base=2), RATE)
    yield spec_of("sew50_add", c, backbone(50, "sew_add", base=2), asd(4))
    yield spec_of("ann10", c, backbone(10, "ann", steps=1, base=4), RATE)
    yield spec_of("ann50_imagenet", c, backbone(50, "ann", "imagenet", steps=1, base=2), RATE, size=(64, 96))
    yield spec_of("sevenb_sg_plif_asd", c, sevenb("sg", tau=2.0), asd(2), size=(128, 128))
    yield spec_of("sevenb_sew_add_if", c, sevenb("sew_add", "if", steps=4, base=4), RATE, size=(128, 128))
    yield spec_of("sevenb_star_lif", c, sevenb("sg", "lif", steps=4, tau=2.0, base=4, gate="bsg_star"), RATE, size=(128, 128))
    yield spec_of("sg10_single_step", c, backbone(10, "sg", steps=1, base=4), asd(1, 4))
    yield spec_of("retina10_rate_p5", d, backbone(10, "sg", "imagenet", base=4), RATE, {"p6_source": "p5"}, (96, 64))
    yield spec_of("retina18_star_asd2", d, backbone(18, "sg", "imagenet", "lif", tau=2.0, base=4, gate="bsg_star"), asd(2, 8), {}, (64, 96))
    yield spec_of("retina50_asd", d, backbone(50, "sg", "imagenet", base=2), asd(1), {"head_convs": 2}, (64, 64))
    yield spec_of("retina10_plif_p5", d, backbone(10, "spiking", "imagenet", "plif", tau=2.0, base=4), asd(4, 8), {"p6_source": "p5", "anchor_sizes": [8, 16, 32, 64, 100]}, (64, 64))
    yield spec_of("retina10_sew_add", d, backbone(10, "sew_add", "imagenet", base=4), asd(1, 8), {"score_threshold": 0.5, "max_detections": 20}, (64, 64))
    yield spec_of("retina10_cifar", d, backbone(10, "sg", "cifar", base=4), RATE, {"candidates_per_level": 50, "nms_threshold": 0.3}, (32, 64))
    yield spec_of("retina10_ann", d, backbone(10, "ann", "imagenet", steps=1, base=4), RATE, {}, (64, 96))


def pictures(spec, generator):
    """Two pictures: noise, and noise below squares."""
    h, w = spec["input"]["height"], spec["input"]["width"]
    pixels = (torch.randint(0, 2, (2, h, w, 3), generator=generator) * 255).to(torch.uint8)
    squares = pixels[1:, : h // 2].permute(0, 3, 1, 2).float()[:, :, ::4, ::4]
    pixels[1, : h // 2] = F.interpolate(squares, size=(h // 2, w)).permute(0, 2, 3, 1)[0].to(torch.uint8)
    return pixels


def events(spec, generator):
    """Two recordings with few events, some pixels with many."""
    size = (2, spec["backbone"]["time_steps"], 2, spec["input"]["height"], spec["input"]["width"])
    return torch.poisson(torch.rand(size, generator=generator) ** 3, generator=generator).to(torch.uint8)


def make(spec, folder, seed):
    generator = torch.Generator().manual_seed(seed)
    torch.manual_seed(seed)
    ann = spec["backbone"]["block"] == "ann"
    is_event = "channels" in spec["input"]
    model = (SevenB if is_event else Classifier if spec["task"] == "classification" else Detector)(spec).eval()
    fill(model, generator, ann, spec["backbone"]["neuron"].get("tau", 1.0))
    name, data = ("events", events(spec, generator)) if is_event else ("pixels", pictures(spec, generator))
    with torch.no_grad():
        answers = model.answer(data)
    neurons = sorted((pair for pair in model.named_modules() if isinstance(pair[1], Neuron)), key=lambda pair: pair[1].order)
    rates = {name: module.rate.mean().item() for name, module in neurons}
    os.makedirs(os.path.join(folder, spec["name"]), exist_ok=True)
    state = {k: v.clone() for k, v in model.state_dict().items() if not k.endswith("num_batches_tracked")}
    save(os.path.join(folder, spec["name"], "checkpoint.safetensors"), state, {"spec": json.dumps(spec)})
    save(os.path.join(folder, spec["name"], "expected.safetensors"), {name: data, **answers}, {"firing_rates": json.dumps(rates)})
    exact = {name: module.rate for name, module in model.named_modules() if isinstance(module, Neuron)}
    for module in model.double().modules():
        if isinstance(module, nn.BatchNorm2d):  # In float32 0.99999 + 1e-5 is 1.
            module.running_var, module.eps = torch.ones_like(module.running_var), 0.0
    with torch.no_grad():
        model.answer(data)
    for name, module in model.named_modules():
        assert name not in exact or (exact[name] - module.rate).abs().max() < 1e-7, f"{name}: not exact in float32"
    scores = answers.get("scores.0")
    print(f"{spec['name']:22} rates {min(rates.values(), default=0):.3f}..{max(rates.values(), default=0):.3f} "
          f"last {list(rates.values())[-1:]} {'logits' if scores is None else 'found'} "
          f"{answers['logits'].std().item() if scores is None else len(scores):.3f}")


if __name__ == "__main__":
    torch.backends.mkldnn.enabled = False  # Its convolutions read uninitialised memory for such channel counts.
    for spec in cases():
        if not sys.argv[2:] or spec["name"] in sys.argv[2:]:
            make(spec, sys.argv[1], zlib.crc32(spec["name"].encode()))
