"""The kernels in plain NumPy: the specification, with the signatures and the draws of their compiled twins.

``word2vec``, ``glove`` and ``log_count`` are ``backend="numpy"``, too; ``counting``, ``phrases`` and ``subwords``
(but for the n-grams of one word) are for tests and benchmarks alone.
"""
