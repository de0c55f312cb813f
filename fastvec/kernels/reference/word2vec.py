"""Skip-gram and CBOW in plain NumPy: the specification of csrc/word2vec.h. W_in and W_out may be float64 here."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from fastvec.kernels.random import alias_draws, draws
from fastvec.kernels.reference.held import Floats, Gathered, HeldRows, Ids, Place, gather


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
    uses: Ids | None = None  # [rows of W_out] how often each stood among the outputs of a step

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
            value, update = logistic_step(group.X, W_out, self.count(nodes), labels, rate)
        self.total += value
        return [update]

    def _sample(self, groups: list[Group], rate: float) -> list[Floats]:
        if not self.share_negatives:
            self.draw()
        old = self.W_out[self.count(self.noise)]
        changes, updates = [], []
        for group in groups:
            own = self.W_out[self.count(np.array([group.word]))][0] if group.row is None else group.row
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

    def count(self, rows: Ids) -> Ids:
        """Count one use of each row."""
        if self.uses is not None:
            np.add.at(self.uses, rows, 1)
        return rows

    def _change(self, words: Ids, change: Floats, held: Floats | None = None) -> None:
        if self.frozen:
            return
        if held is not None:
            held += change[0] if self.rates is None or self.rates[words[0]] != 0 else 0
        else:
            rates = 1.0 if self.rates is None else self.rates[words][:, None].astype(self.W_out.dtype)
            np.add.at(self.W_out, words, rates * change)


@dataclass
class Tags:
    """Rows of W that stand for tags of documents: of sentence s those of rows[offsets[s] : offsets[s + 1]]."""

    W: Floats
    offsets: NDArray[np.int64]
    rows: NDArray[np.int32]

    def of_sentence(self, sentence: int) -> Ids:
        """Return the rows of a sentence's tags."""
        return self.rows[self.offsets[sentence] : self.offsets[sentence + 1]].astype(np.int64)


@dataclass
class Run:
    """The training of one slice, for all models."""

    model: str
    inputs: HeldRows
    outputs: Outputs
    held: HeldRows | None  # what the places hold
    tags: Tags | None
    sum_inputs: bool
    divide_gradient: bool
    learning_rate: float
    predictions: int = 0

    def train_place(self, place: Gathered, t: int) -> Group | None:
        """Return a centre's part of the common step of all places, or None if it was trained here."""
        contexts, centre, tags = place.windows[t], int(place.kept[t]), self.tag_rows(place, t)
        if self.model == "tags":
            return Group(tags.copy(), centre) if len(tags) else None
        if not len(contexts) and not len(tags):
            return None
        if self.model == "window":
            return Group(np.stack([place.now[c] for c in contexts]), centre)
        if self.model == "bag":
            rows = len(tags) + sum(len(self.inputs.of_word(int(place.kept[c]))) for c in contexts)
            bag = np.sum([*(place.now[c] for c in contexts), *tags], axis=0, keepdims=True)
            return Group(bag if self.sum_inputs else bag / rows, centre)
        if self.model == "pairs":
            for c in contexts.tolist():
                place.update(self.inputs, c, self.predict([Group(place.now[c][None], centre)])[0][0])
        else:
            targets = [(int(place.kept[c]), place.now.get(c)) for c in contexts.tolist()]
            self.train_word(centre, targets, self.learning_rate)
        return None

    def tag_rows(self, place: Gathered, t: int) -> Floats:
        """Return the rows of the centre's tags, [any number, D]."""
        if self.tags is None:
            return self.inputs.W[:0]
        rows: Floats = self.tags.W[self.tags.of_sentence(place.sentences[t])]
        return rows

    def finish_place(self, place: Gathered, t: int, update: Floats) -> None:
        """Add the update of the common step to the held rows of a centre's contexts, and to those of its tags."""
        contexts = place.windows[t].tolist()
        tags = () if self.tags is None else self.tags.of_sentence(place.sentences[t])
        if self.model == "tags":
            assert self.tags is not None
            np.add.at(self.tags.W, tags, update)
            return
        if self.model == "window":
            for c, change in zip(contexts, update, strict=True):
                place.update(self.inputs, c, change)
            return
        sizes = [len(self.inputs.of_word(int(place.kept[c]))) for c in contexts]
        part = update[0] / (len(tags) + sum(sizes) if self.divide_gradient else 1)
        for c, size in zip(contexts, sizes, strict=True):
            place.update(self.inputs, c, part * size)
        if self.tags is not None:
            np.add.at(self.tags.W, tags, part)

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


