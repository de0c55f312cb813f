"""Skip-gram and CBOW in plain NumPy: the specification of csrc/word2vec.h. W_in and W_out may be float64 here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from fastvec.kernels.random import alias_draws, below, draws

Floats = NDArray[np.floating]
Ids = NDArray[np.int64]
Place = tuple[int, int, int, int, int]  # start, end, sentence, and the streams of the keep and the width draws


def logistic_gradients(X: Floats, Y: Floats, labels: Ids, rate: float) -> tuple[Floats, Floats]:
    """Return losses and gradients, [n, m], of inputs X [n, D] against outputs Y [m, D] with labels 1 or 0.

    Minimises -log s(x.y) where the label is 1 and -log s(-x.y) where it is 0 (Mikolov et al. 2013, equation 4 for
    negative sampling, equation 3 for the inner nodes of hierarchical softmax).
    """
    dots = X @ Y.T
    gradients: Floats = rate * (labels - 1 / (1 + np.exp(-dots)))
    return np.logaddexp(0, np.where(labels == 1, -dots, dots).astype(np.float64)), gradients


def logistic_step(X: Floats, W_out: Floats, outputs: Ids, labels: Ids, rate: float) -> tuple[float, Floats]:
    """Train rows of W_out, which may repeat, against inputs X [n, D]; return the loss and the update of X."""
    Y = W_out[outputs]  # [outputs, D]
    losses, gradients = logistic_gradients(X, Y, labels, rate)
    np.add.at(W_out, outputs, gradients.T @ X)
    return float(losses.sum()), gradients @ Y


def softmax_step(X: Floats, W_out: Floats, target: int, rate: float) -> tuple[float, Floats]:
    """Train all rows of W_out against inputs X [n, D]; return the loss, -log p(target), and the update of X."""
    scores = (X @ W_out.T).astype(np.float64)
    scores -= scores.max(axis=1, keepdims=True)
    log_p = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
    gradients = (-rate * np.exp(log_p)).astype(X.dtype)
    gradients[:, target] += rate
    update = gradients @ W_out
    W_out += gradients.T @ X
    return -float(log_p[:, target].sum()), update


@dataclass
class Group:
    """Inputs X [n, D] that predict the same word; ``row`` [D] is the held copy of its row of W_out, if any."""

    X: Floats
    word: int
    row: Floats | None = None


@dataclass
class Outputs:
    """How words are predicted: against negatives, along paths of inner nodes, or against all rows."""

    loss: str
    W_out: Floats
    negatives: NDArray[np.uint64] | None
    negative: int
    share_negatives: bool
    paths: tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float32], int] | None
    rates: NDArray[np.float32] | None  # of the rows of W_out
    frozen: bool
    stream: int
    noise: Ids = field(default_factory=lambda: np.zeros(0, np.int64))
    drawn: int = 0
    total: float = 0.0

    def draw(self) -> None:
        """Draw the next negatives."""
        if self.loss == "negative_sampling":
            assert self.negatives is not None
            self.noise = alias_draws(self.negatives, draws(self.stream, self.drawn, self.negative))
            self.drawn += self.negative

    def predict(self, groups: list[Group], rate: float) -> list[Floats]:
        """Make one step from the old rows; return the update of each group's inputs."""
        if self.loss == "negative_sampling":
            return self._sample(groups, rate)
        [group] = groups
        W_out = self.W_out.copy() if self.frozen else self.W_out
        if self.loss == "softmax":
            value, update = softmax_step(group.X, W_out, group.word, rate)
        else:
            assert self.paths is not None
            way = slice(int(self.paths[0][group.word]), int(self.paths[0][group.word + 1]))
            nodes, labels = self.paths[1][way].astype(np.int64), (self.paths[2][way] > 0).astype(np.int64)
            value, update = logistic_step(group.X, W_out, nodes, labels, rate)
        self.total += value
        return [update]

    def _sample(self, groups: list[Group], rate: float) -> list[Floats]:
        if not self.share_negatives:
            self.draw()
        old = self.W_out[self.noise]
        changes, updates = [], []
        for group in groups:
            own = self.W_out[group.word].copy() if group.row is None else group.row.copy()
            Y = np.vstack([own, old])
            losses, gradients = logistic_gradients(group.X, Y, np.arange(len(Y)) == 0, rate)
            others = np.append(True, self.noise != group.word)  # a negative that is the word itself is ignored
            gradients *= others
            self.total += float(losses[:, others].sum())
            updates.append(gradients @ Y)
            changes.append((group, gradients.T @ group.X))
        for group, change in changes:
            self._change(np.array([group.word]), change[:1], group.row)
            self._change(self.noise, change[1:])
        return updates

    def _change(self, words: Ids, change: Floats, held: Floats | None = None) -> None:
        if self.frozen:
            return
        if held is not None:
            held += change[0] if self.rates is None or self.rates[words[0]] != 0 else 0
        else:
            rates = 1.0 if self.rates is None else self.rates[words][:, None].astype(self.W_out.dtype)
            np.add.at(self.W_out, words, rates * change)


