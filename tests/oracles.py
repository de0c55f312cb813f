"""What the kernels must compute, in float64 and plain loops. Imports nothing from fastvec."""

from __future__ import annotations

import math
from itertools import chain

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


def errors(x, W_out, outputs, target) -> tuple[list[tuple[int, float]], float]:  # type: ignore[no-untyped-def]
    """How far an input is off at each output row, and its loss: full softmax where ``outputs`` is None."""
    if outputs is None:
        scores = [math.fsum(x * row) for row in W_out]
        most = max(scores)
        total = math.fsum(math.exp(score - most) for score in scores)
        off = [(row == target) - math.exp(score - most) / total for row, score in enumerate(scores)]
        return list(enumerate(off)), math.log(total) + most - scores[target]
    dots = [math.fsum(x * W_out[row]) for row, _ in outputs]
    loss = sum(softplus(-dot if label else dot) for dot, (_, label) in zip(dots, outputs, strict=True))
    return [(row, label - sigmoid(dot)) for dot, (row, label) in zip(dots, outputs, strict=True)], loss


def step(inputs, W_out, outputs, target, learning_rate) -> tuple[list[np.ndarray], float]:  # type: ignore[no-untyped-def]
    """Inputs predict a word, all from the old rows; returns the inputs' updates and the loss."""
    old_out, total = W_out.copy(), 0.0
    updates = [np.zeros_like(x) for x in inputs]
    for x, update in zip(inputs, updates, strict=True):
        off, loss = errors(x, old_out, outputs, target)
        total += loss
        for row, error in off:
            update += learning_rate * error * old_out[row]
            W_out[row] += learning_rate * error * x
    return updates, total


def word2vec(
    sentences, W_in, W_out, *, model, loss, keep, threshold, alias, paths, rows, row_rates, window, negative,
    shrink_windows, context, divide_gradient, learning_rate, streams, targets=(), weights=None,
) -> tuple[float, int, int]:  # type: ignore[no-untyped-def]  # fmt: skip
    """Skip-gram and CBOW over sentences; returns (loss, predictions, kept tokens).

    ``paths[w]`` is the list of (inner node, label) on the way to word w, ``rows[w]`` the list of rows of word w.
    """
    stays, widths, noises = map(Draws, streams)
    total, predictions, trained = 0.0, 0, 0

    def noise_words() -> list[int]:
        words = []
        for _ in range(negative if loss == "negative_sampling" else 0):
            drawn = noises.next()
            slot = ((drawn >> 32) * len(alias)) >> 32
            words.append(slot if drawn % 2**32 < threshold[slot] else int(alias[slot]))
        return words

    def outputs(target, noise):  # type: ignore[no-untyped-def]
        if loss == "negative_sampling":
            return [(target, 1), *((word, 0) for word in noise if word != target)]
        return paths[target] if loss == "hierarchical_softmax" else None

    def train(inputs, predicted, noise, rate=learning_rate) -> None:  # type: ignore[no-untyped-def]
        """Inputs, each a mean of rows of W_in, predict words in turn and move with each; then W_in does."""
        nonlocal total, predictions
        means = [np.mean([W_in[row] for row in members], axis=0) for members in inputs]
        sums = [np.zeros_like(mean) for mean in means]
        for target in predicted:
            updates, value = step(means, W_out, outputs(target, next(noise)), target, rate)
            for mean, gathered, update in zip(means, sums, updates, strict=True):
                mean += update
                gathered += update
            total += value
            predictions += len(means)
        for members, gathered in zip(inputs, sums, strict=True):
            for row in members:
                W_in[row] += row_rates[row] * gathered / (len(members) if divide_gradient else 1)

    def train_round(groups) -> None:  # type: ignore[no-untyped-def]
        """CBOW of some groups of (centre, contexts): W_in as it was before; the like places share their noise."""
        nonlocal total, predictions
        old_in = W_in.copy()
        for j in range(4):
            noise, old_out = noise_words(), W_out.copy()
            members = [group[j] for group in groups if len(group) > j and group[j][1]]
            for centre, contexts in members:
                bag = list(chain(*(rows[word] for word in contexts)))
                mean = np.mean(old_in[bag], axis=0)
                off, value = errors(mean, old_out, outputs(centre, noise), centre)
                for row, error in off:
                    W_out[row] += learning_rate * error * mean
                    for member in bag:
                        part = row_rates[member] / (len(bag) if divide_gradient else 1)
                        W_in[member] += learning_rate * error * part * old_out[row]
                total += value
                predictions += 1

    fresh = iter(noise_words, None)
    if model == "given":
        for p, (word, target) in enumerate(zip(chain(*sentences), targets, strict=True)):
            train([rows[word]], [target], fresh, learning_rate * (1 if weights is None else weights[p]))
            trained += 1
        return total, predictions, trained
    batch: list[list[tuple[int, list[int]]]] = []
    for number, sentence in enumerate(sentences):
        kept = [word for word in sentence if stays.next() >> 32 <= keep[word]]
        reach = [1 + widths.below(window) if shrink_windows else window for _ in kept]
        around = []
        for t in range(len(kept)):
            before = range(t - reach[t], t) if context != "right" else ()
            after = range(t + 1, t + reach[t] + 1) if context != "left" else ()
            around.append([kept[c] for c in (*before, *after) if 0 <= c < len(kept)])
        if model == "groups":
            pairs = list(zip(kept, around, strict=True))
            batch += [pairs[first : first + 4] for first in range(0, len(pairs), 4)]
            if sum(map(len, batch)) >= 1024 or number == len(sentences) - 1:
                rounds = math.ceil(len(batch) / 4)
                for first in range(rounds):
                    train_round(batch[first::rounds])
                batch = []
        for centre, contexts in zip(kept, around, strict=True) if model != "groups" else ():
            if model == "pairs":
                for word in contexts:
                    train([[word]], [centre], fresh)
            elif model == "centre":
                train([rows[centre]], contexts, fresh)
            else:
                one = iter([noise_words()])  # is drawn for each token
                if contexts and model == "window":
                    train([[word] for word in contexts], [centre], one)
                elif contexts:
                    train([list(chain(*(rows[word] for word in contexts)))], [centre], one)
        trained += len(kept)
    return total, predictions, trained


def alias_probabilities(threshold: np.ndarray, alias: np.ndarray) -> np.ndarray:
    """The distribution that an alias table stands for."""
    n = len(threshold)
    share = threshold / 2.0**32
    return (share + np.bincount(alias, weights=1 - share, minlength=n)) / n
