"""Running kernels: threads, slices, progress, and loading what compiles."""
