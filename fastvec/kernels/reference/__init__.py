"""The kernels in plain NumPy: the specification, with the signatures and the draws of the compiled kernels.

``word2vec``, ``glove`` and ``log_count`` are also ``backend="numpy"``. ``counting``, ``phrases`` and ``subwords``
(except for the n-grams of one word) are for tests and benchmarks only.
"""
