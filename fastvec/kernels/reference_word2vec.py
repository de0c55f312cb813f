"""Skip-gram and CBOW in plain NumPy: the specification of csrc/word2vec.h. W_in and W_out may be float64 here."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fastvec.kernels.reference import alias_draws, below, draws

Floats = NDArray[np.floating]
Ids = NDArray[np.int64]
GROUP = 4  # FV_GROUP of csrc/word2vec.h
BATCH = 1024  # FV_BATCH of csrc/gather.h


def logistic_gradients(X: Floats, Y: Floats, labels: Ids, rate: float) -> tuple[float, Floats]:
    """Inputs X [n, D] against outputs Y [m, D] with labels 1 or 0; returns the loss and the gradients [n, m].

    Minimises -log s(x.y) where the label is 1 and -log s(-x.y) where it is 0 (Mikolov et al. 2013, equation 4 for
    negative sampling, equation 3 for the inner nodes of hierarchical softmax).
    """
    dots = X @ Y.T
    gradients: Floats = rate * (labels - 1 / (1 + np.exp(-dots)))
    losses = np.logaddexp(0, np.where(labels == 1, -dots, dots).astype(np.float64))
    return float(losses.sum()), gradients


def logistic_step(X: Floats, W_out: Floats, outputs: Ids, labels: Ids, rate: float) -> tuple[float, Floats]:
    """Inputs X [n, D] against rows of W_out; returns the loss and the update of X.

    Both gradients are taken at the old rows; rows that stand twice get the sum of theirs.
    """
    Y = W_out[outputs]  # [outputs, D]
    loss, gradients = logistic_gradients(X, Y, labels, rate)
    np.add.at(W_out, outputs, gradients.T @ X)
    return loss, gradients @ Y


def softmax_step(X: Floats, W_out: Floats, target: int, rate: float) -> tuple[float, Floats]:
    """Inputs X [n, D] against all rows of W_out: minimises -log p(target); returns it and the update of X."""
    scores = (X @ W_out.T).astype(np.float64)
    scores -= scores.max(axis=1, keepdims=True)
    log_p = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
    gradients = (-rate * np.exp(log_p)).astype(X.dtype)
    gradients[:, target] += rate
    update = gradients @ W_out
    W_out += gradients.T @ X
    return -float(log_p[:, target].sum()), update


@dataclass
class Outputs:
    """How a word is predicted: its row and negatives, its path of inner nodes, or all rows."""

    loss: str
    W_out: Floats
    negatives: NDArray[np.uint64] | None
    negative: int
    paths: tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float32], int] | None
    stream: int
    drawn: int = 0
    total: float = 0.0

    def noise(self) -> Ids:
        """The negatives of the next prediction."""
        if self.loss != "negative_sampling":
            return np.zeros(0, np.int64)
        assert self.negatives is not None
        self.drawn += self.negative
        return alias_draws(self.negatives, draws(self.stream, self.drawn - self.negative, self.negative))

    def predict(self, X: Floats, word: int, noise: Ids, learning_rate: float) -> Floats:
        """The update of the inputs X."""
        if self.loss == "softmax":
            value, update = softmax_step(X, self.W_out, word, learning_rate)
        else:
            rows, labels = self._path(word)
            if self.loss == "negative_sampling":
                rows = np.concatenate([[word], noise[noise != word]])
                labels = (np.arange(len(rows)) == 0).astype(np.int64)
            value, update = logistic_step(X, self.W_out, rows, labels, learning_rate)
        self.total += value
        return update

    def _path(self, word: int) -> tuple[Ids, Ids]:
        if self.paths is None:
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        way = slice(int(self.paths[0][word]), int(self.paths[0][word + 1]))
        return self.paths[1][way].astype(np.int64), (self.paths[2][way] > 0).astype(np.int64)


@dataclass
class Inputs:
    """What predicts: rows of W_in, or the mean of several."""

    W_in: Floats
    rows: tuple[NDArray[np.int64], NDArray[np.int32], int] | None
    row_rates: NDArray[np.float32] | None
    divide_gradient: bool

    def add(self, rows: Ids, update: Floats) -> None:
        rates = 1.0 if self.row_rates is None else self.row_rates[rows][:, None].astype(self.W_in.dtype)
        np.add.at(self.W_in, rows, rates * update)

    def mean(self, rows: Ids) -> Floats:
        """[1, D]"""
        mean: Floats = self.W_in[rows].mean(axis=0, keepdims=True)
        return mean

    def bag(self, words: Ids) -> Ids:
        if self.rows is None or not len(words):
            return words
        offsets, rows, _ = self.rows
        return np.concatenate([rows[offsets[w] : offsets[w + 1]] for w in words]).astype(np.int64)

    def predict_each(self, words: Ids, predicted: Ids, outputs: Outputs, learning_rate: float) -> None:
        """The mean of the words' rows predicts each word in turn and moves with each; then the rows do."""
        bag = self.bag(words)
        mean = self.mean(bag)
        update = np.zeros_like(mean)
        for word in predicted:
            update += outputs.predict(mean + update, int(word), outputs.noise(), learning_rate)
        self.add(bag, update / len(bag) if self.divide_gradient else update)


