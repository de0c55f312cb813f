"""What the kernels must compute, in float64 and plain loops. Imports nothing from fastvec."""

from __future__ import annotations

import math
from collections import Counter
from functools import partial

import numpy as np

LOSSES = ["negative_sampling", "hierarchical_softmax", "softmax"]  # of the predict family

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


class Held:
    """Rows of W that a place holds, by token: [what they are now, what they were, the word, whether it is a copy].

    ``holders`` counts the tokens of all places that hold a word: in place only the first one does.
    """

    def __init__(self, W, rows, rates, in_place: bool, uses, holders=None) -> None:  # type: ignore[no-untyped-def]
        self.W, self.rows, self.rates, self.in_place, self.uses = W, rows, rates, in_place, uses
        self.holders = holders
        self.tokens: dict[int, list] = {}  # type: ignore[type-arg]

    def take(self, token: int, word: int) -> None:
        total = np.sum([self.W[row] for row in self.rows[word]], axis=0)
        for row in self.rows[word]:
            self.uses[row] += 1
        copied = not self.in_place or (self.holders is not None and self.holders[word] > 0)
        if self.holders is not None:
            self.holders[word] += 1
        self.tokens[token] = [total.copy() if copied else self.W[word], total, word, copied]

    def train(self, token: int, change) -> None:  # type: ignore[no-untyped-def]
        if self.rates[self.tokens[token][2]] != 0:
            self.tokens[token][0] += change

    def give(self, token: int) -> None:
        now, before, word, copied = self.tokens.pop(token)
        if self.holders is not None:
            self.holders[word] -= 1
        for row in self.rows[word] if copied else ():
            self.W[row] += self.rates[word] * (now - before) / len(self.rows[word])


def step(groups, W_out, outputs_of, learning_rate, out_rates):  # type: ignore[no-untyped-def]
    """Groups of inputs, each predicting a word, all from the old rows; returns the inputs' updates and the loss.

    A group is (inputs, word, held): of a held copy of the word's row, what it is and what takes its change.
    """
    old_out, total, all_updates, changes = W_out.copy(), 0.0, [], []
    for inputs, word, held in groups:
        updates = [np.zeros_like(x) for x in inputs]
        rows = old_out.copy()
        if held is not None:
            rows[word] = held[0]
        for x, update in zip(inputs, updates, strict=True):
            off, loss = errors(x, rows, outputs_of(word), word)
            total += loss
            for row, error in off:
                update += learning_rate * error * rows[row]
                changes.append((row, learning_rate * error * x, held[1] if held and row == word else None))
        all_updates.append(updates)
    for row, change, train in changes:
        if train is None:
            W_out[row] += out_rates[row] * change
        else:
            train(change)
    return all_updates, total


