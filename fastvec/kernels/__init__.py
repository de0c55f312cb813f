"""Kernels: the compiled loops over arrays of ids, counts and rows; they know no words."""
