"""Sizes at which vectors of 2, 4, 8, 16, 32 and 64 numbers end, or almost end."""

EDGE_SIZES = [*range(1, 10), 15, 16, 17, 31, 32, 33, 63, 64, 65, 97, 100, 300]