def word2vec(
    places, ids, offsets, W_in, W_out, *, model, loss, keep, threshold, alias, paths, rows, in_rates, out_rates,
    window, negative, share_negatives, freeze_outputs, threads, shrink_windows, context, divide_gradient,
    learning_rate,
    negative_stream, targets=None, weights=None, uses=None, tags=None, W_tags=None, sum_inputs=False,
) -> tuple[float, int, int]:  # type: ignore[no-untyped-def]  # fmt: skip
    """Skip-gram and CBOW over places of a text in rounds; returns (loss, predictions, kept tokens).

    ``paths[w]`` is the list of (inner node, label) on the way to word w, ``rows[w]`` the list of rows of word w.
    ``tags[s]`` is the list of rows of W_tags that the document of sentence s has. ``uses`` counts, by row of W_in
    and of W_out, how often each is taken or stands among the outputs of a step.
    """
    noises, noise, total, predictions, trained = Draws(negative_stream), [], 0.0, 0, 0
    free = set(out_rates) == {1}
    uses_in, uses_out = uses or ([0] * len(W_in), [0] * len(W_out))
    if freeze_outputs:
        out_rates = [0.0] * len(W_out)
    each = [[word] for word in range(len(W_out))]

    def draw_noise() -> None:
        noise.clear()
        for _ in range(negative if loss == "negative_sampling" else 0):
            drawn = noises.next()
            slot = ((drawn >> 32) * len(alias)) >> 32
            noise.append(slot if drawn % 2**32 < threshold[slot] else int(alias[slot]))

    def outputs_of(target):  # type: ignore[no-untyped-def]
        if loss == "negative_sampling":
            return [(target, 1), *((word, 0) for word in noise if word != target)]
        return paths[target] if loss == "hierarchical_softmax" else None

    def predict(groups, rate=learning_rate):  # type: ignore[no-untyped-def]
        nonlocal total, predictions
        if not share_negatives:
            draw_noise()
        if loss == "negative_sampling":
            used = [*noise, *(word for _, word, held in groups if held is None)]
        else:
            used = [row for row, _ in outputs_of(groups[0][1]) or ()]
        for row in used:
            uses_out[row] += 1
        updates, value = step(groups, W_out, outputs_of, rate, out_rates)
        total += value
        predictions += sum(len(inputs) for inputs, _, _ in groups)
        return updates

    def train_word(word, predicted, rate=learning_rate) -> None:  # type: ignore[no-untyped-def]
        """The mean of a word's rows predicts words in turn and moves with each; then the rows do."""
        mean = np.mean([W_in[row] for row in rows[word]], axis=0)
        old = mean.copy()
        for row in rows[word]:
            uses_in[row] += 1
        for target, held in predicted:
            mean += predict([([mean.copy()], target, held)], rate)[0][0]
        for row in rows[word]:
            W_in[row] += in_rates[row] * (mean - old) / (len(rows[word]) if divide_gradient else 1)

    if model == "given":
        ranges = [range(start, end) for start, end, *_ in places]
        for turn in range(max(map(len, ranges))):
            if share_negatives:
                draw_noise()
            for p in [some[turn] for some in ranges if turn < len(some)]:
                rate = learning_rate * (1 if weights is None else weights[p])
                train_word(ids[p], [(targets[p], None)], rate)
                trained += 1
        return total, predictions, trained

    gathered = [gather(place, ids, offsets, keep, window, shrink_windows, context) for place in places]
    by_place, alone = [], threads == 1
    holders = Counter() if model == "window" else None
    for _ in places:
        if model == "tags":
            by_place.append(None)
        elif model != "centre":
            single = rows == [[word] for word in range(len(rows))] and set(in_rates) == {1}
            by_place.append(Held(W_in, rows, in_rates, alone and single, uses_in, holders))
        elif loss == "negative_sampling":
            by_place.append(Held(W_out, each, out_rates, alone and free, uses_out))
        else:
            by_place.append(None)
    for t in range(max(len(tokens) for tokens in gathered)):
        if share_negatives:
            draw_noise()
        ready, live = [], [(k, tokens) for k, tokens in enumerate(gathered) if t < len(tokens)]
        for k, tokens in live:
            held, (word, contexts, span, sentence) = by_place[k], tokens[t]
            own = [] if tags is None else tags[sentence]
            if held is not None:
                for token in span:
                    if token not in held.tokens and token > max(held.tokens, default=-1):
                        held.take(token, tokens[token][0])
            if model == "tags":
                if own:
                    ready.append((k, ([W_tags[row].copy() for row in own], word, None)))
            elif not contexts and not own:
                continue
            elif model == "window":
                ready.append((k, ([held.tokens[c][0].copy() for c in contexts], word, None)))
            elif model == "bag":
                n = 1 if sum_inputs else len(own) + sum(len(rows[tokens[c][0]]) for c in contexts)
                bag = [*(held.tokens[c][0] for c in contexts), *(W_tags[row] for row in own)]
                ready.append((k, ([np.sum(bag, axis=0) / n], word, None)))
            elif model == "pairs":
                for c in contexts:
                    held.train(c, predict([([held.tokens[c][0].copy()], word, None)])[0][0])
            elif held is None:
                train_word(word, [(tokens[c][0], None) for c in contexts])
            else:
                copies = [(held.tokens[c][0], partial(held.train, c)) for c in contexts]
                train_word(word, [(tokens[c][0], copy) for c, copy in zip(contexts, copies, strict=True)])
        updates = predict([group for _, group in ready]) if ready else []
        for (k, _), update in zip(ready, updates, strict=True):
            contexts, sentence = gathered[k][t][1], gathered[k][t][3]
            sizes = [len(rows[gathered[k][c][0]]) for c in contexts]
            own = [] if tags is None else tags[sentence]
            if model == "tags":
                for row, change in zip(own, update, strict=True):
                    W_tags[row] += change
                continue
            n = len(own) + sum(sizes)
            for row in own:
                W_tags[row] += update[0] / (n if divide_gradient else 1)
            for i, c in enumerate(contexts):
                if model == "window":
                    by_place[k].train(c, update[i])
                else:
                    by_place[k].train(c, update[0] * sizes[i] / (n if divide_gradient else 1))
        for k, tokens in live:
            if by_place[k] is not None:
                next_span = tokens[t + 1][2] if t + 1 < len(tokens) else range(len(tokens), len(tokens))
                for token in [token for token in by_place[k].tokens if token < next_span.start]:
                    by_place[k].give(token)
    return total, predictions, sum(map(len, gathered))


def gather(place, ids, offsets, keep, window, shrink_windows, context):  # type: ignore[no-untyped-def]
    """Of each token that stays: the word, its contexts, the tokens held while it is the centre, its sentence."""
    start, end, sentence, keep_stream, width_stream = place
    stays, widths, tokens, position = Draws(keep_stream), Draws(width_stream), [], start
    while position < end:
        stop = min(offsets[sentence + 1], end)
        kept = [word for word in ids[position:stop] if stays.next() >> 32 <= keep[word]]
        first, last = len(tokens), len(tokens) + len(kept)
        for t, word in enumerate(kept, start=first):
            width = 1 + widths.below(window) if shrink_windows else window

            def around(t: int, width: int, first: int = first, last: int = last) -> range:
                before, after = width * (context != "right"), width * (context != "left")
                return range(max(first, t - before), min(last, t + after + 1))

            tokens.append((word, [c for c in around(t, width) if c != t], around(t, window), sentence))
        position, sentence = stop, sentence + 1
    return tokens


def alias_probabilities(threshold: np.ndarray, alias: np.ndarray) -> np.ndarray:
    """The distribution that an alias table stands for."""
    n = len(threshold)
    share = threshold / 2.0**32
    return (share + np.bincount(alias, weights=1 - share, minlength=n)) / n
