"""The command line: calls the library, and prints results on standard output."""

from fastvec.cli.program import main

__all__ = ["main"]