@dataclass
class HeldRows:
    """Copies of rows of W that the tokens of a place train while they are in use."""

    W: Floats
    rates: NDArray[np.float32] | None
    frozen: bool
    rows: tuple[NDArray[np.int64], NDArray[np.int32]] | None  # a word of several rows is held as their sum
    in_place: bool = False  # the rows themselves instead of copies

    def of_word(self, word: int) -> Ids:
        """Return the rows of a word."""
        if self.rows is None:
            return np.array([word])
        return self.rows[1][self.rows[0][word] : self.rows[0][word + 1]].astype(np.int64)

    def rate(self, word: int) -> float:
        """Return the factor of a word's change; 0: frozen."""
        return 0.0 if self.frozen else 1.0 if self.rates is None else float(self.rates[word])

    def take(self, word: int) -> Floats:
        """Return a copy of a word's row, or the sum of its rows."""
        taken: Floats = self.W[self.of_word(word)].sum(axis=0)
        return taken

    def give(self, word: int, change: Floats) -> None:
        """Add a change to the rows of a word."""
        rows = self.of_word(word)
        if rate := self.rate(word):
            np.add.at(self.W, rows, (rate / len(rows) * change).astype(self.W.dtype))


class Gathered:
    """The tokens of a place that are kept, their windows, and the rows held while each is the centre."""

    def __init__(self, kept: Ids, windows: list[Ids], spans: list[tuple[int, int]], tokens: int) -> None:
        self.kept, self.windows, self.spans, self.tokens = kept, windows, spans, tokens
        self.now: dict[int, Floats] = {}
        self.before: dict[int, Floats] = {}

    def hold(self, held: HeldRows, t: int) -> None:
        """Take the rows of the tokens within reach of centre t."""
        for token in range(max(self.spans[t][0], max(self.now, default=-1) + 1), self.spans[t][1]):
            if held.in_place:
                self.now[token] = held.W[int(self.kept[token])]
                continue
            self.before[token] = held.take(int(self.kept[token]))
            self.now[token] = self.before[token].copy()

    def release(self, held: HeldRows, t: int) -> None:
        """Give back the rows of the tokens that the next centre does not reach."""
        first = self.spans[t + 1][0] if t + 1 < len(self.kept) else len(self.kept)
        for token in [token for token in self.now if token < first]:
            now = self.now.pop(token)
            if not held.in_place:
                held.give(int(self.kept[token]), now - self.before.pop(token))

    def update(self, held: HeldRows, token: int, change: Floats) -> None:
        """Add a change to the held row of a token."""
        if held.rate(int(self.kept[token])):
            self.now[token] += change


def gather(
    ids: NDArray[np.int32], offsets: NDArray[np.int64], keep: NDArray[np.uint32], place: Place, window: int,
    shrink_windows: bool, context: str,
) -> Gathered:  # fmt: skip
    """Return the tokens of a place that subsampling keeps, with their windows."""
    start, end, sentence, keep_stream, width_stream = place
    kept: list[int] = []
    windows: list[Ids] = []
    spans: list[tuple[int, int]] = []
    position = start
    while position < end:
        stop = min(int(offsets[sentence + 1]), end)
        tokens = ids[position:stop]
        stays = draws(keep_stream, position - start, len(tokens)) >> np.uint64(32) <= keep[tokens]
        first, last = len(kept), len(kept) + int(stays.sum())
        widths = np.full(last - first, window)
        if shrink_windows:
            widths = 1 + below(draws(width_stream, first, last - first), window)
        for t, width in zip(range(first, last), widths.tolist(), strict=True):
            around = np.arange(*reach(t, width, context, first, last))
            windows.append(around[around != t])
            spans.append(reach(t, window, context, first, last))
        kept += tokens[stays].tolist()
        position, sentence = stop, sentence + 1
    return Gathered(np.array(kept, np.int64), windows, spans, end - start)


