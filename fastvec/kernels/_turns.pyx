"""Training on the tiles of a matrix by several threads, in an order that does not depend on them.

A *turn* is one row group: its tiles, column group after column group. Turns follow each other epoch after epoch,
and a turn may train on a column group once the turn before it has. So each row and each column is trained on its
pairs in one order, whichever thread is faster: there are no races, and any number of threads gives the same bytes.
A thread keeps a row group in its cache, while column groups move on from the thread of the turn before.

Only a kernel written in Python needs the GIL: assigning a tile takes a lock.
"""

from cpython.pythread cimport (
    PyThread_acquire_lock, PyThread_allocate_lock, PyThread_free_lock, PyThread_release_lock, PyThread_type_lock,
    WAIT_LOCK,
)
from libc.math cimport isfinite
from libc.stdint cimport int32_t, int64_t, uint8_t, uint32_t, uint64_t
from libc.stdlib cimport calloc, free

import numpy as np

cdef extern from "Python.h" nogil:
    int PyThread_acquire_lock_timed(PyThread_type_lock, long long microseconds, int by_signals)  # 0: it failed

cdef extern from "random.h" nogil:
    uint64_t fv_draw(uint64_t stream, uint64_t k)
    uint32_t fv_below(uint64_t draw, uint32_t n)

cdef extern from "tile.h" nogil:
    ctypedef struct fv_pairs:
        const int32_t *rows
        const int32_t *columns
        const float *targets
        const float *weights
        float *W
        float *C
        int64_t width
        float learning_rate
        const uint8_t *stop
    ctypedef struct fv_tile_totals:
        double cost
        int64_t pairs
    ctypedef void (*fv_tile_fn)(const fv_pairs *, int64_t, int64_t, fv_tile_totals *)

cdef extern from "dispatch.h" nogil:
    ctypedef struct fv_kernels:
        fv_tile_fn glove
        fv_tile_fn log_count
    const fv_kernels *fv_kernels_of(int level)

cdef int64_t TICK = 100_000  # microseconds between checks of the stop byte


cdef class TileKernel:
    """A kernel with its arrays: ``kernel(start, end)`` trains on pairs [start, end) and returns (cost, pairs)."""

    cdef fv_pairs pairs
    cdef fv_tile_fn train
    cdef int64_t n_pairs
    cdef object arrays  # kept alive

    def __call__(self, int64_t start, int64_t end):
        cdef fv_tile_totals totals
        if start >= end:
            return 0.0, 0
        if start < 0 or end > self.n_pairs:
            raise ValueError("start, end: outside rows and columns")
        with nogil:
            self.train(&self.pairs, start, end, &totals)
        return totals.cost, totals.pairs


def glove(
    *,
    # in
    const int32_t[::1] rows not None,
    const int32_t[::1] columns not None,
    const float[::1] log_counts not None,
    const float[::1] weights not None,
    # written
    float[:, ::1] W not None,
    float[:, ::1] C not None,
    # scalars
    float learning_rate,
    const uint8_t[::1] stop not None,
    int level,
):
    """Return the kernel of GloVe, specified in kernels/reference/glove.py.

    The caller ensures that rows and columns are in range.
    """
    cdef TileKernel kernel = _kernel(rows, columns, log_counts, W, C, 32, learning_rate, stop)
    if weights.shape[0] != rows.shape[0]:
        raise ValueError("rows, weights: expected one length")
    if rows.shape[0]:
        kernel.pairs.weights = &weights[0]
    kernel.arrays += (weights,)
    kernel.train = _table(level).glove
    return kernel


def log_count(
    *,
    # in
    const int32_t[::1] rows not None,
    const int32_t[::1] columns not None,
    const float[::1] targets not None,
    # written
    float[:, ::1] W not None,
    float[:, ::1] C not None,
    # scalars
    float learning_rate,
    const uint8_t[::1] stop not None,
    int level,
):
    """Return the kernel of log-count factorisation, specified in kernels/reference/log_count.py.

    The caller ensures that rows and columns are in range.
    """
    cdef TileKernel kernel = _kernel(rows, columns, targets, W, C, 16, learning_rate, stop)
    kernel.train = _table(level).log_count
    return kernel