class Training:
    """A slice that is being trained, round by round.

    Parameters
    ----------
    run : Run
    places : list of Gathered
    """

    def __init__(self, run: Run, places: list[Gathered]) -> None:
        self.run, self.places, self.t = run, places, 0

    def round(self) -> int:
        """Train one centre of each place that has one left; return how many."""
        centres = [place for place in self.places if self.t < len(place.kept)]
        run, t, groups = self.run, self.t, []
        if centres and run.outputs.share_negatives:
            run.outputs.draw()
        for place in centres:
            if run.held is not None:
                place.hold(run.held, t)
            groups.append(run.train_place(place, t))
        ready = [group for group in groups if group is not None]
        updates = iter(run.predict(ready) if ready else [])
        for place, group in zip(centres, groups, strict=True):
            if group is not None:
                run.finish_place(place, t, next(updates))
            if run.held is not None:
                place.release(run.held, t)
        self.t += 1
        return len(centres)

    def is_over(self) -> bool:
        """Return whether no place has a centre left."""
        return all(self.t >= len(place.kept) for place in self.places)

    def go_to(self, centres: int) -> None:
        """Go on as if so many centres had been trained; ValueError if no round ends there."""
        while self.totals()[2] < centres and not self.is_over():
            self.t += 1
        if self.totals()[2] != centres:
            raise ValueError(f"no place after {centres} centres")

    def pause(self) -> None:
        """Give back all rows that are held; the next round takes them anew."""
        for place in self.places:
            if self.run.held is not None:
                place.release_until(self.run.held, len(place.kept))

    def totals(self) -> tuple[float, int, int, int]:
        """Return the summed loss, and the numbers of predictions, of centres and of tokens."""
        centres = sum(min(self.t, len(place.kept)) for place in self.places)
        return self.run.outputs.total, self.run.predictions, centres, sum(place.tokens for place in self.places)


class PairTraining(Training):
    """Given pairs that are being trained: word ids[p] predicts targets[p].

    Parameters
    ----------
    run : Run
    ids, targets : int32[N]
    weights : float32[N], optional
    ranges : list of range
    """

    def __init__(
        self, run: Run, ids: NDArray[np.int32], targets: NDArray[np.int32], weights: NDArray[np.float32] | None,
        ranges: list[range],
    ) -> None:  # fmt: skip
        super().__init__(run, [])
        self.ids, self.targets, self.weights, self.ranges = ids, targets, weights, ranges

    def round(self) -> int:
        """Train one pair of each place that has one left; return how many."""
        pairs = [some[self.t] for some in self.ranges if self.t < len(some)]
        if pairs and self.run.outputs.share_negatives:
            self.run.outputs.draw()
        for p in pairs:
            rate = self.run.learning_rate * (1.0 if self.weights is None else float(self.weights[p]))
            self.run.train_word(int(self.ids[p]), [(int(self.targets[p]), None)], rate)
        self.t += 1
        return len(pairs)

    def is_over(self) -> bool:
        """Return whether no pair is left."""
        return all(self.t >= len(some) for some in self.ranges)

    def totals(self) -> tuple[float, int, int, int]:
        """Return the summed loss, and the numbers of predictions, of pairs and again of pairs."""
        pairs = sum(min(self.t, len(some)) for some in self.ranges)
        return self.run.outputs.total, self.run.predictions, pairs, pairs


