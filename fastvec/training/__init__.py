"""Windows, pairs or counts to vectors: the trainers, which call the kernels."""