def reach(t: int, width: int, context: str, first: int, last: int) -> tuple[int, int]:
    """Return the window of token t as a range of the sentence [first, last)."""
    before, after = (0 if context == side else width for side in ("right", "left"))
    return max(first, t - before), min(last, t + after + 1)


@dataclass
class Run:
    """The training of one slice, for all models."""

    model: str
    inputs: HeldRows
    outputs: Outputs
    held: HeldRows | None  # what the places hold
    divide_gradient: bool
    learning_rate: float
    predictions: int = 0

    def train_place(self, place: Gathered, t: int) -> Group | None:
        """Return a centre's part of the common step of all places, or None if it was trained here."""
        contexts, centre = place.windows[t], int(place.kept[t])
        if not len(contexts):
            return None
        if self.model == "window":
            return Group(np.stack([place.now[c] for c in contexts]), centre)
        if self.model == "bag":
            rows = sum(len(self.inputs.of_word(int(place.kept[c]))) for c in contexts)
            return Group(np.sum([place.now[c] for c in contexts], axis=0, keepdims=True) / rows, centre)
        if self.model == "pairs":
            for c in contexts.tolist():
                place.update(self.inputs, c, self.predict([Group(place.now[c][None], centre)])[0][0])
        else:
            targets = [(int(place.kept[c]), place.now.get(c)) for c in contexts.tolist()]
            self.train_word(centre, targets, self.learning_rate)
        return None

    def finish_place(self, place: Gathered, t: int, update: Floats) -> None:
        """Add the update of the common step to the held rows of a centre's contexts."""
        contexts = place.windows[t].tolist()
        if self.model == "window":
            for c, change in zip(contexts, update, strict=True):
                place.update(self.inputs, c, change)
            return
        sizes = [len(self.inputs.of_word(int(place.kept[c]))) for c in contexts]
        for c, size in zip(contexts, sizes, strict=True):
            place.update(self.inputs, c, update[0] * size / (sum(sizes) if self.divide_gradient else 1))

    def train_word(self, word: int, targets: list[tuple[int, Floats | None]], rate: float) -> None:
        """Predict each target by the mean of a word's rows, which changes each time; then change the rows."""
        rows = self.inputs.of_word(word)
        mean = self.inputs.take(word)[None] / len(rows)
        old = mean.copy()
        for target, row in targets:
            mean += self.predict([Group(mean, target, row)], rate)[0]
        change = (mean - old)[0] / (len(rows) if self.divide_gradient else 1)
        self.inputs.give(word, change * len(rows))

    def predict(self, groups: list[Group], rate: float | None = None) -> list[Floats]:
        """Make one step, and count its predictions."""
        self.predictions += sum(len(group.X) for group in groups)
        return self.outputs.predict(groups, self.learning_rate if rate is None else rate)


def rounds(places: list[Gathered]) -> Iterator[list[tuple[Gathered, int]]]:
    """Yield rounds: one centre of each place that has one left."""
    for t in range(max((len(place.kept) for place in places), default=0)):
        yield [(place, t) for place in places if t < len(place.kept)]


def train_round(run: Run, centres: list[tuple[Gathered, int]]) -> None:
    """Train the centres of a round."""
    if run.outputs.share_negatives:
        run.outputs.draw()
    groups = []
    for place, t in centres:
        if run.held is not None:
            place.hold(run.held, t)
        groups.append(run.train_place(place, t))
    ready = [group for group in groups if group is not None]
    updates = iter(run.predict(ready) if ready else [])
    for (place, t), group in zip(centres, groups, strict=True):
        if group is not None:
            run.finish_place(place, t, next(updates))
        if run.held is not None:
            place.release(run.held, t)