cdef TileKernel _kernel(
    const int32_t[::1] rows, const int32_t[::1] columns, const float[::1] targets, float[:, ::1] W,
    float[:, ::1] C, int64_t multiple, float learning_rate, const uint8_t[::1] stop,
):
    """Check the arrays that all kernels of tiles have, and return a kernel of them."""
    cdef TileKernel kernel = TileKernel()
    cdef Py_ssize_t n = rows.shape[0], width = W.shape[1]
    if columns.shape[0] != n or targets.shape[0] != n:
        raise ValueError("rows, columns and targets: expected one length")
    if W.shape[0] < 1 or C.shape[0] < 1 or width < multiple or width % multiple != 0 or C.shape[1] != width:
        raise ValueError(
            f"W, C: expected float32[V, a multiple of {multiple}], got {width} and {C.shape[1]} columns"
        )
    if n:
        kernel.pairs.rows, kernel.pairs.columns = &rows[0], &columns[0]
        kernel.pairs.targets = &targets[0]
    kernel.pairs.W, kernel.pairs.C, kernel.pairs.width = &W[0, 0], &C[0, 0], width
    kernel.pairs.learning_rate, kernel.pairs.stop = learning_rate, &stop[0]
    kernel.n_pairs = n
    kernel.arrays = (rows, columns, targets, W, C, stop)
    return kernel


cdef const fv_kernels *_table(int level) except NULL:
    """Return the kernels of an instruction set."""
    cdef const fv_kernels *kernels = fv_kernels_of(level)
    if kernels == NULL:
        raise ValueError(f"level: this build has no instruction set {level}")
    return kernels


cdef struct Turn:
    int64_t number   # -1: none yet; epoch * groups + place in the epoch
    int64_t row      # its row group
    int64_t before   # the last turn of that row group: it must be over
    int64_t done     # column groups
    int64_t worker