def train_batch_in_groups(
    inputs: Inputs, outputs: Outputs, sentences: list[tuple[Ids, list[Ids]]], learning_rate: float
) -> int:
    """CBOW over sentences, each its words and their context words; returns the predictions made.

    A group is GROUP neighbouring centres, a round GROUP groups from as distant places as the batch has; centre j
    of each group of a round is trained with the same negatives. W_in stays as it was until the round's end.
    """
    groups = [
        [(int(word), inputs.bag(window)) for word, window in zip(kept[t : t + GROUP], windows[t:], strict=False)]
        for kept, windows in sentences
        for t in range(0, len(kept), GROUP)
    ]
    rounds, predictions = -(-len(groups) // GROUP), 0
    for start in range(rounds):
        updates: list[tuple[Ids, Floats]] = []
        for j in range(GROUP):
            noise = outputs.noise()
            centres = [group[j] for group in groups[start::rounds] if len(group) > j and len(group[j][1])]
            means = [(word, inputs.mean(bag)) for word, bag in centres]
            gradients = train_together(outputs, means, noise, learning_rate)
            updates += [(bag, update) for (_, bag), update in zip(centres, gradients, strict=True)]
        for bag, update in updates:
            inputs.add(bag, update / len(bag) if inputs.divide_gradient else update)
        predictions += len(updates)
    return predictions


def train_together(
    outputs: Outputs, turns: list[tuple[int, Floats]], noise: Ids, learning_rate: float
) -> list[Floats]:
    """Means [1, D] that predict a word each, with the same negatives and from the same old rows; their updates."""
    steps, updates = [], []
    for word, mean in turns:
        rows = np.concatenate([[word], noise[noise != word]])
        Y = outputs.W_out[rows]
        value, gradients = logistic_gradients(mean, Y, (np.arange(len(rows)) == 0).astype(np.int64), learning_rate)
        outputs.total += value
        steps.append((rows, gradients.T @ mean))
        updates.append((gradients @ Y)[0])
    for rows, step in steps:
        np.add.at(outputs.W_out, rows, step)
    return updates


def train_centre(
    model: str, inputs: Inputs, outputs: Outputs, centre: int, contexts: Ids, learning_rate: float
) -> int:
    """One token and its window; returns the predictions made."""
    if model == "pairs":
        for context in contexts[:, None]:
            inputs.add(context, outputs.predict(inputs.W_in[context], centre, outputs.noise(), learning_rate))
    elif model == "centre":
        if len(contexts):
            inputs.predict_each(np.array([centre]), contexts, outputs, learning_rate)
    elif not len(contexts):
        outputs.noise()  # is drawn for each token
    elif model == "bag":
        inputs.predict_each(contexts, np.array([centre]), outputs, learning_rate)
        return 1
    else:
        update = outputs.predict(inputs.W_in[contexts], centre, outputs.noise(), learning_rate)
        inputs.add(contexts, update)
    return len(contexts)


def window_of(kept: Ids, t: int, width: int, context: str) -> Ids:
    """The context words of token t."""
    before = kept[max(0, t - width) : t] if context != "right" else kept[:0]
    after = kept[t + 1 : t + 1 + width] if context != "left" else kept[:0]
    return np.concatenate([before, after])


@np.errstate(over="ignore", invalid="ignore")  # a diverging run is told by its loss
def word2vec_slice(
    *,
    # in
    ids: NDArray[np.int32],  # [N]
    offsets: NDArray[np.int64] | None = None,  # [S + 1]
    targets: NDArray[np.int32] | None = None,  # [N], for "given"
    weights: NDArray[np.float32] | None = None,  # [N], for "given"
    sentence: int = 0,
    start: int,
    end: int,
    # tables
    keep: NDArray[np.uint32] | None = None,  # [V]
    negatives: NDArray[np.uint64] | None = None,  # [V], an alias table
    # each word's way through W_out: offsets [V + 1], nodes, signs (+1: left, -1: right), and the longest's length
    paths: tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float32], int] | None = None,
    # each word's rows of W_in: offsets [V + 1], rows, and the most that a word has
    rows: tuple[NDArray[np.int64], NDArray[np.int32], int] | None = None,
    row_rates: NDArray[np.float32] | None = None,  # [rows of W_in]
    # written
    W_in: Floats,  # [V or more, P]
    W_out: Floats,  # [V, P]
    # scalars
    model: str,
    loss: str,
    window: int = 1,
    negative: int = 0,
    threads: int = 1,
    shrink_windows: bool = False,
    context: str = "both",
    divide_gradient: bool = False,
    learning_rate: float,
    streams: tuple[int, int, int],
    stop: NDArray[np.uint8],
    level: int = 0,
) -> tuple[float, int, int, int]:
    """Train on tokens [start, end), of which the first lies in ``sentence``.

    An input is a row of W_in or the mean of several, and predicts a word. ``model`` says which predicts which:

    - "window": each context word the centre word, all with the same negatives;
    - "pairs": the same with negatives of their own;
    - "centre": the centre word (the mean of its ``rows``) each context word;
    - "bag": all context words together the centre word (CBOW);
    - "groups": as "bag", with negatives for four centres from distant places;
    - "given": word ids[p] predicts targets[p] at weights[p] times the learning rate; there are no windows.

    ``streams`` are those of the keep draws (one a token), the width draws (one a kept token) and the negative
    draws (``negative`` a prediction, but for "window" and "bag" a kept token, for "groups" a step).
    ``threads`` train at once: from two on, the compiled kernel has copies of the rows near the root (csrc/near.h).
    Returns the summed loss, the number of predictions, of kept tokens and of tokens.
    """
    inputs = Inputs(W_in, rows, row_rates, divide_gradient)
    outputs = Outputs(loss, W_out, negatives, negative, paths, streams[2])
    if model == "given":
        assert targets is not None
        for p in range(start, end):
            rate = learning_rate * (1.0 if weights is None else float(weights[p]))
            inputs.predict_each(np.array([ids[p]], np.int64), np.array([targets[p]], np.int64), outputs, rate)
        return outputs.total, end - start, end - start, end - start
    assert offsets is not None
    assert keep is not None
    position, trained, predictions = start, 0, 0
    batch: list[tuple[Ids, list[Ids]]] = []
    while position < end and not stop[0]:
        sentence_end = min(int(offsets[sentence + 1]), end)
        tokens = ids[position:sentence_end]
        stays = draws(streams[0], position - start, len(tokens)) >> np.uint64(32) <= keep[tokens]
        kept = tokens[stays].astype(np.int64)
        widths = np.full(len(kept), window)
        if shrink_windows:
            widths = 1 + below(draws(streams[1], trained, len(kept)), window)
        contexts = [window_of(kept, t, width, context) for t, width in enumerate(widths)]
        if model == "groups":
            batch.append((kept, contexts))
            if sum(len(words) for words, _ in batch) >= BATCH or sentence_end == end:
                predictions += train_batch_in_groups(inputs, outputs, batch, learning_rate)
                batch = []
        else:
            for centre, words in zip(kept, contexts, strict=True):
                predictions += train_centre(model, inputs, outputs, int(centre), words, learning_rate)
        trained += len(kept)
        position, sentence = sentence_end, sentence + 1
    return outputs.total, predictions, trained, position - start