@np.errstate(over="ignore", invalid="ignore")  # a run that diverges is recognised by its loss
def word2vec_slice(
    *,
    # in
    ids: NDArray[np.int32],  # [N]
    offsets: NDArray[np.int64] | None = None,  # [S + 1]
    targets: NDArray[np.int32] | None = None,  # [N], for "given"
    weights: NDArray[np.float32] | None = None,  # [N], for "given"
    places: list[Place],
    # tables
    keep: NDArray[np.uint32] | None = None,  # [V]
    negatives: NDArray[np.uint64] | None = None,  # [V], an alias table
    # each word's path through W_out: offsets [V + 1], nodes, signs (+1: left, -1: right), and the greatest length
    paths: tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float32], int] | None = None,
    # each word's rows of W_in: offsets [V + 1] and rows
    rows: tuple[NDArray[np.int64], NDArray[np.int32]] | None = None,
    in_rates: NDArray[np.float32] | None = None,  # [rows of W_in]
    out_rates: NDArray[np.float32] | None = None,  # [outputs], for negative sampling
    # written
    W_in: Floats,  # [V or more, P]
    W_out: Floats,  # [V, P]
    # scalars
    model: str,
    loss: str,
    window: int = 1,
    negative: int = 0,
    share_negatives: bool = True,
    freeze_outputs: bool = False,
    threads: int = 1,
    shrink_windows: bool = False,
    context: str = "both",
    divide_gradient: bool = False,
    learning_rate: float,
    negative_stream: int,
    stop: NDArray[np.uint8],
    level: int = 0,
) -> tuple[float, int, int, int]:
    """Train on some places of a text at once, in rounds of one centre each.

    An input is a row of W_in or the mean of several, and predicts a word, as ``model`` says:
    - "window": each context word predicts the centre, in one step for all centres of a round;
    - "bag": the mean of all context words predicts the centre (CBOW), in one step for all centres of a round;
    - "pairs": each context word predicts the centre, in a step for each;
    - "centre": the centre (the mean of its ``rows``) predicts each context word, one after the other;
    - "given": word ids[p] predicts targets[p] at weights[p] times the learning rate; there are no windows.

    The row of a context word is held: it is copied when the token is first within reach of a centre, the copy is
    trained, and its change is added when the token is out of reach. With "centre" the rows of W_out are held. A
    single thread trains such rows in place, except for "window", words of several rows and rows with a rate.

    ``negative`` noise words are drawn for a round (``share_negatives``) or for each step. The rate of a row
    multiplies its change; a row whose rate is 0 is not trained while it is held either. With two or more
    ``threads`` the compiled kernel has copies of the rows near the root (csrc/outputs/path.h).
    Returns the summed loss, and the numbers of predictions, of kept tokens and of tokens.
    """
    outputs = Outputs(
        loss, W_out, negatives, negative, share_negatives, paths, out_rates, freeze_outputs, negative_stream
    )
    inputs = HeldRows(W_in, in_rates, False, rows)
    held: HeldRows | None = inputs
    if model in ("centre", "given"):
        holds = model == "centre" and loss == "negative_sampling"
        held = HeldRows(W_out, out_rates, freeze_outputs, None) if holds else None
    if held is not None:
        free = held.rates is None and held.rows is None
        held.in_place = threads == 1 and model != "window" and free
    run = Run(model, inputs, outputs, held, divide_gradient, learning_rate)
    if stop[0]:
        return 0.0, 0, 0, 0
    if model == "given":
        return train_given(run, ids, targets, weights, places)
    assert offsets is not None
    assert keep is not None
    gathered = [gather(ids, offsets, keep, place, window, shrink_windows, context) for place in places]
    for centres in rounds(gathered):
        train_round(run, centres)
    trained = sum(len(place.kept) for place in gathered)
    return outputs.total, run.predictions, trained, sum(place.tokens for place in gathered)


def train_given(
    run: Run, ids: NDArray[np.int32], targets: NDArray[np.int32] | None, weights: NDArray[np.float32] | None,
    places: list[Place],
) -> tuple[float, int, int, int]:  # fmt: skip
    """Train on given pairs: word ids[p] predicts targets[p]."""
    assert targets is not None
    pairs = 0
    ranges = [range(place[0], place[1]) for place in places]
    for turn in range(max(map(len, ranges), default=0)):
        if run.outputs.share_negatives:
            run.outputs.draw()
        for p in [some[turn] for some in ranges if turn < len(some)]:
            rate = run.learning_rate * (1.0 if weights is None else float(weights[p]))
            run.train_word(int(ids[p]), [(int(targets[p]), None)], rate)
            pairs += 1
    return run.outputs.total, run.predictions, pairs, pairs
