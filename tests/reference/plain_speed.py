"""Images a second of SG ResNet10 written plainly in PyTorch: the yardstick of the README's training figures.

python3 tests/reference/plain_speed.py 32     (base channels; two threads, float32, T = 4, 32x32, batch 64, rate decoding)
"""

import math
import sys
import time

import torch
from torch import nn

TIME_STEPS = 4


class Spike(torch.autograd.Function):
    """Heaviside step with the arctan surrogate, alpha = 2."""

    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return (x >= 0).to(x)

    @staticmethod
    def backward(ctx, gradient):
        (x,) = ctx.saved_tensors
        return gradient / (1 + (math.pi * x) ** 2)


class Unit(nn.Module):
    """Convolution, batch normalisation and IF neurons on [T, N, C, H, W]."""

    def __init__(self, inputs, outputs, kernel, stride):
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False)
        self.norm = nn.BatchNorm2d(outputs)

    def forward(self, x):
        current = self.norm(self.conv(x.flatten(0, 1))).unflatten(0, x.shape[:2])
        potential = torch.zeros_like(current[0])
        spikes = []
        for t in range(TIME_STEPS):
            potential = potential + current[t]
            spikes.append(Spike.apply(potential - 1))
            potential = potential * (1 - spikes[-1].detach())
        return torch.stack(spikes)


class Block(nn.Module):
    """Two units joined with the shortcut by the gate, H + X - H X."""

    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.branch = nn.Sequential(Unit(inputs, outputs, 3, stride), Unit(outputs, outputs, 3, 1))
        self.shortcut = nn.Identity() if inputs == outputs else Unit(inputs, outputs, 1, stride)

    def forward(self, x):
        h, x = self.branch(x), self.shortcut(x)
        return h + x - h * x


class Network(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.body = nn.Sequential(
            Unit(3, width, 3, 1),
            Block(width, width, 1),
            Block(width, 2 * width, 2),
            Block(2 * width, 4 * width, 2),
            Block(4 * width, 8 * width, 2),
        )
        self.fc = nn.Linear(8 * width, 10)

    def forward(self, pictures):
        steps = pictures.unsqueeze(0).repeat(TIME_STEPS, 1, 1, 1, 1)
        return self.fc(self.body(steps).mean((0, 3, 4)))


def main():
    torch.set_num_threads(2)
    network = Network(int(sys.argv[1]))
    optimizer = torch.optim.SGD(network.parameters(), 0.1, 0.9)
    pictures, labels = torch.randn(64, 3, 32, 32), torch.randint(0, 10, (64,))
    times = []
    for _ in range(15):
        start = time.perf_counter()
        optimizer.zero_grad()
        nn.functional.cross_entropy(network(pictures), labels).backward()
        optimizer.step()
        times.append(time.perf_counter() - start)
    print(f"{64 / sorted(times[3:])[6]:.1f} images a second")


main()
