"""Makes the files of this folder with PyTorch's own optimisers, schedules and losses, independently of this project's code.

    python3 make.py

optimizers.json: parameters, the same random gradients for every case, and the parameters after each of six steps with a
rate that changes. schedules.json: rates of torch.optim.lr_scheduler.OneCycleLR (cosine, momentum not cycled).
losses.json: cross-entropy with smoothed labels, and distances from a teacher's answers, with their gradients.
Made with PyTorch 1.13 (Debian 12: python3-torch).
"""
import json

import torch
import torch.nn.functional as F

torch.manual_seed(11)
SHAPES = {"conv": (4, 3, 3, 3), "norm": (4,), "w": (), "matrix": (2, 5)}
RATES = [0.1, 0.05, 0.2, 0.1, 0.01, 0.3]
START = {name: torch.randn(shape) for name, shape in SHAPES.items()}
GRADIENTS = [{name: torch.randn(shape) * scale for name, shape in SHAPES.items()} for scale in (1, 0.1, 3, 1e-3, 1, 0.5)]


def numbers(tensors):
    return {name: tensor.detach().flatten().tolist() for name, tensor in tensors.items()}


def run(make, settings, decay_all, clip):
    parameters = {name: value.clone().requires_grad_() for name, value in START.items()}
    decayed = [p for p in parameters.values() if decay_all or p.ndim > 1]
    others = [p for p in parameters.values() if not (decay_all or p.ndim > 1)]
    groups = [{"params": decayed}] + ([{"params": others, "weight_decay": 0}] if others else [])
    optimizer = make(groups, lr=RATES[0], **settings)
    norms, after = [], []
    for rate, gradients in zip(RATES, GRADIENTS):
        for group in optimizer.param_groups:
            group["lr"] = rate
        for name, parameter in parameters.items():
            parameter.grad = gradients[name].clone()
        norms.append(float(torch.nn.utils.clip_grad_norm_(parameters.values(), clip)) if clip else None)
        optimizer.step()
        after.append(numbers(parameters))
    return {"norms": norms, "after": after}


SGD, ADAMW = torch.optim.SGD, torch.optim.AdamW
CASES = {
    "sgd": (SGD, {}, True, 0),
    "sgd_decay": (SGD, {"weight_decay": 0.02}, True, 0),
    "sgd_momentum_decay_clip": (SGD, {"momentum": 0.9, "weight_decay": 0.02}, True, 2.5),
    "sgd_nesterov": (SGD, {"momentum": 0.9, "weight_decay": 0.02, "nesterov": True}, True, 0),
    "sgd_nesterov_decay_weights": (SGD, {"momentum": 0.8, "weight_decay": 0.02, "nesterov": True}, False, 0),
    "adamw": (ADAMW, {"weight_decay": 0}, True, 0),
    "adamw_decay_clip": (ADAMW, {"weight_decay": 0.05}, True, 2.5),
    "adamw_decay_weights": (ADAMW, {"weight_decay": 0.05}, False, 0),
}
with open("optimizers.json", "w") as file:
    json.dump({
        "shapes": SHAPES, "rates": RATES, "start": numbers(START), "gradients": [numbers(step) for step in GRADIENTS],
        "cases": {
            name: {"type": case[0].__name__.lower(), **case[1], "decay_all": case[2], "clip": case[3], **run(*case)}
            for name, case in CASES.items()
        },
    }, file)


def one_cycle(rate, total, pct_start, div_factor, final_div_factor):
    optimizer = SGD([torch.zeros(1, requires_grad=True)], lr=1, momentum=0.9)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, rate, total_steps=total, pct_start=pct_start, anneal_strategy="cos", cycle_momentum=False,
        div_factor=div_factor, final_div_factor=final_div_factor)
    rates = []
    for step in range(total):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        if step < total - 1:
            schedule.step()
    return {
        "rate": rate, "total": total, "pct_start": pct_start, "div_factor": div_factor, "final_div_factor": final_div_factor,
        "rates": rates,
    }


with open("schedules.json", "w") as file:
    json.dump({"one_cycle": [one_cycle(0.5, 40, 0.3, 25, 1e4), one_cycle(0.1, 15, 0.5, 10, 100), one_cycle(1, 7, 0.25, 4, 50)]}, file)


def with_gradients(loss, inputs):
    return {"loss": float(loss), "gradients": [gradient.flatten().tolist() for gradient in torch.autograd.grad(loss, inputs)]}


logits, labels = torch.randn(5, 4, requires_grad=True), torch.tensor([3, 0, 1, 1, 2])
teacher = 2 * torch.randn(5, 4)
cls, box = torch.randn(2, 6, 3, requires_grad=True), torch.randn(2, 6, 4, requires_grad=True)
teacher_cls, teacher_box, positives = 2 * torch.randn(2, 6, 3), torch.randn(2, 6, 4), 3
kl = torch.nn.KLDivLoss(reduction="batchmean")
target = teacher_cls.sigmoid()
quality = F.binary_cross_entropy_with_logits(cls, target, reduction="none") * (target - cls.sigmoid()).abs() ** 2
sure = target.max(-1).values >= 0.5
with open("losses.json", "w") as file:
    json.dump({
        "logits": logits.flatten().tolist(), "labels": labels.tolist(), "teacher": teacher.flatten().tolist(),
        "smoothed": {str(s): with_gradients(F.cross_entropy(logits, labels, label_smoothing=s), [logits]) for s in (0, 0.1, 0.5)},
        "distilled": {
            str(t): with_gradients(t * t * kl(F.log_softmax(logits / t, 1), F.softmax(teacher / t, 1)), [logits]) for t in (1, 4)
        },
        "cls": cls.flatten().tolist(), "box": box.flatten().tolist(),
        "teacher_cls": teacher_cls.flatten().tolist(), "teacher_box": teacher_box.flatten().tolist(),
        "positives": positives, "sure": int(sure.sum()),
        "classes": with_gradients(quality.sum() / positives, [cls]),
        "boxes": with_gradients(F.l1_loss(box[sure], teacher_box[sure], reduction="sum") / positives, [box]),
    }, file)
