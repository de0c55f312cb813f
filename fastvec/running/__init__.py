"""Threads, progress, slices and loading of kernels."""
