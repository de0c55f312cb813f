# Slices that train side by side, in supersteps: included by _word2vec.pyx; the C is csrc/superstep.h.

from cpython.pythread cimport (
    PyThread_acquire_lock, PyThread_allocate_lock, PyThread_free_lock, PyThread_release_lock, PyThread_type_lock,
    WAIT_LOCK,
)
from libc.stdlib cimport calloc, free, malloc

cdef extern from "Python.h" nogil:
    int PyThread_acquire_lock_timed(PyThread_type_lock, long long microseconds, int by_signals)  # 0: it failed

cdef extern from "atomic.h" nogil:
    int64_t fv_atomic_get(int64_t *)
    void fv_atomic_set(int64_t *, int64_t)
    int64_t fv_atomic_add(int64_t *, int64_t)
    int fv_atomic_swap(int64_t *, int64_t, int64_t)
    void fv_pause()

cdef int64_t TICK = 100_000  # microseconds between checks of whether all is over
cdef int SPINS = 1_000       # looks at the phase before a thread goes to sleep, some 30 microseconds


cdef class Supersteps:
    """Slices that train on copies of rows, side by side, and whose changes are merged after each superstep.

    What a slice changes depends on the matrices at the beginning of a superstep and on the slice, and changes are
    merged in the order of the shards: so any number of threads gives the same bytes, and no row is written by
    one thread while another reads it.

    ``go_on()`` begins, then each worker calls ``work()``. After ``pause()`` they return at the end of a superstep;
    ``go_on()`` begins again there, in this object or in one that was given its ``state()``.

    Parameters
    ----------
    slices : iterator of (places, learning_rate, negative_stream)
        Those to train. A shard that has none takes the next one, in the order of the shards.
    on_result : callable
        Gets the totals of each slice, as word2vec_slice returns them, in the order of the slices.
    shards : int
        Slices at a time.
    centres : int
        Of each in a superstep; fewer, where there is no room for copies of more rows.
    damping : (float, float)
        Of the rows of W_in and of W_out; see csrc/superstep.h.
    places, reach : int
        At most so many places has a slice, and each so many tokens within reach of a centre.
    workers : int
    spin : bool
        A thread that waits looks for a while before it sleeps: right where each has a core.
    **others
        As for word2vec_slice, with threads=1: no other thread trains the same rows.
    """

    cdef _Arguments arguments
    cdef object slices, on_result, pending
    cdef int64_t n_shards, centres, n_workers, n_parts
    cdef int64_t n_taken, n_given                # slices that were taken, and whose results were given
    cdef int64_t *numbers                        # of the shards' slices
    cdef object todo                             # by shard: the slice to open
    cdef float[2] damping
    cdef int64_t n_supersteps
    cdef bint spin, ended, pausing
    cdef fv_shard *shards
    cdef fv_shard **live
    cdef int64_t n_live
    cdef fv_slots *slots
    cdef fv_merge_scratch *scratch
    cdef list memory                             # arrays that C points into
    # the phase: training or merging, and its tasks
    cdef bint merging
    cdef int64_t n_tasks, next, limit, done, over
    cdef PyThread_type_lock lock                 # of those who sleep
    cdef PyThread_type_lock *bells
    cdef uint8_t *waiting

    def __cinit__(
        self, *, slices, on_result, int64_t shards, int64_t centres, tuple damping, int64_t places, int64_t reach,
        int64_t workers, bint spin=True, **others,
    ):
        cdef int64_t k
        if shards < 1 or centres < 1 or not min(damping) >= 0 or places < 1 or reach < 0 or workers < 1:
            raise ValueError("shards, centres, damping, places, reach, workers: out of range")
        self.arguments = _Arguments(**others)
        if self.arguments.task.threads != 1:
            raise ValueError(f"threads: expected 1, got {self.arguments.task.threads}")
        if self.arguments.task.loss == FV_SOFTMAX:
            raise ValueError("loss: a slice of full softmax would copy all rows")
        self.slices, self.on_result = slices, on_result
        self.n_shards, self.centres, self.n_workers, self.spin = shards, centres, workers, spin
        self.damping[0], self.damping[1] = damping
        self.pending, self.todo, self.memory = {}, [None] * shards, []
        self.n_parts = FV_PARTS if self.arguments.task.freeze_outputs else 2 * FV_PARTS
        self.shards = <fv_shard *> calloc(shards, sizeof(fv_shard))
        self.live = <fv_shard **> calloc(shards, sizeof(fv_shard *))
        self.numbers = <int64_t *> calloc(shards, sizeof(int64_t))
        self.slots = <fv_slots *> calloc(workers, sizeof(fv_slots))
        self.scratch = <fv_merge_scratch *> calloc(workers, sizeof(fv_merge_scratch))
        self.waiting = <uint8_t *> calloc(workers, 1)
        self.bells = <PyThread_type_lock *> calloc(workers, sizeof(PyThread_type_lock))
        self.lock = PyThread_allocate_lock()
        if (
            self.shards == NULL or self.live == NULL or self.numbers == NULL or self.slots == NULL
            or self.scratch == NULL or self.waiting == NULL or self.bells == NULL or self.lock == NULL
        ):
            raise MemoryError
        for k in range(workers):
            self.bells[k] = PyThread_allocate_lock()
            if self.bells[k] == NULL:
                raise MemoryError
            PyThread_acquire_lock(self.bells[k], WAIT_LOCK)
        self._make_room(places, reach)
        self.over = 1  # until it goes on

    def __dealloc__(self):
        cdef int64_t k
        if self.shards != NULL:
            for k in range(self.n_shards):
                if self.shards[k].run != NULL:
                    self.arguments.kernels.superstep.close(&self.shards[k])
        if self.bells != NULL:
            for k in range(self.n_workers):
                if self.bells[k] != NULL:
                    PyThread_release_lock(self.bells[k])
                    PyThread_free_lock(self.bells[k])
        if self.lock != NULL:
            PyThread_free_lock(self.lock)
        free(self.shards)
        free(self.live)
        free(self.numbers)
        free(self.slots)
        free(self.scratch)
        free(self.waiting)
        free(self.bells)

    # -- memory -----------------------------------------------------------------------------------------------

    cdef void *_room(self, int64_t n_bytes, int fill=0) except NULL:
        """Return memory of its own, aligned to a cache line; fill -1: all bits set."""
        cdef uint8_t[::1] room
        array = np.full(n_bytes + 64, 255, np.uint8) if fill else np.empty(n_bytes + 64, np.uint8)
        self.memory.append(array)
        room = array
        return &room[(64 - <uintptr_t> &room[0] % 64) % 64]

    cdef _make_room(self, int64_t places, int64_t reach):
        """Make room for the copies of each shard, and for the tables of each worker.

        Three rows of each matrix for each centre are more than SGNS needs. Over n-grams, which use 50, supersteps are
        so much shorter: with eight rows they took 1.3 times as long, because the copies were out of the cache when
        they were merged.
        """
        cdef fv_word2vec_slice *task = &self.arguments.task
        cdef int64_t predicted = 1 + task.negative if task.loss == FV_NEGATIVE_SAMPLING else task.longest_path
        cdef int64_t n_in = self.arguments.rows_in, n_out = self.arguments.rows_out, k
        cdef int64_t most_in = min(n_in, places * (reach + 1) * self.arguments.most_rows)
        cdef int64_t most_out = min(n_out, places * (reach + 1) * predicted)
        for k in range(self.n_shards):
            self._make_copies(&self.shards[k].inputs, n_in, most_in, most_in + 3 * self.centres)
            self._make_copies(&self.shards[k].outputs, n_out, most_out, most_out + 3 * self.centres)
        cdef int64_t of_part = max(n_in, n_out) // FV_PARTS + 1
        cdef int64_t changes = self.n_shards * min(of_part, max(
            self.shards[0].inputs.copies.capacity, self.shards[0].outputs.copies.capacity
        ))
        for k in range(self.n_workers):
            self.slots[k].inputs = <int32_t *> self._room(4 * n_in, -1)
            self.slots[k].outputs = <int32_t *> self._room(4 * n_out, -1)
            self.slots[k].of_word = <int32_t *> self._room(4 * self.arguments.most_rows)
            self.scratch[k].changes = <fv_change *> self._room(sizeof(fv_change) * changes)
            self.scratch[k].first = <int32_t *> self._room(4 * of_part, -1)
            self.scratch[k].last = <int32_t *> self._room(4 * of_part)
            self.scratch[k].rows = <int32_t *> self._room(4 * of_part)
            self.scratch[k].copies = <float **> self._room(sizeof(float *) * self.n_shards)

    cdef _make_copies(self, fv_changes *changes, int64_t n_rows, int64_t most, int64_t capacity):
        if capacity >= n_rows:  # there is always room for all
            most, capacity = 0, n_rows
        changes.copies.capacity, changes.copies.most = capacity, most
        changes.copies.rows = <float *> self._room(4 * capacity * self.arguments.task.stride)
        changes.copies.row = <int32_t *> self._room(4 * capacity)
        changes.copies.uses = <int32_t *> self._room(4 * capacity)
        changes.order = <int32_t *> self._room(4 * capacity)

    # -- slices -----------------------------------------------------------------------------------------------

    cdef _take_slices(self):
        """Give the next slices to the shards that have none; list the shards that have one."""
        cdef int64_t k
        self.n_live = 0
        for k in range(self.n_shards):
            if self.shards[k].run == NULL and not self.ended:
                self.todo[k] = next(self.slices, None)
                if self.todo[k] is None:
                    self.ended = True
                else:
                    self.numbers[k] = self.n_taken
                    self.n_taken += 1
            if self.shards[k].run != NULL or self.todo[k] is not None:
                self.live[self.n_live] = &self.shards[k]
                self.n_live += 1

    cdef int _open(self, fv_shard *shard) except -1:
        cdef int64_t k = shard - self.shards
        places, learning_rate, negative_stream = self.todo[k]
        self.todo[k] = None
        self.arguments.set(&shard.slice, places, learning_rate, negative_stream)
        if self.arguments.kernels.superstep.open(shard):
            raise MemoryError("scratch of a slice")
        return 0

    cdef _give_results(self):
        """Hand on the results of the slices that are over, in their order."""
        cdef int64_t k
        cdef bint stopped = self.arguments.task.stop[0] != 0
        cdef fv_word2vec_totals *totals
        for k in range(self.n_live):
            shard = self.live[k]
            if shard.over or stopped:
                if shard.run != NULL:
                    self.arguments.kernels.superstep.close(shard)
                totals = &shard.totals
                self.pending[self.numbers[shard - self.shards]] = _result(totals)
        for number in sorted(self.pending):
            if number == self.n_given or stopped:
                self.on_result(number, self.pending.pop(number))
                self.n_given += 1

    # -- where all is, between supersteps ----------------------------------------------------------------------

    def pause(self):
        """Let workers return at the end of the superstep; of the next one, if none is at work."""
        self.pausing = True

    def go_on(self):
        """Begin, or begin again, while no worker is at work; return False if all slices are over."""
        fv_atomic_set(&self.over, 0)
        self._take_slices()
        self._begin_training()
        return self.n_live > 0

    def state(self):
        """Return where all is, while no worker is at work.

        That is how many supersteps are done and results given; int64[shards, 4], the slice of each shard (-1: none),
        and how many of its centres and predictions are done and sets of negatives used; float64[shards], their
        losses; and by number the results of slices that are over, which wait for that of an earlier one.
        """
        cdef int64_t k
        cdef fv_shard_place place
        shards, losses = np.zeros((self.n_shards, 4), np.int64), np.zeros(self.n_shards)
        for k in range(self.n_shards):
            if self.shards[k].run != NULL:
                self.arguments.kernels.superstep.save(&self.shards[k], &place)
                shards[k] = self.numbers[k], place.trained, place.predictions, place.sets
                losses[k] = place.loss
            else:
                shards[k, 0] = -1 if self.todo[k] is None else self.numbers[k]
        return self.n_supersteps, self.n_given, shards, losses, dict(self.pending)

    def restore(self, int64_t supersteps, int64_t given, shards, losses, waiting):
        """Go to where ``state()`` was, before the first ``go_on()``; ``slices`` begins with slice ``given``.

        ValueError, if the slices have no such place.
        """
        cdef int64_t k
        cdef fv_shard_place place
        cdef dict at = {int(number): k for k, number in enumerate(shards[:, 0].tolist()) if number >= 0}
        self.n_supersteps, self.n_given, self.pending = supersteps, given, dict(waiting)
        self.n_taken = given + len(at) + len(self.pending)
        if len(shards) != self.n_shards or set(at) | set(self.pending) != set(range(given, self.n_taken)):
            raise ValueError(f"slices of the shards: {sorted(at)}, after {given}")
        for number in range(given, self.n_taken):
            part = next(self.slices, None)
            if part is None:
                raise ValueError(f"slice {number}: there is none")
            if number in at:
                k = at[number]
                self.numbers[k], self.todo[k] = number, part
                place.trained, place.predictions, place.sets = shards[k, 1:].tolist()
                place.loss = losses[k]
                self._open(&self.shards[k])
                if self.arguments.kernels.superstep.go_to(&self.shards[k], &place):
                    raise ValueError(f"slice {number}: it has no place after {place.trained} centres")

    # -- phases -----------------------------------------------------------------------------------------------

    def work(self, int64_t worker):
        """Train until all are over or pause, as worker 0 .. workers - 1; one thread at a time uses a number."""
        if not 0 <= worker < self.n_workers:
            raise ValueError(f"worker: expected 0 to {self.n_workers - 1}, got {worker}")
        try:
            with nogil:
                self._work(worker)
        except BaseException:
            self._end()
            raise

    cdef int _work(self, int64_t worker) except -1 nogil:
        cdef int64_t task = self._claim(worker), n_tasks
        cdef bint output
        while task >= 0:
            if self.merging:
                output = task >= FV_PARTS
                self.arguments.kernels.superstep.merge(
                    self.live, self.n_live, output, task % FV_PARTS, self.damping[output], &self.scratch[worker]
                )
            else:
                self._train(self.live[task], worker)
            n_tasks = self.n_tasks  # before the phase can end
            if fv_atomic_add(&self.done, 1) == n_tasks:
                self._advance()
            task = self._claim(worker)
        return 0

    cdef int _train(self, fv_shard *shard, int64_t worker) except -1 nogil:
        if shard.run == NULL:
            with gil:
                self._open(shard)
        self.arguments.kernels.superstep.train(shard, self.centres, &self.slots[worker])
        if shard.over:
            self.arguments.kernels.superstep.close(shard)
        return 0

    cdef int _advance(self) except -1 nogil:
        """Begin the next phase: by the thread that ended the last task of this one."""
        if not self.merging:
            self._begin(self.n_parts, True)
            return 0
        with gil:
            self.n_supersteps += 1
            self._give_results()
            if self.arguments.task.stop[0] or self.pausing:
                self.pausing = False
                self._end()
            else:
                self._take_slices()
                self._begin_training()
        return 0

    cdef _begin_training(self):
        if self.n_live:
            self._begin(self.n_live, False)
        else:
            self._end()

    cdef void _begin(self, int64_t n_tasks, bint merging) noexcept nogil:
        self.n_tasks, self.merging = n_tasks, merging
        fv_atomic_set(&self.done, 0)
        fv_atomic_add(&self.limit, n_tasks)
        self._wake()

    cdef void _end(self) noexcept nogil:
        fv_atomic_set(&self.over, 1)
        self._wake()

    cdef int64_t _claim(self, int64_t worker) noexcept nogil:
        """Return a task of this phase or the next; -1: all is over."""
        cdef int64_t limit, ticket
        while not fv_atomic_get(&self.over):
            limit = fv_atomic_get(&self.limit)
            ticket = fv_atomic_get(&self.next)
            if ticket >= limit:
                self._wait(worker, limit)
            elif fv_atomic_swap(&self.next, ticket, ticket + 1):  # so `limit` is this phase's, which it cannot end
                return ticket - (limit - self.n_tasks)
        return -1

    cdef bint _is_new(self, int64_t limit) noexcept nogil:
        return fv_atomic_get(&self.limit) != limit or fv_atomic_get(&self.over) != 0

    cdef void _wait(self, int64_t worker, int64_t limit) noexcept nogil:
        """Wait until the phase that ends at ``limit`` has ended."""
        cdef int spins
        cdef bint rung
        for spins in range(SPINS if self.spin else 0):
            if self._is_new(limit):
                return
            fv_pause()
        PyThread_acquire_lock(self.lock, WAIT_LOCK)
        while not self._is_new(limit):
            self.waiting[worker] = 1
            PyThread_release_lock(self.lock)
            rung = PyThread_acquire_lock_timed(self.bells[worker], TICK, 0) != 0
            PyThread_acquire_lock(self.lock, WAIT_LOCK)
            if not rung and not self.waiting[worker]:  # it rang just now
                PyThread_acquire_lock(self.bells[worker], WAIT_LOCK)
            self.waiting[worker] = 0
        PyThread_release_lock(self.lock)

    cdef void _wake(self) noexcept nogil:
        cdef int64_t worker
        PyThread_acquire_lock(self.lock, WAIT_LOCK)
        for worker in range(self.n_workers):
            if self.waiting[worker]:
                self.waiting[worker] = 0
                PyThread_release_lock(self.bells[worker])
        PyThread_release_lock(self.lock)
