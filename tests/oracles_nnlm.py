"""What the neural language model must compute, in float64 and plain loops. Imports nothing from fastvec."""

from __future__ import annotations

import math


def log_probabilities(context, C, H, O):  # type: ignore[no-untyped-def]  # noqa: E741
    """log p of each word after a context of rows of C: Bengio et al. 2003, equation 1.

    H has a row for each input and then the bias d; a row of O is [U | b] or, with direct connections, [U | W | b].
    """
    x = [number for row in context for number in C[row]]
    units = len(H[0])
    a = [math.tanh(math.fsum(x[i] * H[i][j] for i in range(len(x))) + H[-1][j]) for j in range(units)]
    direct = len(O[0]) > units + 1
    scores = []
    for row in O:
        y = row[-1] + math.fsum(row[j] * a[j] for j in range(units))
        if direct:
            y += math.fsum(row[units + i] * x[i] for i in range(len(x)))
        scores.append(y)
    most = max(scores)
    total = most + math.log(math.fsum(math.exp(score - most) for score in scores))
    return [score - total for score in scores]


def loss(contexts, targets, C, H, O):  # type: ignore[no-untyped-def]  # noqa: E741
    """The summed -log p of the targets."""
    return -math.fsum(
        log_probabilities(context, C, H, O)[target] for context, target in zip(contexts, targets, strict=True)
    )


def contexts_of(sentences, n, boundary):  # type: ignore[no-untyped-def]
    """(context, target) of every token of sentences of ids, padded by the boundary."""
    padded = [[boundary] * n + list(sentence) for sentence in sentences]
    return [(row[i : i + n], row[i + n]) for row in padded for i in range(len(row) - n)]


def penalty(contexts, C, H, O):  # type: ignore[no-untyped-def]  # noqa: E741
    """Half the sum of the squares of the weights: not of the biases, nor of the rows of C that are not there."""
    rows = {row for context in contexts for row in context}
    numbers = [number for row in rows for number in C[row]]
    numbers += [number for row in H[:-1] for number in row] + [number for row in O for number in row[:-1]]
    return math.fsum(number * number for number in numbers) / 2


def gradients(contexts, targets, matrices, step=1e-6, weight_decay=0):  # type: ignore[no-untyped-def]
    """Central differences of the mean loss, with weight decay, by every number of (C, H, O), float64 arrays."""
    found = [matrix * 0 for matrix in matrices]
    for matrix, gradient in zip(matrices, found, strict=True):
        for place in [*_places(matrix)]:
            old, losses = matrix[place], []
            for moved in (old + step, old - step):
                matrix[place] = moved
                mean = loss(contexts, targets, *matrices) / len(contexts)
                losses.append(mean + weight_decay * penalty(contexts, *matrices))
            matrix[place] = old
            gradient[place] = (losses[0] - losses[1]) / (2 * step)
    return found


def _places(matrix):  # type: ignore[no-untyped-def]
    return ((i, j) for i in range(len(matrix)) for j in range(len(matrix[0])))
