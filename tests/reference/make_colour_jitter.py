"""Makes colour_jitter.json: what torchvision's adjust_brightness, _contrast, _saturation and _hue make of a small picture.

Run with torchvision (0.14 made the file): python3 make_colour_jitter.py
"""

import json
import pathlib

import torch
import torchvision.transforms.functional as F

CHANGES = {"brightness": F.adjust_brightness, "contrast": F.adjust_contrast, "saturation": F.adjust_saturation, "hue": F.adjust_hue}

CASES = [
    [("brightness", 0.6)],
    [("brightness", 1.4)],
    [("contrast", 0.3)],
    [("contrast", 1.7)],
    [("saturation", 0.0)],
    [("saturation", 1.9)],
    [("hue", 0.1)],
    [("hue", -0.35)],
    [("hue", 0.5)],
    [("brightness", 1.3), ("contrast", 0.7), ("saturation", 1.5), ("hue", -0.2)],
    [("hue", 0.25), ("saturation", 0.4), ("contrast", 1.6), ("brightness", 0.8)],
]

torch.manual_seed(1)
pixels = torch.randint(0, 256, (3, 6, 8), dtype=torch.uint8)

# Black, white, grey, and the six corners between, where hue jumps.
for x, colour in enumerate([(0, 0, 0), (255, 255, 255), (90, 90, 90), (255, 0, 0), (255, 255, 0), (0, 255, 0), (0, 255, 255), (0, 0, 255)]):
    pixels[:, 0, x] = torch.tensor(colour)
pixels[:, 1, 0] = torch.tensor((255, 0, 255))

cases = []
for changes in CASES:
    picture = pixels.to(torch.float64) / 255
    for name, factor in changes:
        picture = CHANGES[name](picture, factor)
    cases.append({
        "changes": [{"name": name, "factor": factor} for name, factor in changes],
        "expected": [round(value, 3) for value in (picture * 255).permute(1, 2, 0).flatten().tolist()],
    })

file = pathlib.Path(__file__).parent / "colour_jitter.json"
file.write_text(json.dumps({"pixels": pixels.permute(1, 2, 0).flatten().tolist(), "cases": cases}) + "\n")