cdef class Turns:
    """The order in which workers train on tiles; see the module.

    Parameters
    ----------
    bounds : int64[G * G + 1]
        Tile t, row group t // G and column group t % G, is the pairs [bounds[t], bounds[t + 1]).
    epochs : int
    stream : int
        It determines the order of the row groups in each epoch: the first half of them shuffled, then the other
        half, so that none is trained again before half an epoch is over.
    threads : int
        Number of workers, at most G.
    worst : float
        If the mean cost of a pair over an epoch is above this, all stop.
    stop : uint8[1]
        1 ends training; a cost that is not finite or above ``worst`` sets it.

    Attributes
    ----------
    cost : float64[epochs, G]
        By row group, summed over the pairs so far.
    pairs : int64[epochs]
        Number of pairs trained so far.
    order : int64[G]
        The row groups in the order of the epoch of the newest turn.
    n_turns : int
        Turns of all epochs.
    """

    cdef readonly object cost, pairs, order
    cdef double[:, ::1] _cost
    cdef int64_t[::1] _pairs
    cdef const int64_t[::1] bounds
    cdef int64_t[::1] _order, last
    cdef uint8_t[::1] stop
    cdef readonly int64_t n_turns
    cdef int64_t groups, threads, claimed, finished, until
    cdef uint64_t stream
    cdef double worst
    cdef Turn *turns               # the newest: turn n is at n % (threads + 1)
    cdef uint8_t *waiting          # workers that sleep until their bell is rung (its lock is released)
    cdef PyThread_type_lock *bells
    cdef PyThread_type_lock lock   # of all the above

    def __cinit__(
        self, *, const int64_t[::1] bounds not None, int64_t groups, int64_t epochs, uint64_t stream,
        int64_t threads, double worst, uint8_t[::1] stop not None,
    ):
        cdef int64_t k
        if bounds.shape[0] != groups * groups + 1 or not 0 < threads <= groups:
            raise ValueError(f"bounds, threads: expected int64[{groups} ** 2 + 1] and 1 to {groups} threads")
        self.cost, self.pairs = np.zeros((epochs, groups)), np.zeros(epochs, np.int64)
        self._cost, self._pairs, self.bounds = self.cost, self.pairs, bounds
        self.order, self.last = np.arange(groups), np.full(groups, -1, np.int64)
        self._order = self.order
        self.stop = stop
        self.groups, self.n_turns, self.threads = groups, epochs * groups, threads
        self.until = self.n_turns
        self.stream, self.worst = stream, worst
        self.turns = <Turn *> calloc(threads + 1, sizeof(Turn))
        self.waiting = <uint8_t *> calloc(threads, 1)
        self.bells = <PyThread_type_lock *> calloc(threads, sizeof(PyThread_type_lock))
        self.lock = PyThread_allocate_lock()
        if self.turns == NULL or self.waiting == NULL or self.bells == NULL or self.lock == NULL:
            raise MemoryError
        for k in range(threads + 1):
            self.turns[k].number = -1
        for k in range(threads):
            self.bells[k] = PyThread_allocate_lock()
            if self.bells[k] == NULL:
                raise MemoryError
            PyThread_acquire_lock(self.bells[k], WAIT_LOCK)

    def __dealloc__(self):
        cdef int64_t k
        if self.bells != NULL:
            for k in range(self.threads):
                if self.bells[k] != NULL:
                    PyThread_release_lock(self.bells[k])
                    PyThread_free_lock(self.bells[k])
        if self.lock != NULL:
            PyThread_free_lock(self.lock)
        free(self.bells)
        free(self.waiting)
        free(self.turns)

    def work(self, int64_t worker, kernel):
        """Train until all epochs are over, as worker 0 .. threads - 1; one thread at a time uses a number.

        After :meth:`run_until` or :meth:`pause` it may return earlier: when all workers have, they can go on.

        ``kernel`` is a TileKernel, or a function of (start, end) that returns (cost, pairs).
        """
        cdef TileKernel compiled = kernel if isinstance(kernel, TileKernel) else None
        cdef const fv_pairs *pairs = NULL
        cdef fv_tile_fn train = NULL
        cdef fv_tile_totals totals
        cdef Turn *turn
        cdef int64_t start, end
        if compiled is not None:
            if self.bounds[self.groups * self.groups] > compiled.n_pairs or self.bounds[0] < 0:
                raise ValueError("bounds: outside rows and columns")
            pairs, train = &compiled.pairs, compiled.train
        if not 0 <= worker < self.threads:
            raise ValueError(f"worker: expected 0 to {self.threads - 1}, got {worker}")
        with nogil:
            turn = self.claim(worker)
            while turn != NULL:
                start = self.bounds[turn.row * self.groups + turn.done]
                end = self.bounds[turn.row * self.groups + turn.done + 1]
                if train == NULL:
                    with gil:
                        totals.cost, totals.pairs = kernel(start, end)
                else:
                    train(pairs, start, end, &totals)
                turn = self.go_on(turn, &totals)

    @property
    def turn(self):
        """The number of the next turn, from 0; when no worker is at work, all before it are over."""
        return self.claimed

    def run_until(self, int64_t turn):
        """Let workers train on the turns before this one."""
        with nogil:
            PyThread_acquire_lock(self.lock, WAIT_LOCK)
            self.until = min(turn, self.n_turns)
            PyThread_release_lock(self.lock)

    def pause(self):
        """Let workers finish the turns that they are at."""
        with nogil:
            PyThread_acquire_lock(self.lock, WAIT_LOCK)
            self.until = min(self.until, self.claimed)
            PyThread_release_lock(self.lock)

    def go_on_from(self, int64_t turn):
        """Begin with this turn; the caller has put ``order``, ``cost`` and ``pairs`` as they were then."""
        if not 0 <= turn <= self.n_turns or self.claimed:
            raise ValueError(f"turn: expected 0 to {self.n_turns}, before any work")
        if sorted(self.order.tolist()) != list(range(self.groups)):
            raise ValueError(f"order: expected each row group, 0 to {self.groups - 1}, once")
        self.claimed = self.finished = turn

    cdef Turn *claim(self, int64_t worker) noexcept nogil:
        """Return the next turn, when it may begin; NULL: there is none."""
        cdef Turn *turn
        PyThread_acquire_lock(self.lock, WAIT_LOCK)
        if self.claimed >= self.until:
            PyThread_release_lock(self.lock)
            return NULL
        if self.claimed % self.groups == 0:
            self.shuffle()
        turn = self.at(self.claimed)
        turn.number, turn.worker, turn.done = self.claimed, worker, 0
        turn.row = self._order[self.claimed % self.groups]
        turn.before = self.last[turn.row]
        self.last[turn.row] = turn.number
        self.claimed += 1
        return self.when_allowed(turn)

    cdef Turn *go_on(self, Turn *turn, const fv_tile_totals *totals) noexcept nogil:
        """Finish a tile, and return what the same worker does next; NULL at the end."""
        cdef int64_t epoch = turn.number // self.groups, worker = turn.worker, waiting
        cdef Turn *after
        PyThread_acquire_lock(self.lock, WAIT_LOCK)
        self._cost[epoch, turn.row] += totals.cost
        self._pairs[epoch] += totals.pairs
        turn.done += 1
        after = self.at(turn.number + 1)
        if after.number == turn.number + 1:
            self.wake(after.worker)
        if turn.done < self.groups:
            self.check(totals.cost, epoch)
            return self.when_allowed(turn)
        self.finished = turn.number + 1
        self.check(totals.cost, epoch)
        for waiting in range(self.threads):  # for the row group, perhaps
            self.wake(waiting)
        PyThread_release_lock(self.lock)
        return self.claim(worker)

    cdef Turn *when_allowed(self, Turn *turn) noexcept nogil:
        """Release the lock and wait until the turn may train on its next column group; NULL: all stop."""
        cdef Turn *previous = self.at(turn.number + self.threads)  # turn.number - 1, in a ring of threads + 1
        cdef bint rung
        while not self.stop[0] and not (
            turn.before < self.finished
            and (turn.number <= self.finished or previous.done > turn.done)
        ):
            self.waiting[turn.worker] = 1
            PyThread_release_lock(self.lock)
            rung = PyThread_acquire_lock_timed(self.bells[turn.worker], TICK, 0) != 0
            PyThread_acquire_lock(self.lock, WAIT_LOCK)
            if not rung and not self.waiting[turn.worker]:  # it rang just now
                PyThread_acquire_lock(self.bells[turn.worker], WAIT_LOCK)
            self.waiting[turn.worker] = 0
        PyThread_release_lock(self.lock)
        return NULL if self.stop[0] else turn

    cdef void wake(self, int64_t worker) noexcept nogil:
        """Wake a worker that waits."""
        if self.waiting[worker]:
            self.waiting[worker] = 0
            PyThread_release_lock(self.bells[worker])

    cdef void check(self, double cost, int64_t epoch) noexcept nogil:
        """Stop a run that diverges."""
        cdef double total = 0
        cdef int64_t group, n_pairs = self.bounds[self.groups * self.groups]
        if not isfinite(cost):
            self.stop[0] = 1
        elif self._pairs[epoch] == n_pairs:
            for group in range(self.groups):
                total += self._cost[epoch, group]
            if not total <= self.worst * n_pairs:
                self.stop[0] = 1

    cdef void shuffle(self) noexcept nogil:
        """Shuffle each half of the row groups for the epoch that begins, by Fisher and Yates's method."""
        cdef int64_t k, other, half = self.groups // 2, end
        for k in range(self.groups):
            end = half if k < half else self.groups
            other = k + fv_below(fv_draw(self.stream, <uint64_t> (self.claimed + k)), <uint32_t> (end - k))
            self._order[k], self._order[other] = self._order[other], self._order[k]

    cdef Turn *at(self, int64_t number) noexcept nogil:
        """Return the place of a turn in the ring."""
        return &self.turns[number % (self.threads + 1)]
