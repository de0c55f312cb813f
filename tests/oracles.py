"""What the kernels must compute, in float64 and plain loops. Imports nothing from fastvec."""

from __future__ import annotations

import math

import numpy as np

MASK = (1 << 64) - 1


def draw(stream: int, k: int) -> int:
    """Draw k of a SplitMix64 stream, in Python's own integers."""
    z = (stream + (k + 1) * 0x9E3779B97F4A7C15) & MASK
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return z ^ (z >> 31)


class Draws:
    """A stream, read draw by draw."""

    def __init__(self, stream: int) -> None:
        self.stream, self.used = stream, 0

    def next(self) -> int:
        self.used += 1
        return draw(self.stream, self.used - 1)

    def below(self, n: int) -> int:
        return ((self.next() >> 32) * n) >> 32


def sigmoid(z: float) -> float:
    return 1 / (1 + math.exp(-z)) if z > 0 else math.exp(z) / (1 + math.exp(z))


def softplus(z: float) -> float:
    return max(z, 0.0) + math.log1p(math.exp(-abs(z)))


def train_group(W_in, W_out, contexts, centre, noise, learning_rate) -> float:  # type: ignore[no-untyped-def]
    """All pairs of some contexts with a centre and its noise words, from the old rows; returns the loss."""
    old_in, old_out = W_in.copy(), W_out.copy()
    loss = 0.0
    for context in contexts:
        for word, label in [(centre, 1), *((word, 0) for word in noise if word != centre)]:
            dot = math.fsum(old_in[context] * old_out[word])
            step = learning_rate * (label - sigmoid(dot))
            W_in[context] += step * old_out[word]
            W_out[word] += step * old_in[context]
            loss += softplus(-dot if label else dot)
    return loss


def sgns(sentences, W_in, W_out, *, keep, threshold, alias, window, negative, shrink_windows, share_negatives,
         learning_rate, streams) -> tuple[float, int, int]:  # type: ignore[no-untyped-def]  # fmt: skip
    """Skip-gram with negative sampling over sentences; returns (loss, pairs, kept tokens)."""
    stays, widths, noises = map(Draws, streams)
    loss, pairs, trained = 0.0, 0, 0

    def noise_words() -> list[int]:
        words = []
        for _ in range(negative):
            drawn = noises.next()
            slot = ((drawn >> 32) * len(alias)) >> 32
            words.append(slot if drawn % 2**32 < threshold[slot] else int(alias[slot]))
        return words

    for sentence in sentences:
        kept = [word for word in sentence if stays.next() >> 32 <= keep[word]]
        reach = [1 + widths.below(window) if shrink_windows else window for _ in kept]
        for t, centre in enumerate(kept):
            contexts = [kept[c] for c in range(t - reach[t], t + reach[t] + 1) if 0 <= c < len(kept) and c != t]
            if share_negatives:
                loss += train_group(W_in, W_out, contexts, centre, noise_words(), learning_rate)
            else:
                for context in contexts:
                    loss += train_group(W_in, W_out, [context], centre, noise_words(), learning_rate)
            pairs += len(contexts)
        trained += len(kept)
    return loss, pairs, trained


def alias_probabilities(threshold: np.ndarray, alias: np.ndarray) -> np.ndarray:
    """The distribution that an alias table stands for."""
    n = len(threshold)
    share = threshold / 2.0**32
    return (share + np.bincount(alias, weights=1 - share, minlength=n)) / n
