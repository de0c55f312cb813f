"""The command line: arguments in, library calls out, results on standard output."""

from fastvec.cli.program import main

__all__ = ["main"]