def open_slice(
    ids: NDArray[np.int32], offsets: NDArray[np.int64] | None, targets: NDArray[np.int32] | None,
    weights: NDArray[np.float32] | None, places: list[Place], keep: NDArray[np.uint32] | None,
    negatives: NDArray[np.uint64] | None,
    paths: tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float32], int] | None,
    rows: tuple[NDArray[np.int64], NDArray[np.int32]] | None,
    tags: tuple[NDArray[np.int64], NDArray[np.int32]] | None,
    in_rates: NDArray[np.float32] | None, out_rates: NDArray[np.float32] | None, W_in: Floats, W_out: Floats,
    W_tags: Floats | None, model: str, loss: str, window: int,
    negative: int, share_negatives: bool, freeze_outputs: bool, threads: int, shrink_windows: bool, context: str,
    sum_inputs: bool, divide_gradient: bool, learning_rate: float, negative_stream: int,
) -> Training:  # fmt: skip
    """Return a slice that is ready to be trained; the arguments are those of :func:`word2vec_slice`."""
    outputs = Outputs(
        loss, W_out, negatives, negative, share_negatives, paths, out_rates, freeze_outputs, negative_stream
    )
    inputs = HeldRows(W_in, in_rates, False, rows)
    held: HeldRows | None = None if model == "tags" else inputs
    if model in ("centre", "given"):
        holds = model == "centre" and loss == "negative_sampling"
        held = HeldRows(W_out, out_rates, freeze_outputs, None) if holds else None
    if held is not None:
        free = held.rates is None and held.rows is None
        held.in_place, held.distinct = threads == 1 and free, model == "window"
    of_documents = None if tags is None or W_tags is None else Tags(W_tags, *tags)
    run = Run(model, inputs, outputs, held, of_documents, sum_inputs, divide_gradient, learning_rate)
    if model == "given":
        assert targets is not None
        return PairTraining(run, ids, targets, weights, [range(place[0], place[1]) for place in places])
    assert offsets is not None
    assert keep is not None
    gathered = [gather(ids, offsets, keep, place, window, shrink_windows, context) for place in places]
    return Training(run, gathered)


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
    # each sentence's rows of W_tags: offsets [S + 1] and rows
    tags: tuple[NDArray[np.int64], NDArray[np.int32]] | None = None,
    in_rates: NDArray[np.float32] | None = None,  # [rows of W_in]
    out_rates: NDArray[np.float32] | None = None,  # [outputs], for negative sampling
    # written
    W_in: Floats,  # [V or more, P]
    W_out: Floats,  # [V, P]
    W_tags: Floats | None = None,  # [any number, P]
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
    sum_inputs: bool = False,
    divide_gradient: bool = False,
    learning_rate: float,
    negative_stream: int,
    stop: NDArray[np.uint8],
    level: int = 0,
) -> tuple[float, int, int, int]:
    """Train on some places of a text at once, in rounds of one centre each.

    An input is a row of W_in or the mean of several, and predicts a word, as ``model`` says:
    - "window": each context word predicts the centre, in one step for all centres of a round;
    - "bag": the mean (with ``sum_inputs`` the sum) of all context words, and of the tags of the sentence, predicts
      the centre (CBOW, PV-DM), in one step for all centres of a round;
    - "tags": each tag of the sentence predicts the centre (PV-DBOW), in one step for all centres of a round;
    - "pairs": each context word predicts the centre, in a step for each;
    - "centre": the centre (the mean of its ``rows``) predicts each context word, one after the other;
    - "given": word ids[p] predicts targets[p] at weights[p] times the learning rate; there are no windows.

    The row of a context word is held: it is copied when the token is first within reach of a centre, the copy is
    trained, and its change is added when the token is out of reach. With "centre" the rows of W_out are held. A
    single thread trains such rows in place, except words of several rows, rows with a rate and, for "window", rows
    that another token holds.

    ``negative`` noise words are drawn for a round (``share_negatives``) or for each step. The rate of a row
    multiplies its change; a row whose rate is 0 is not trained while it is held either. With two or more
    ``threads`` the compiled kernel has copies of the rows near the root (csrc/outputs/path.h).
    Returns the summed loss, and the numbers of predictions, of kept tokens and of tokens.
    """
    if stop[0]:
        return 0.0, 0, 0, 0
    training = open_slice(
        ids, offsets, targets, weights, places, keep, negatives, paths, rows, tags, in_rates, out_rates, W_in,
        W_out, W_tags, model, loss, window, negative, share_negatives, freeze_outputs, threads, shrink_windows,
        context, sum_inputs, divide_gradient, learning_rate, negative_stream,
    )  # fmt: skip
    while training.round():
        pass
    return training.totals()
