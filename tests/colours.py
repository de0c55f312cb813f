"""Colours as people see them, colour-blind ones too."""

from __future__ import annotations

from itertools import combinations

import numpy as np

# Machado, Oliveira and Fernandes 2009, "A physiologically-based model for simulation of color vision deficiency",
# severity 1, on linear light
VISION = {
    "usual": np.eye(3),
    "no long cones": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
                      [-0.003882, -0.048116, 1.051998]],
    "no medium cones": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
                        [-0.01182, 0.04294, 0.968881]],
    "no short cones": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
                       [0.004733, 0.691367, 0.3039]],
}  # fmt: skip


def linear(hex_colour):
    values = np.array([int(hex_colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def contrast(a, b):
    """WCAG 2.1: from 1 to 21."""
    high, low = sorted((linear(colour) @ [0.2126, 0.7152, 0.0722] for colour in (a, b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def oklab(light):
    """Ottosson 2020, "A perceptual color space for image processing"."""
    cones = [[0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566],
             [0.0883024619, 0.2817188376, 0.6299787005]]  # fmt: skip
    axes = [[0.2104542553, 0.793617785, -0.0040720468], [1.9779984951, -2.428592205, 0.4505937099],
            [0.0259040371, 0.7827717662, -0.808675766]]  # fmt: skip
    return np.array(axes) @ np.cbrt(np.array(cones) @ np.clip(light, 0, 1))


def least_difference(colours):
    """The least distance of two colours in Oklab, of any kind of vision; 0.02 can just be noticed."""
    seen = [[oklab(np.array(vision) @ linear(colour)) for colour in colours] for vision in VISION.values()]
    return min(np.linalg.norm(a - b) for labs in seen for a, b in combinations(labs, 2))
