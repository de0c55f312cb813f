"""Kernels: the compiled inner loops, on arrays only."""
